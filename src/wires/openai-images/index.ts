/** The openai-images wire: OpenAI's image generations, whole or streamed; it passes through. */

import { decodeError } from '../openai-chat/decode-error.ts'
import { encodeError } from '../openai-chat/encode-error.ts'
import type { PassTaskWire } from '../task-wire.ts'
import { tapImages } from './tap.ts'

export const openaiImages: PassTaskWire = {
  name: 'openai-images',
  task: 'images',
  address: 'body',
  requestBody: 'json',
  tap: tapImages,
  patchRequest: (_body, model) => ({ model }),
  decodeError,
  encodeError,
}
