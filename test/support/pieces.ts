/** Bytes cut into pieces as a network might, and their way through a framer. */

import { createFramer, type Framing, type StreamEvent } from '../../src/ground/framing.ts'

/** The bytes in order, cut at each number of `cuts` modulo their length; pieces may be empty. */
export function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end))
}

/** The events of one stream whose bytes arrive cut at `cuts`. */
export function framed(framing: Framing, stream: string | Uint8Array, cuts: readonly number[] = []): StreamEvent[] {
  const bytes = typeof stream === 'string' ? new TextEncoder().encode(stream) : stream
  const framer = createFramer(framing)
  const events = pieces(bytes, cuts).flatMap((piece) => framer.push(piece))
  return [...events, ...framer.end()]
}

const MEBIBYTE = 1024 * 1024

/**
 * Sends `head` and then `fill` over and over, a mebibyte at a time; gives how many mebibytes of it the framer took before
 * it refused, which is the most it ever held.
 */
export function mebibytesTaken(framing: Framing, head: string, fill: string, mebibytes: number): number {
  const framer = createFramer(framing)
  const chunk = new TextEncoder().encode(fill.repeat(Math.ceil(MEBIBYTE / fill.length)).slice(0, MEBIBYTE))
  framer.push(new TextEncoder().encode(head))
  for (let taken = 0; taken < mebibytes; taken++) {
    try {
      framer.push(chunk)
    } catch (error) {
      if (error instanceof Error && error.name === 'SseOverflow') return taken
      throw error
    }
  }
  return mebibytes
}
