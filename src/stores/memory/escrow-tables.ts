/** The counters of one account in memory. */

import type { CounterName, CounterState, CounterTerms } from '../../ports/credit.ts'
import type { EscrowTables, KnownHolding, Upstream } from '../escrow-book.ts'
import { movedTally, NO_TALLY, type Tally } from '../escrow-rules.ts'

export class MemoryEscrow implements EscrowTables {
  readonly #tallies = new Map<string, { name: CounterName; tally: Tally }>()
  readonly #holdings = new Map<string, Map<string, KnownHolding>>()
  readonly #upstreams = new Map<string, Upstream>()
  readonly #watched = new Map<string, CounterTerms>()

  tally(name: CounterName): Tally | undefined {
    return this.#tallies.get(textOf(name))?.tally
  }

  tallySince({ limit, scope, startMs }: CounterName, sinceMs: number): Tally {
    let sum = NO_TALLY
    for (const { name, tally } of this.#tallies.values()) {
      const counts = sinceMs === startMs ? name.startMs === startMs : name.startMs >= sinceMs
      if (counts && name.limit === limit && name.scope === scope) sum = movedTally(sum, NO_TALLY, tally)
    }
    return sum
  }

  setTally(name: CounterName, tally: Tally): void {
    this.#tallies.set(textOf(name), { name, tally })
  }

  watched(name: CounterName): CounterTerms | undefined {
    return this.#watched.get(textOf(name))
  }

  setWatched(terms: CounterTerms): void {
    this.#watched.set(textOf(terms), terms)
  }

  holding(leaseId: string, name: CounterName): KnownHolding | undefined {
    return this.#holdings.get(leaseId)?.get(textOf(name))
  }

  holdings(leaseId: string): readonly KnownHolding[] {
    return [...(this.#holdings.get(leaseId)?.values() ?? [])]
  }

  setHolding(leaseId: string, holding: KnownHolding): void {
    const known = this.#holdings.get(leaseId) ?? new Map<string, KnownHolding>()
    known.set(textOf(holding.name), holding)
    this.#holdings.set(leaseId, known)
  }

  upstream(name: CounterName): Upstream | undefined {
    return this.#upstreams.get(textOf(name))
  }

  upstreams(): readonly Upstream[] {
    return [...this.#upstreams.values()]
  }

  setUpstream(upstream: Upstream): void {
    this.#upstreams.set(textOf(upstream.terms), upstream)
  }

  counters(): CounterState[] {
    const states = [...this.#tallies.values()].map(({ name, tally }) => ({ ...name, ...tally }))
    const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
    return states.sort((a, b) => order(a.limit, b.limit) || order(a.scope, b.scope) || a.startMs - b.startMs)
  }
}

function textOf({ limit, scope, startMs }: CounterName): string {
  return JSON.stringify([limit, scope, startMs])
}
