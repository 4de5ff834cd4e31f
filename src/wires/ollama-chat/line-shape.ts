/** Where a reply or a line of a stream holds what the model said: the one difference between chat and single prompts. */

import { asArray, asObject, asString, isObject, type JsonObject } from '../../ground/json.ts'
import { unknownFields } from './extras.ts'
import { WIRE } from './wire-name.ts'

/** What one reply or line says. */
export interface Said {
  readonly text: string
  readonly thinking: string
  readonly calls: readonly JsonObject[]
  readonly images: readonly string[]
}

export interface LineShape {
  readonly wire: string
  /** Undefined for a body that is no reply. */
  read(body: JsonObject): Said | undefined
  write(said: Said): JsonObject
  /** Fields of a reply that are not extras. */
  readonly known: ReadonlySet<string>
  /** Whether tool calls have a place. */
  readonly hasCalls: boolean
}

/** What both shapes hold beside the words. */
export const COMMON_FIELDS = [
  'model',
  'created_at',
  'done',
  'done_reason',
  'prompt_eval_count',
  'eval_count',
  'logprobs',
  'error',
] as const

export const chatShape: LineShape = {
  wire: WIRE,
  read(body) {
    const message = asObject(body.message)
    if (!message) return undefined
    return {
      text: asString(message.content) ?? '',
      thinking: asString(message.thinking) ?? '',
      calls: asArray(message.tool_calls).filter(isObject),
      images: asArray(message.images).filter((data) => typeof data === 'string'),
    }
  },
  write({ text, thinking, calls, images }) {
    return {
      message: {
        role: 'assistant',
        content: text,
        ...(thinking && { thinking }),
        ...(images.length > 0 && { images: [...images] }),
        ...(calls.length > 0 && { tool_calls: [...calls] }),
      },
    }
  },
  known: new Set([...COMMON_FIELDS, 'message']),
  hasCalls: true,
}

/** A reply's fields that only these wires know: durations, and what newer servers add. */
export function extrasOf(body: JsonObject, shape: LineShape) {
  const fields = unknownFields(body, shape.known)
  return Object.keys(fields).length > 0 ? { wire: shape.wire, fields } : undefined
}
