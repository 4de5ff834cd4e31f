/** The openai-image-edits wire: OpenAI's edits and variations of pictures, sent as a form; it passes through. */

import { openaiImages } from '../openai-images/index.ts'
import type { PassTaskWire } from '../task-wire.ts'

/** Replies, streams and errors are those of generations. */
export const openaiImageEdits: PassTaskWire = {
  ...openaiImages,
  name: 'openai-image-edits',
  task: 'image-edits',
  requestBody: 'form',
}
