/** A reasoning item, whole or in events -> thinking, with what a provider needs to take it back. */

import type { Part } from '../../ground/chat-reply.ts'
import { asArray, asNumber, asString, isObject, type JsonObject } from '../../ground/json.ts'
import type { BlockBreaks } from './block-breaks.ts'
import { carriedThinking, signatureOf } from './carried.ts'
import type { ItemReader } from './item-reader.ts'
import { WIRE } from './wire-name.ts'

/** What the hub's `raw` of a thinking block says: which item it belongs to, and in which of the item's two lists. */
export type ThinkingPart = 'summary_text' | 'reasoning_text'

/** Parts of one list begin like paragraphs, so that a client which joins them can still read them. */
export const PARAGRAPH = '\n\n'

/**
 * Every summary or text of an item becomes a block. `encrypted_content` ends the last as its signature, or stands alone
 * where nothing is readable; an item with neither is only a reference and stays whole.
 */
export class ReasoningReader implements ItemReader {
  readonly #breaks: BlockBreaks
  readonly #key: string
  readonly #said = new Map<string, number>()
  #id: string | undefined

  constructor(key: string, breaks: BlockBreaks) {
    this.#key = key
    this.#breaks = breaks
  }

  start(item: JsonObject): Part[] {
    this.#id ??= asString(item.id)
    return []
  }

  event(event: JsonObject): Part[] {
    const delta = asString(event.delta) ?? ''
    switch (event.type) {
      case 'response.reasoning_summary_text.delta':
        return this.#text('summary_text', asNumber(event.summary_index) ?? 0, delta)
      // DeepSeek, LM Studio and Bedrock show the thinking itself (difference 34).
      case 'response.reasoning_text.delta':
        return this.#text('reasoning_text', asNumber(event.content_index) ?? 0, delta)
      default:
        return []
    }
  }

  done(item: JsonObject): Part[] {
    this.start(item)
    const parts = [...this.#rest('summary_text', item), ...this.#rest('reasoning_text', item)]
    const { type: _, summary: __, content: ___, ...fields } = item
    const encrypted = asString(item.encrypted_content)
    if (encrypted) parts.push(...this.#protected(encrypted, fields))
    else if (this.#said.size === 0) parts.push({ type: 'opaque-block', choice: 0, wire: WIRE, value: item })
    if (encrypted || this.#said.size === 0) this.#breaks.closed()
    return parts
  }

  #protected(encrypted: string, fields: JsonObject): Part[] {
    const carried = carriedThinking(encrypted)
    if (carried?.kind === 'unsigned') return []
    if (carried?.kind === 'signature') return [{ type: 'reasoning-signature', choice: 0, signature: carried.data }]
    if (carried) return [{ type: 'reasoning-redacted', choice: 0, data: carried.data }]
    const packed = signatureOf(fields)
    if (this.#said.size === 0) return [{ type: 'reasoning-redacted', choice: 0, data: packed }]
    return [{ type: 'reasoning-signature', choice: 0, signature: packed }]
  }

  #rest(part: ThinkingPart, item: JsonObject): Part[] {
    const list = asArray(part === 'summary_text' ? item.summary : item.content).filter(isObject)
    const texts = list.map(({ text }) => asString(text) ?? '')
    // Servers number the parts in their events as they like: what was said in all decides.
    const saidSoFar = [...this.#said].reduce((sum, [key, length]) => (key.startsWith(part) ? sum + length : sum), 0)
    if (saidSoFar >= texts.join('').length) return []
    return texts.flatMap((text, index) => {
      const said = this.#said.get(`${part}/${index}`) ?? 0
      return text.length > said ? this.#text(part, index, text.slice(said)) : []
    })
  }

  #text(part: ThinkingPart, index: number, text: string): Part[] {
    if (text === '') return []
    const key = `${part}/${index}`
    const said = this.#said.get(key)
    const follows = said === undefined && [...this.#said.keys()].some((other) => other.startsWith(part))
    this.#said.set(key, (said ?? 0) + text.length)
    const raw = { wire: WIRE, value: { ...(this.#id !== undefined && { id: this.#id }), part } }
    return [
      ...this.#breaks.before('reasoning', `${this.#key}/${key}`),
      { type: 'reasoning-delta', choice: 0, text: follows ? PARAGRAPH + text : text, raw },
    ]
  }
}
