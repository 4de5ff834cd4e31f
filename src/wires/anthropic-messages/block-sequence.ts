/** Puts streamed content blocks into one row: events of a block wait until the block before it is over. */

import type { Part } from '../../ground/chat-reply.ts'
import { asNumber, isObject, type JsonObject } from '../../ground/json.ts'
import { type BlockReader, readBlock } from './block-reader.ts'

interface Live {
  readonly index: number
  readonly type: unknown
  readonly reader: BlockReader
}

/** Anthropic sends one block at a time; hosts that mix the blocks' events are put in order by `index`. */
export class BlockSequence {
  #live: Live | undefined
  #waiting: JsonObject[] = []
  #calls = 0
  #previous: { type: unknown; signed: boolean } | undefined
  /** Any block has begun. */
  begun = false

  /** A `content_block_start`, `_delta` or `_stop` event. */
  push(event: JsonObject): Part[] {
    const index = asNumber(event.index) ?? 0
    if (this.#live && this.#live.index !== index) {
      this.#waiting.push(event)
      return []
    }
    switch (event.type) {
      case 'content_block_start':
        // The same index again without a stop: the earlier block is over.
        return [...this.#close(), ...this.#open(index, isObject(event.content_block) ? event.content_block : {})]
      case 'content_block_delta':
        return this.#live && isObject(event.delta) ? this.#live.reader.delta(event.delta) : []
      default:
        return this.#live ? this.#next() : []
    }
  }

  /** Ends what is open, and what waits behind it. */
  flush(): Part[] {
    const parts: Part[] = []
    while (this.#live || this.#waiting.length > 0) parts.push(...this.#next())
    return parts
  }

  #next(): Part[] {
    const parts = this.#close()
    const waiting = this.#waiting
    this.#waiting = []
    for (const event of waiting) parts.push(...this.push(event))
    return parts
  }

  #open(index: number, block: JsonObject): Part[] {
    this.begun = true
    const reader = readBlock(block, block.type === 'tool_use' ? this.#calls++ : 0)
    this.#live = { index, type: block.type, reader }
    // Two blocks of one kind in a row would run together; a signature already ends thinking.
    const runsOn = this.#previous?.type === block.type && (block.type === 'text' || block.type === 'thinking')
    const needsBreak = runsOn && this.#previous?.signed === false
    return needsBreak ? [{ type: 'block-break', choice: 0 }, ...reader.start()] : reader.start()
  }

  #close(): Part[] {
    if (!this.#live) return []
    const { reader, type } = this.#live
    const parts = reader.stop()
    this.#previous = { type, signed: parts.some((part) => part.type === 'reasoning-signature') }
    this.#live = undefined
    return parts
  }
}
