/** The openai-transcriptions wire: OpenAI's speech to text, a form in and JSON, text or events out; it passes through. */

import { decodeError } from '../openai-chat/decode-error.ts'
import { encodeError } from '../openai-chat/encode-error.ts'
import type { PassTaskWire } from '../task-wire.ts'
import { tapTranscription } from './tap.ts'

export const openaiTranscriptions: PassTaskWire = {
  name: 'openai-transcriptions',
  task: 'transcriptions',
  address: 'body',
  requestBody: 'form',
  tap: tapTranscription,
  patchRequest: (_body, model) => ({ model }),
  decodeError,
  encodeError,
}
