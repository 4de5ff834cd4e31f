/** Writes content blocks one at a time, as clients of this wire expect, however mixed their pieces arrive. */

import type { JsonObject } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'

/** A block that was opened; pieces go to it until it is closed. */
export interface QueuedBlock {
  readonly kind: string
  readonly start: JsonObject
  /** Pieces that wait because an earlier block is still open. */
  readonly waiting: JsonObject[]
  closed: boolean
}

/**
 * The first open block is on the wire; those opened after it wait with their pieces until it closes (parallel tool calls
 * of OpenAI-like streams). Indexes are consecutive.
 */
export class BlockQueue {
  readonly #write: (text: string) => void
  readonly #queue: QueuedBlock[] = []
  #index = 0

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  /** The block opened last, if it is still open. */
  get last(): QueuedBlock | undefined {
    const last = this.#queue.at(-1)
    return last && !last.closed ? last : undefined
  }

  open(kind: string, start: JsonObject): QueuedBlock {
    const block: QueuedBlock = { kind, start, waiting: [], closed: false }
    this.#queue.push(block)
    if (this.#queue[0] === block) this.#begin(block)
    return block
  }

  delta(block: QueuedBlock, delta: JsonObject): void {
    if (this.#queue[0] === block) this.#event({ type: 'content_block_delta', index: this.#index, delta })
    else block.waiting.push(delta)
  }

  close(block: QueuedBlock): void {
    block.closed = true
    this.#drain()
  }

  closeAll(): void {
    for (const block of this.#queue) block.closed = true
    this.#drain()
  }

  #begin(block: QueuedBlock): void {
    this.#event({ type: 'content_block_start', index: this.#index, content_block: block.start })
    for (const delta of block.waiting.splice(0)) this.delta(block, delta)
  }

  #drain(): void {
    while (this.#queue[0]?.closed) {
      this.#event({ type: 'content_block_stop', index: this.#index++ })
      this.#queue.shift()
      if (this.#queue[0]) this.#begin(this.#queue[0])
    }
  }

  #event(event: JsonObject): void {
    this.#write(formatSse(JSON.stringify(event), String(event.type)))
  }
}
