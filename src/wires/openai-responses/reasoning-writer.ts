/** Writes a reasoning item: summaries or the thinking itself, and at its end what only the provider can read. */

import type { ReasoningBlock } from '../../ground/chat-call.ts'
import { asString, type JsonObject } from '../../ground/json.ts'
import { carriedContent, fieldsOf } from './carried.ts'
import type { OpenItem, Output } from './output.ts'
import { PARAGRAPH, type ThinkingPart } from './read-reasoning.ts'
import { WIRE } from './wire-name.ts'

interface OpenPart {
  readonly kind: ThinkingPart
  readonly index: number
  text: string
}

/** One reasoning item from its announcement to its end. */
export class ReasoningWriter {
  readonly #output: Output
  readonly #item: OpenItem
  readonly #lists: Record<ThinkingPart, JsonObject[]> = { summary_text: [], reasoning_text: [] }
  readonly #isOwn: boolean
  #part: OpenPart | undefined

  /** Announces the item, under its provider's `id` where that is known. */
  constructor(output: Output, id: string | undefined) {
    this.#output = output
    this.#isOwn = id !== undefined
    this.#item = output.open({ type: 'reasoning', summary: [] }, 'rs', id)
  }

  /** Whether a delta goes on with this item. Without an id of its own it does. */
  holds(raw: ReasoningBlock['raw']): boolean {
    const id = idOf(raw)
    return id === undefined || id === this.#item.id
  }

  text(delta: string, raw: ReasoningBlock['raw']): void {
    const kind = raw?.wire === WIRE && raw.value.part === 'reasoning_text' ? 'reasoning_text' : 'summary_text'
    let text = delta
    if (this.#part?.kind !== kind) {
      this.break()
      // The reader set the paragraphs of one list apart; in their own parts they need no blank line.
      if (this.#lists[kind].length > 0 && text.startsWith(PARAGRAPH)) text = text.slice(PARAGRAPH.length)
      this.#open(kind)
    }
    if (!this.#part || text === '') return
    this.#part.text += text
    this.#event(this.#part, kind === 'summary_text' ? 'reasoning_summary_text.delta' : 'reasoning_text.delta', {
      delta: text,
    })
  }

  /** What follows is another part. */
  break(): void {
    const part = this.#part
    if (!part) return
    this.#part = undefined
    const whole = { type: part.kind, text: part.text }
    const summary = part.kind === 'summary_text'
    this.#event(part, summary ? 'reasoning_summary_text.done' : 'reasoning_text.done', { text: part.text })
    this.#event(part, summary ? 'reasoning_summary_part.done' : 'content_part.done', { part: whole })
    this.#lists[part.kind].push(whole)
  }

  /** Ends the item with its signature or encrypted thinking, if it has any. */
  close(data?: { readonly kind: 'signature' | 'redacted'; readonly text: string }): void {
    // An empty summary tells a signature alone from encrypted thinking, for when it comes back.
    this.break()
    const { summary_text: summary, reasoning_text: content } = this.#lists
    this.#output.close(this.#item, {
      type: 'reasoning',
      summary,
      ...(content.length > 0 && { content }),
      ...this.#proof(data),
      id: this.#item.id,
    })
  }

  /** Clients send back only thinking that has a proof: unsigned thinking of other makers gets an empty one. */
  #proof(data: { readonly kind: 'signature' | 'redacted'; readonly text: string } | undefined): JsonObject {
    if (data) return fieldsOf(data.text) ?? { encrypted_content: carriedContent(data.kind, data.text) }
    return this.#isOwn ? {} : { encrypted_content: carriedContent('signature', '') }
  }

  #open(kind: ThinkingPart): void {
    const part = { kind, index: this.#lists[kind].length, text: '' }
    this.#part = part
    const name = kind === 'summary_text' ? 'reasoning_summary_part.added' : 'content_part.added'
    this.#event(part, name, { part: { type: kind, text: '' } })
  }

  #event({ kind, index }: OpenPart, name: string, fields: JsonObject): void {
    const place = kind === 'summary_text' ? { summary_index: index } : { content_index: index }
    this.#output.event(this.#item, `response.${name}`, { ...place, ...fields })
  }
}

/** The id of the item that thinking of this wire belongs to. */
export function idOf(raw: ReasoningBlock['raw']): string | undefined {
  return raw?.wire === WIRE ? asString(raw.value.id) : undefined
}
