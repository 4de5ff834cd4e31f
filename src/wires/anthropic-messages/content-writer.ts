/** Turns the content parts of a stream into content blocks. */

import type { Part } from '../../ground/chat-reply.ts'
import type { JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import type { Losses } from '../losses.ts'
import { BlockQueue, type QueuedBlock } from './block-queue.ts'
import { encodeCitation } from './citations.ts'
import { ReplyToolIds } from './reply-ids.ts'
import { ToolInputWriter } from './tool-input-writer.ts'
import { WIRE } from './wire-name.ts'
import { writeOpaque } from './write-opaque.ts'

type ContentPart = Exclude<Extract<Part, { choice: number }>, { type: 'choice-finish' }>
type CallPart = Extract<Part, { index: number }>

export class ContentWriter {
  readonly #losses: Losses
  readonly #queue: BlockQueue
  readonly #calls = new Map<number, ToolInputWriter>()
  readonly #toolIds = new ReplyToolIds()
  toolCalls = false
  refusal = ''

  constructor(write: (text: string) => void, losses: Losses) {
    this.#losses = losses
    this.#queue = new BlockQueue(write)
  }

  take(part: ContentPart, messageId: string): void {
    switch (part.type) {
      case 'text-delta':
        if (part.logprobs) this.#losses.dropped('logprobs', 'A Messages stream has no log-probabilities.')
        if (part.text) this.#queue.delta(this.#text(), { type: 'text_delta', text: part.text })
        return
      case 'text-citation': {
        const citation = encodeCitation(part.citation, this.#losses)
        if (citation) this.#queue.delta(this.#text(), { type: 'citations_delta', citation })
        return
      }
      case 'reasoning-delta':
        if (part.text) this.#queue.delta(this.#thinking(), { type: 'thinking_delta', thinking: part.text })
        return
      case 'reasoning-signature': {
        const block = this.#thinking()
        this.#queue.delta(block, { type: 'signature_delta', signature: part.signature })
        this.#queue.close(block)
        return
      }
      case 'reasoning-redacted':
        this.#whole({ type: 'redacted_thinking', data: part.data })
        return
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
        this.#call(part, messageId)
        return
      case 'refusal-delta':
        if (part.logprobs) this.#losses.dropped('logprobs', 'A Messages stream has no log-probabilities.')
        this.refusal += part.text
        return
      case 'opaque-block':
        if (part.wire === WIRE) {
          this.#closeSoft()
          writeOpaque(this.#queue, part.value)
        } else this.#losses.dropped('content', `A block that only ${part.wire} knows does not fit a Messages stream.`)
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
    for (const call of this.#calls.values()) call.end()
    this.#queue.closeAll()
  }

  #text(): QueuedBlock {
    return this.#soft('text', { type: 'text', text: '' })
  }

  #thinking(): QueuedBlock {
    return this.#soft('thinking', { type: 'thinking', thinking: '', signature: '' })
  }

  /** Goes on with the block of this kind under way, or begins one. */
  #soft(kind: 'text' | 'thinking', start: JsonObject): QueuedBlock {
    if (this.#queue.last?.kind === kind) return this.#queue.last
    this.#closeSoft()
    return this.#queue.open(kind, start)
  }

  /** Text and thinking end when something else begins; a tool call only at its own end. */
  #closeSoft(): void {
    const last = this.#queue.last
    // Clients keep thinking for the next turn only when a signature came, be it empty.
    if (last?.kind === 'thinking') this.#queue.delta(last, { type: 'signature_delta', signature: '' })
    if (last?.kind === 'text' || last?.kind === 'thinking') this.#queue.close(last)
  }

  #whole(block: JsonObject): void {
    this.#closeSoft()
    this.#queue.close(this.#queue.open(String(block.type), block))
  }

  #call(part: CallPart, messageId: string): void {
    if (part.type === 'tool-call-start') {
      this.toolCalls = true
      this.#closeSoft()
      const id = this.#toolIds.next(part.id, messageId)
      const block = this.#queue.open('tool_use', { type: 'tool_use', id, name: part.name, input: {} })
      this.#calls.set(part.index, new ToolInputWriter(this.#queue, block, this.#losses))
    } else if (part.type === 'tool-call-delta') this.#calls.get(part.index)?.write(part.arguments)
    else {
      this.#calls.get(part.index)?.end()
      this.#calls.delete(part.index)
    }
  }
}
