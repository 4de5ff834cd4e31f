/** Turns the content parts of a stream into content block events. */

import type { Part } from '../../ground/chat-reply.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import { ReplyToolIds } from '../anthropic-messages/reply-ids.ts'
import { inputOf } from '../anthropic-messages/tool-input.ts'
import type { Losses } from '../losses.ts'
import { encodeCitation } from './citations.ts'
import type { EventName } from './event-value.ts'
import { WIRE } from './wire-name.ts'

type ContentPart = Exclude<Extract<Part, { choice: number }>, { type: 'choice-finish' }>
type CallPart = Extract<Part, { index: number }>
type Write = (name: EventName, value: JsonObject) => void

/** Events name their block by index, so calls that arrive mixed are written mixed. */
export class StreamBlocks {
  readonly #write: Write
  readonly #losses: Losses
  readonly #id: string
  readonly #toolIds = new ReplyToolIds()
  readonly #calls = new Map<number, { readonly index: number; text: string }>()
  #count = 0
  /** The text or thinking block under way. */
  #soft: { readonly kind: 'text' | 'reasoning'; readonly index: number } | undefined
  toolCalls = false
  refusal = false

  /** `id`: from which ids are made for calls that came without one. */
  constructor(write: Write, losses: Losses, id: string) {
    this.#write = write
    this.#losses = losses
    this.#id = id
  }

  take(part: ContentPart): void {
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta':
        this.#text(part)
        return
      case 'text-citation': {
        const citation = encodeCitation(part.citation, this.#losses)
        if (citation) this.#delta(this.#softIndex('text'), { citation })
        return
      }
      case 'reasoning-delta':
        if (part.text) this.#delta(this.#softIndex('reasoning'), { reasoningContent: { text: part.text } })
        return
      case 'reasoning-signature':
        this.#delta(this.#softIndex('reasoning'), { reasoningContent: { signature: part.signature } })
        this.#closeSoft()
        return
      case 'reasoning-redacted':
        this.#closeSoft()
        this.#delta(this.#softIndex('reasoning'), { reasoningContent: { redactedContent: part.data } })
        this.#closeSoft()
        return
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
        this.#call(part)
        return
      case 'opaque-block':
        this.#closeSoft()
        if (part.wire === WIRE) this.#whole(part.value)
        else this.#losses.dropped('content', `A block that only ${part.wire} knows does not fit a Converse stream.`)
        return
      case 'block-break':
        this.#closeSoft()
        return
      default:
        assertNever(part)
    }
  }

  end(): void {
    this.#closeSoft()
    for (const index of [...this.#calls.keys()]) this.#endCall(index)
  }

  #text(part: Extract<Part, { type: 'text-delta' | 'refusal-delta' }>): void {
    if (part.logprobs) this.#losses.dropped('logprobs', 'A Converse stream has no log-probabilities.')
    if (part.type === 'refusal-delta') this.refusal = true
    if (part.text) this.#delta(this.#softIndex('text'), { text: part.text })
  }

  #call(part: CallPart): void {
    if (part.type === 'tool-call-start') {
      this.toolCalls = true
      this.#closeSoft()
      const index = this.#count++
      this.#calls.set(part.index, { index, text: '' })
      const toolUseId = this.#toolIds.next(part.id, this.#id)
      this.#write('contentBlockStart', { contentBlockIndex: index, start: { toolUse: { toolUseId, name: part.name } } })
    } else if (part.type === 'tool-call-end') this.#endCall(part.index)
    else {
      const call = this.#calls.get(part.index)
      if (call) this.#argue(call, part.arguments)
    }
  }

  /** Clients parse the joined text; one that does not begin as an object is held back, to be wrapped at the end. */
  #argue(call: { readonly index: number; text: string }, text: string): void {
    const streaming = call.text.trimStart().startsWith('{')
    call.text += text
    if (!call.text.trimStart().startsWith('{')) return
    const piece = streaming ? text : call.text
    if (piece !== '') this.#delta(call.index, { toolUse: { input: piece } })
  }

  #endCall(key: number): void {
    const call = this.#calls.get(key)
    if (!call) return
    this.#calls.delete(key)
    if (!call.text.trimStart().startsWith('{')) {
      const input = JSON.stringify(inputOf(call.text, this.#losses, 'tool_calls.arguments'))
      this.#delta(call.index, { toolUse: { input } })
    }
    this.#write('contentBlockStop', { contentBlockIndex: call.index })
  }

  /** A block that only this wire knows, in the events it first came in. */
  #whole(value: JsonObject): void {
    const index = this.#count++
    const { toolUse, toolResult } = value
    if (isObject(toolUse)) {
      const { input, ...start } = toolUse
      this.#write('contentBlockStart', { contentBlockIndex: index, start: { toolUse: start } })
      this.#delta(index, { toolUse: { input: JSON.stringify(input ?? {}) } })
    } else if (isObject(toolResult)) {
      const { content, ...start } = toolResult
      this.#write('contentBlockStart', { contentBlockIndex: index, start: { toolResult: start } })
      this.#delta(index, { toolResult: content ?? [] })
    } else this.#write('contentBlockStart', { contentBlockIndex: index, start: value })
    this.#write('contentBlockStop', { contentBlockIndex: index })
  }

  #softIndex(kind: 'text' | 'reasoning'): number {
    if (this.#soft?.kind === kind) return this.#soft.index
    this.#closeSoft()
    this.#soft = { kind, index: this.#count++ }
    return this.#soft.index
  }

  #closeSoft(): void {
    if (this.#soft) this.#write('contentBlockStop', { contentBlockIndex: this.#soft.index })
    this.#soft = undefined
  }

  #delta(contentBlockIndex: number, delta: JsonObject): void {
    this.#write('contentBlockDelta', { contentBlockIndex, delta })
  }
}
