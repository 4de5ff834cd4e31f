/** What each call of the proof asks, what the scripted upstream will say, and what goes wrong; all from one seed. */

import { Random } from '../fuzz-streams/random.ts'

/** `reset`: the connection is reset. `end`: the reply ends properly but too early. `fin`: the connection is closed in the middle of a chunk. */
export const CALL_FAULTS = ['client-cut', 'request-cut', 'upstream-reset', 'upstream-end', 'upstream-fin'] as const
export type CallFault = (typeof CALL_FAULTS)[number]

export const TEAMS = ['blue', 'red'] as const

/** Nano-dollars a token that every policy of the proof assumes. */
export const NANO = { input: 3000, output: 15_000 } as const

/** Longest answer that a call allows. */
export const MAX_TOKENS = 1000

export type Accounting = 'leased' | 'strict' | 'free'

export interface CallPlan {
  /** Goes along as the user's name, so that the row can be told; and in the prompt, so that the upstream knows its lines. */
  readonly tag: string
  readonly door: number
  readonly team: (typeof TEAMS)[number]
  readonly clientWire: 'openai-chat' | 'anthropic-messages'
  readonly upstreamWire: 'openai-chat' | 'anthropic-messages'
  readonly accounting: Accounting
  readonly stream: boolean
  /** An OpenAI client asks for usage inside its stream. */
  readonly asksUsage: boolean
  readonly words: number
  readonly pauseMs: number
  /** What the upstream will state that it used. */
  readonly usage: { readonly input: number; readonly output: number }
  readonly fault: CallFault | undefined
  /** Where it happens: a share of the reply's (or the request's) bytes. */
  readonly at: number
  /** Share of the reply after which the upstream waits for the wave's gate; undefined: it does not wait. */
  readonly gate: number | undefined
}

/** The name that an app sends as `model`. */
export function routeOf({ upstreamWire, accounting }: CallPlan): string {
  return `${upstreamWire === 'openai-chat' ? 'open' : 'claude'}-${accounting}`
}

export class Planner {
  readonly #random: Random
  readonly #doors: number
  #count = 0

  constructor(seed: number, doors: number) {
    this.#random = new Random(seed)
    this.#doors = doors
  }

  /** A whole number below `limit`, for the proof's other choices. */
  below(limit: number): number {
    return this.#random.below(limit)
  }

  next(fixed: Partial<Pick<CallPlan, 'door' | 'fault' | 'gate'>> = {}): CallPlan {
    const random = this.#random
    const wires = ['openai-chat', 'anthropic-messages'] as const
    const words = 1 + random.below(30)
    return {
      tag: `cut-${this.#count++}`,
      door: random.below(this.#doors),
      team: random.pick(TEAMS),
      clientWire: random.pick(wires),
      upstreamWire: random.pick(wires),
      accounting: random.pick(['leased', 'leased', 'leased', 'strict', 'free'] as const),
      stream: random.chance(0.8),
      asksUsage: random.chance(0.5),
      words,
      pauseMs: random.below(4),
      usage: { input: 1 + random.below(5000), output: 1 + random.below(900) },
      fault: undefined,
      at: random.next(),
      gate: undefined,
      ...fixed,
    }
  }
}
