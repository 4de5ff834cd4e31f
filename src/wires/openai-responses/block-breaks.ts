/** Keeps blocks of one kind apart that follow each other without anything between them. */

import type { Part } from '../../ground/chat-reply.ts'

/** Kinds of block that go on until something else comes. */
export type OpenKind = 'text' | 'refusal' | 'reasoning'

/** The block under way in one response. */
export class BlockBreaks {
  #kind: OpenKind | undefined
  #key = ''

  /** Call before a delta of the block named `key`: gives the break that it needs, if any. */
  before(kind: OpenKind, key: string): Part[] {
    const runsOn = this.#kind === kind && this.#key !== key
    this.#kind = kind
    this.#key = key
    return runsOn ? [{ type: 'block-break', choice: 0 }] : []
  }

  /** Something came that ends any open block by itself. */
  closed(): void {
    this.#kind = undefined
  }
}
