import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AccountStore } from '../../src/ports/accounts.ts'
import { createLedgerWriter, type LedgerWriter } from '../../src/services/ledger/ledger-writer.ts'
import type { Slot } from '../../src/services/ledger/slot.ts'
import { memoryAccounts } from '../../src/stores/memory/account-store.ts'
import { FakeTime } from '../support/fake-time.ts'
import { ShakyAccounts, WEATHER } from '../support/shaky-accounts.ts'
import { NOON_MS, row } from './ledger-rows.ts'

type Step =
  | { readonly do: 'admit'; readonly calls: number }
  | { readonly do: 'settle'; readonly index: number; readonly costNano: string | undefined }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'weather'; readonly weather: readonly (typeof WEATHER)[number][] }
  | { readonly do: 'flush' | 'lose-timers' | 'crash' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('admit' as const), calls: fc.integer({ min: 1, max: 40 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      index: fc.nat(60),
      costNano: fc.option(fc.nat(1e6).map(String), { nil: undefined }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 1, 40, 60, 260, 3100, 5100, 9000, 31_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('weather' as const),
      weather: fc.array(fc.constantFrom(...WEATHER), { maxLength: 5 }),
    }),
  },
  fc.record({ do: fc.constantFrom('flush' as const, 'lose-timers' as const, 'crash' as const) }),
)

const { requestId: _, ...settledRow } = row('')

/** One account and a succession of isolates that write to it, each ended by a crash. */
class World {
  readonly time = new FakeTime(NOON_MS)
  readonly #accounts = memoryAccounts({ clock: this.time })
  readonly account: AccountStore = this.#accounts('org', 'blue')
  readonly admitted: Slot[] = []
  /** By request id, what the app's calls cost: the first settlement counts. */
  readonly settled = new Map<string, string | undefined>()
  /** Calls whose isolate died before they were known to be stored. */
  readonly orphans = new Set<string>()
  #network = new ShakyAccounts(this.time)
  #writer: LedgerWriter = this.#startWriter()
  #alive = new Set<string>()

  async run(each: Step): Promise<void> {
    switch (each.do) {
      case 'admit':
        return this.#admit(each.calls)
      case 'settle':
        return this.#settle(each.index, each.costNano)
      case 'wait':
        return this.time.advance(each.ms)
      case 'weather':
        this.#network.forecast = [...each.weather]
        return
      case 'flush':
        void this.#writer.flush()
        return this.time.advance(0)
      case 'lose-timers':
        return this.time.loseTimers()
      case 'crash':
        return this.crash()
    }
  }

  crash(): void {
    this.#network.dead = true
    this.time.loseTimers()
    for (const requestId of this.#alive) this.orphans.add(requestId)
    this.#alive = new Set()
    this.#network = new ShakyAccounts(this.time)
    this.#writer = this.#startWriter()
  }

  /** The network recovers, every call that can still settle does, and the isolate stops in good order. */
  async finish(): Promise<void> {
    this.#network.forecast = []
    await this.time.advance(6000) // calls that wait for a slot get one or fail
    for (const slot of this.admitted) if (this.#alive.has(slot.requestId)) this.#write(slot, '7')
    await this.time.advance(15_000)
    const left = this.#writer.flush()
    await this.time.advance(10_000)
    expect(await left).toBe(0)
  }

  #startWriter(): LedgerWriter {
    return createLedgerWriter({ accounts: this.#network.wrap(this.#accounts), clock: this.time, timers: this.time })
  }

  async #admit(calls: number): Promise<void> {
    const network = this.#network
    const waitUntil = (promise: Promise<unknown>): void => void promise
    for (let call = 0; call < calls; call++) {
      const slot = this.#writer.admit('org', 'blue', waitUntil)
      if ('requestId' in slot) this.#note(slot)
      else void slot.then((later) => later.ok && !network.dead && this.#note(later.value))
    }
    await this.time.advance(0)
  }

  #note(slot: Slot): void {
    this.admitted.push(slot)
    this.#alive.add(slot.requestId)
  }

  #settle(index: number, costNano: string | undefined): void {
    const slot = this.admitted[index % Math.max(1, this.admitted.length)]
    if (slot && this.#alive.has(slot.requestId)) this.#write(slot, costNano)
  }

  #write(slot: Slot, costNano: string | undefined): void {
    slot.settle({ ...settledRow, costNano })
    if (!this.settled.has(slot.requestId)) this.settled.set(slot.requestId, costNano)
  }
}

/** True if the call lies in a range of slots that may have been used without a word. */
async function inDoubt(world: World): Promise<(requestId: string) => boolean> {
  const ranges = await world.account.unreported()
  return (requestId) => {
    const [, leaseId, slot] = requestId.split('_')
    return ranges.some((range) => range.leaseId === leaseId && Number(slot) >= range.from && Number(slot) < range.to)
  }
}

describe('the ledger under faults and crashes', () => {
  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('has exactly one row for every call, or lists it as in doubt if its isolate died', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = new World()
        for (const each of steps) await world.run(each)
        await world.finish()
        await world.time.advance(60_000)
        const { rows } = await world.account.rows({ limit: 1000 })
        const doubtful = await inDoubt(world)
        const byId = new Map(rows.map((each) => [each.requestId, each]))
        const ids = world.admitted.map(({ requestId }) => requestId)
        expect(new Set(ids).size).toBe(ids.length)
        expect(byId.size).toBe(rows.length)
        for (const id of byId.keys()) expect(ids).toContain(id)
        for (const id of ids) {
          const stored = byId.get(id)
          if (!world.orphans.has(id)) {
            expect(stored?.outcome).toBe('ok')
            expect(stored?.costNano).toBe(world.settled.get(id))
          } else if (stored === undefined) expect(doubtful(id)).toBe(true)
          else if (stored.outcome !== 'unreported') expect(stored.costNano).toBe(world.settled.get(id))
        }
        const known = rows.reduce((sum, each) => sum + BigInt(each.costNano ?? 0), 0n)
        const [total] = await world.account.costs([], {})
        expect(total?.costNano ?? '0').toBe(known.toString())
        expect(total?.calls ?? 0).toBe(rows.length)
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})
