/** Cuts passing bytes at the ends of events, so that whatever is said after a stream broke off is never glued to half an event. */

import type { StreamEvent } from '../ground/framing.ts'
import { joinBytes } from '../ground/join-bytes.ts'
import { isObject, parseJson } from '../ground/json.ts'

/** Finds where the last whole event of a stream ends. */
export type EventEnds = 'blank-line' | 'line'

const LF = 10
const CR = 13
/** A blank line may lie across two pieces: at most so many of its bytes are in the first one. */
const TAIL_BYTES = 3

export class WholeEvents {
  readonly #ends: EventEnds
  /** Pieces of the event under way; joined once, so that an event of many pieces costs linear time. */
  #held: Uint8Array[] = []
  /** The last bytes before the next piece. */
  #tail: number[] = []

  constructor(ends: EventEnds) {
    this.#ends = ends
  }

  /** The bytes up to the end of the last whole event; the very piece when it ends there, undefined when none does. */
  push(piece: Uint8Array): Uint8Array | undefined {
    const end = this.#lastEnd(piece)
    this.#tail = [...this.#tail, ...piece.subarray(-TAIL_BYTES)].slice(-TAIL_BYTES)
    if (end === 0) {
      // The caller may use its buffer again.
      this.#held.push(piece.slice())
      return undefined
    }
    const whole = joinBytes([...this.#held, end === piece.length ? piece : piece.subarray(0, end)])
    this.#held = end === piece.length ? [] : [piece.slice(end)]
    return whole
  }

  /** The bytes of an event without its end. */
  rest(): Uint8Array | undefined {
    return this.#held.length > 0 ? joinBytes(this.#held) : undefined
  }

  /** Index after the last end of an event that lies in `piece`; 0 when there is none. */
  #lastEnd(piece: Uint8Array): number {
    const at = (index: number): number | undefined =>
      index >= 0 ? piece[index] : this.#tail[this.#tail.length + index]
    if (this.#ends === 'line') return piece.lastIndexOf(LF) + 1
    for (let index = piece.length - 1; index >= 0; index--) {
      const byte = piece[index]
      if (byte !== LF && !(byte === CR && piece[index + 1] !== LF)) continue
      const before = at(byte === LF && at(index - 1) === CR ? index - 2 : index - 1)
      if (before === LF || before === CR) return index + 1
    }
    return 0
  }
}

/** Whether the last event of a stream, which lacks its end, is all there: several vendors leave the end out. */
export function isWholeEvent({ data }: StreamEvent): boolean {
  return isObject(parseJson(data)) || data === '[DONE]'
}
