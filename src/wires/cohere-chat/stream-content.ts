/** Content and plan of a streamed message: their events -> parts. */

import type { Part } from '../../ground/chat-reply.ts'
import { asString, type Json, type JsonObject } from '../../ground/json.ts'
import { decodeLogprobs } from './logprobs.ts'
import { TOOL_PLAN } from './message-fields.ts'
import { WIRE } from './wire-name.ts'

type Kind = 'text' | 'thinking' | 'plan'

export class StreamContent {
  /** What the last words were. */
  #last: Kind | undefined
  /** A new content began: the next words of its kind are a block of their own. */
  #fresh = false
  /** Content of a kind we do not know, until it is whole. */
  #unknown: JsonObject | undefined

  start(content: JsonObject): Part[] {
    this.#fresh = true
    const { type } = content
    if (type !== undefined && type !== 'text' && type !== 'thinking') {
      this.#unknown = content
      return []
    }
    return this.#words(content, undefined)
  }

  delta(content: JsonObject, logprobs: Json | undefined): Part[] {
    if (!this.#unknown) return this.#words(content, logprobs)
    for (const [field, value] of Object.entries(content)) {
      const before = this.#unknown[field]
      this.#unknown[field] = typeof before === 'string' && typeof value === 'string' ? before + value : value
    }
    return []
  }

  end(): Part[] {
    const value = this.#unknown
    this.#unknown = undefined
    return value ? [{ type: 'opaque-block', choice: 0, wire: WIRE, value }] : []
  }

  plan(text: string): Part[] {
    if (!text) return []
    const raw = { wire: WIRE, value: { type: TOOL_PLAN } }
    return [...this.#turnTo('plan'), { type: 'reasoning-delta', choice: 0, text, raw }]
  }

  #words(content: JsonObject, scored: Json | undefined): Part[] {
    const thinking = asString(content.thinking)
    if (thinking) return [...this.#turnTo('thinking'), { type: 'reasoning-delta', choice: 0, text: thinking }]
    const text = asString(content.text) ?? ''
    const logprobs = decodeLogprobs(scored)
    if (!text && !logprobs) return []
    return [...this.#turnTo('text'), { type: 'text-delta', choice: 0, text, ...(logprobs && { logprobs }) }]
  }

  /** The hub tells text from thinking by itself; what would run together must be kept apart. */
  #turnTo(kind: Kind): Part[] {
    const apart = this.#last !== undefined && (this.#fresh || this.#last !== kind)
    this.#last = kind
    this.#fresh = false
    return apart ? [{ type: 'block-break', choice: 0 }] : []
  }
}
