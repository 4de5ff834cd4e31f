/** The openai-translations wire: OpenAI's speech in any language to English text; it passes through. */

import { openaiTranscriptions } from '../openai-transcriptions/index.ts'
import type { PassTaskWire } from '../task-wire.ts'

/** Requests, replies and errors are those of transcriptions. */
export const openaiTranslations: PassTaskWire = {
  ...openaiTranscriptions,
  name: 'openai-translations',
  task: 'translations',
}
