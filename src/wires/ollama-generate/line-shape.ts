/** Where a reply to a single prompt holds what the model said: at the top. */

import { asString } from '../../ground/json.ts'
import { COMMON_FIELDS, type LineShape } from '../ollama-chat/line-shape.ts'
import { WIRE } from './wire-name.ts'

/** No calls and no pictures: a prompt offers no tools. */
export const promptShape: LineShape = {
  wire: WIRE,
  read(body) {
    const text = asString(body.response)
    if (text === undefined && body.done === undefined) return undefined
    return { text: text ?? '', thinking: asString(body.thinking) ?? '', calls: [], images: [] }
  },
  write({ text, thinking }) {
    return { response: text, ...(thinking && { thinking }) }
  },
  known: new Set([...COMMON_FIELDS, 'response', 'thinking']),
  hasCalls: false,
}
