/** Documents, beside the conversation or in a tool's result <-> the hub's document blocks. */

import type { Block, DocumentBlock } from '../../ground/chat-call.ts'
import { asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'

const JSON_TYPE = 'application/json'
const PLAIN_TYPE = 'text/plain'

/**
 * A text, or an object with `data` and an `id`. One whose data are a text and a title becomes just that; of any other the
 * model elsewhere reads the JSON, which also brings it back unchanged to this wire.
 */
export function decodeDocument(value: Json): DocumentBlock {
  if (typeof value === 'string') return plain(value)
  const simple = isObject(value) ? simpleDocument(value) : undefined
  return simple ?? { type: 'document', source: { kind: 'text', mediaType: JSON_TYPE, text: JSON.stringify(value) } }
}

/** Undefined for a document that is no text. */
export function encodeDocument({ source, title }: DocumentBlock): Json | undefined {
  if (source.kind === 'blocks') {
    const text = source.blocks.map(textOf).join('\n')
    return text ? dataOf(text, title) : undefined
  }
  if (source.kind !== 'text') return undefined
  const whole = source.mediaType === JSON_TYPE ? parseJson(source.text) : undefined
  if (isObject(whole) && whole.data !== undefined) return whole
  return dataOf(source.text, title)
}

function dataOf(text: string, title: string | undefined): Json {
  return title === undefined ? text : { data: { title, text } }
}

function simpleDocument({ id, data, ...rest }: JsonObject): DocumentBlock | undefined {
  if (id !== undefined || Object.keys(rest).length > 0) return undefined
  if (!isObject(data)) return undefined
  const { text, title, ...more } = data
  if (typeof text !== 'string' || Object.keys(more).length > 0) return undefined
  if (title === undefined) return plain(text)
  return asString(title) === undefined ? undefined : { ...plain(text), title: String(title) }
}

function plain(text: string): DocumentBlock {
  return { type: 'document', source: { kind: 'text', mediaType: PLAIN_TYPE, text } }
}

function textOf(block: Block): string {
  return block.type === 'text' ? block.text : ''
}
