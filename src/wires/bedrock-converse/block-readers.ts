/** Gives each event of a streamed content block to the reader of that block, and keeps neighbours apart. */

import type { Part } from '../../ground/chat-reply.ts'
import { asNumber, asObject, type JsonObject } from '../../ground/json.ts'
import { type BlockReader, readBlock } from './block-reader.ts'

/** Blocks come one after the other and are told apart by `contentBlockIndex`; nearly all end before the next begins. */
export class BlockReaders {
  readonly #open = new Map<number, BlockReader>()
  #calls = 0
  /** The last block that text or thinking went to, while more of its kind would run on in it. */
  #runningOn: { kind: BlockReader['runsOn']; index: number } | undefined

  /** A `contentBlockStart` event. Nova's text blocks have one that says nothing. */
  start(event: JsonObject): Part[] {
    const index = asNumber(event.contentBlockIndex) ?? 0
    const before = this.#close(index)
    const { parts } = this.#reader(index, asObject(event.start) ?? {}, {})
    return [...before, ...parts]
  }

  /** A `contentBlockDelta` event; for text and thinking the first one is the start. */
  delta(event: JsonObject): Part[] {
    const index = asNumber(event.contentBlockIndex) ?? 0
    const delta = asObject(event.delta) ?? {}
    const { reader, parts } = this.#reader(index, {}, delta)
    const read = reader?.delta(delta) ?? []
    return read.length > 0 && reader ? [...parts, ...this.#apart(reader, index), ...read] : parts
  }

  /** A `contentBlockStop` event. */
  stop(event: JsonObject): Part[] {
    return this.#close(asNumber(event.contentBlockIndex) ?? 0)
  }

  /** Ends what is open. */
  flush(): Part[] {
    return [...this.#open.keys()].flatMap((index) => this.#close(index))
  }

  #reader(index: number, start: JsonObject, delta: JsonObject): { reader: BlockReader | undefined; parts: Part[] } {
    const known = this.#open.get(index)
    if (known) return { reader: known, parts: [] }
    const reader = readBlock(start, delta, this.#calls)
    if (!reader) return { reader, parts: [] }
    this.#open.set(index, reader)
    const parts = reader.start()
    if (parts.length > 0) this.#calls++
    if (reader.runsOn === 'none') this.#runningOn = undefined
    return { reader, parts }
  }

  #apart(reader: BlockReader, index: number): Part[] {
    if (reader.runsOn === 'none') return []
    const before = this.#runningOn
    this.#runningOn = { kind: reader.runsOn, index }
    return before?.kind === reader.runsOn && before.index !== index ? [{ type: 'block-break', choice: 0 }] : []
  }

  #close(index: number): Part[] {
    const reader = this.#open.get(index)
    if (!reader) return []
    this.#open.delete(index)
    const parts = reader.stop()
    // A signature already ends its block.
    if (reader.runsOn === 'reasoning' && parts.length > 0) this.#runningOn = undefined
    return parts
  }
}
