/** The openai-speech wire: OpenAI's text to speech, JSON in and sound or events out; it passes through. */

import { decodeError } from '../openai-chat/decode-error.ts'
import { encodeError } from '../openai-chat/encode-error.ts'
import type { PassTaskWire } from '../task-wire.ts'
import { tapSpeech } from './tap.ts'

export const openaiSpeech: PassTaskWire = {
  name: 'openai-speech',
  task: 'speech',
  address: 'body',
  requestBody: 'json',
  tap: (_quirks, request) => tapSpeech(request),
  patchRequest: (_body, model) => ({ model }),
  decodeError,
  encodeError,
}
