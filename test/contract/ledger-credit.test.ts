import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AccountStore } from '../../src/ports/accounts.ts'
import type { CounterTerms } from '../../src/ports/credit.ts'
import type { Held, Need } from '../../src/services/ledger/lease-credit.ts'
import { createLedgerWriter, type LedgerWriter } from '../../src/services/ledger/ledger-writer.ts'
import type { NoCredit, Slot } from '../../src/services/ledger/slot.ts'
import { memoryAccounts } from '../../src/stores/memory/account-store.ts'
import { FakeTime } from '../support/fake-time.ts'
import { ShakyAccounts, WEATHER, type Weather } from '../support/shaky-accounts.ts'
import { NOON_MS, row } from './ledger-rows.ts'

const LIMIT = 1000
const WINDOW_MS = 60_000

function terms(nowMs: number, fields: Partial<CounterTerms> = {}): CounterTerms {
  const startMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS
  const untilMs = startMs + WINDOW_MS
  return { limit: 'p/usd', scope: 'blue', startMs, sinceMs: startMs, untilMs, kind: 'money', bound: LIMIT, ...fields }
}

function need(nowMs: number, amount: number, fields: Partial<CounterTerms> = {}, least = amount): Need {
  return { terms: terms(nowMs, fields), amount, least }
}

const { requestId: _, ...settledRow } = row('')

/** One call of a test: its slot, what it holds and what it was refused for. */
interface Call {
  readonly slot: Slot
  readonly startMs: number
  held?: Held
  refused?: NoCredit
}

/** Isolates that share one account, each behind a network of its own. */
class World {
  readonly time = new FakeTime(NOON_MS)
  readonly #accounts = memoryAccounts({ clock: this.time })
  readonly account: AccountStore = this.#accounts('org', 'blue')
  readonly calls: Call[][] = []
  readonly networks: ShakyAccounts[] = []
  readonly #writers: LedgerWriter[] = []
  /** What calls really used, by window. */
  readonly used = new Map<number, number>()

  constructor(isolates: number) {
    for (let index = 0; index < isolates; index++) this.start(index)
  }

  start(index: number): void {
    const network = this.networks[index]
    if (network) network.dead = true
    const fresh = new ShakyAccounts(this.time)
    this.networks[index] = fresh
    this.#writers[index] = createLedgerWriter({
      accounts: fresh.wrap(this.#accounts),
      clock: this.time,
      timers: this.time,
    })
    this.calls[index] = []
  }

  /** Begins a call; what it holds or why not is known once time has passed. */
  begin(index: number, needs: readonly Need[], strict = false): void {
    const writer = this.#writers[index]
    const calls = this.calls[index]
    if (!writer || !calls) return
    const startMs = needs[0]?.terms.startMs ?? 0
    const ignore = (): void => undefined
    const withSlot = (slot: Slot): void => {
      const call: Call = { slot, startMs }
      calls.push(call)
      const held = slot.hold(needs, strict)
      if ('settle' in held) call.held = held
      else
        void held.then((found) =>
          found.ok ? Object.assign(call, { held: found.value }) : Object.assign(call, { refused: found.error }),
        )
    }
    const slot = writer.admit('org', 'blue', ignore)
    if ('requestId' in slot) withSlot(slot)
    else void slot.then((found) => found.ok && withSlot(found.value))
  }

  /** Ends a call that has been given its credit or refused it; `share` of what it holds was really used. */
  end(index: number, at: number, share: number): number {
    const calls = (this.calls[index] ?? []).filter((call) => call.held || call.refused)
    const call = calls[at % Math.max(1, calls.length)]
    if (!call) return 0
    this.calls[index]?.splice(this.calls[index]?.indexOf(call) ?? 0, 1)
    const used = Math.floor((call.held?.amounts[0] ?? 0) * share)
    call.held?.settle([used])
    call.slot.settle({ ...settledRow, costNano: String(used) })
    this.used.set(call.startMs, (this.used.get(call.startMs) ?? 0) + used)
    return used
  }

  async flush(): Promise<void> {
    void Promise.all(this.#writers.map((writer) => writer.flush()))
    await this.time.advance(20_000)
  }

  /** What all counters promise at any time. */
  async check(): Promise<void> {
    for (const { spent, reserved, startMs } of await this.account.counters()) {
      expect(spent).toBeGreaterThanOrEqual(0)
      expect(reserved).toBeGreaterThanOrEqual(0)
      expect(spent + reserved).toBeLessThanOrEqual(LIMIT)
      expect(this.used.get(startMs) ?? 0).toBeLessThanOrEqual(LIMIT)
    }
  }
}

describe('credit in isolates', () => {
  // Every failed report writes a line to the log.
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
  afterEach(() => vi.restoreAllMocks())

  it('is held without asking once the isolate has some, and settled with the rows', async () => {
    const world = new World(1)
    for (let call = 0; call < 40; call++) {
      world.begin(0, [need(world.time.now(), 1, { kind: 'count' })])
      await world.time.advance(10)
      world.end(0, 0, 1)
    }
    expect(world.networks[0]?.calls.sync).toBeLessThan(20)
    await world.flush()
    expect(await world.account.counters()).toMatchObject([{ spent: 40, reserved: 0 }])
  })

  it('reaches a limit of calls exactly and does not pass it, in one isolate and in several', async () => {
    for (const isolates of [1, 3]) {
      const world = new World(isolates)
      for (let call = 0; call < 150; call++)
        world.begin(call % isolates, [need(NOON_MS, 1, { kind: 'count', bound: 60 })])
      await world.time.advance(2000)
      const calls = world.calls.flat()
      expect(calls.filter((call) => call.held)).toHaveLength(60)
      expect(calls.filter((call) => call.refused?.reason === 'used-up')).toHaveLength(90)
    }
  })

  it('lets calls follow one another for ever under a limit of calls at the same moment', async () => {
    const world = new World(1)
    const held = { kind: 'held', startMs: 0, sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER, bound: 3 } as const
    for (let round = 0; round < 20; round++) {
      for (let call = 0; call < 5; call++) world.begin(0, [need(NOON_MS, 1, held)])
      await world.time.advance(100)
      expect(world.calls[0]?.filter((call) => call.held)).toHaveLength(3)
      for (let call = 0; call < 5; call++) world.end(0, 0, 0)
    }
    await world.flush()
    expect(await world.account.counters()).toMatchObject([{ spent: 0, reserved: 0 }])
  })

  it('gives a call less than it would like where the rest allows, and refuses below the least it needs', async () => {
    const world = new World(1)
    world.begin(0, [need(NOON_MS, 900)])
    await world.time.advance(100)
    world.begin(0, [need(NOON_MS, 500, {}, 50)])
    await world.time.advance(100)
    world.begin(0, [need(NOON_MS, 500, {}, 1)])
    await world.time.advance(100)
    expect(world.calls[0]).toMatchObject([
      { held: { amounts: [900] } },
      { held: { amounts: [100] } },
      { refused: { reason: 'used-up', known: { spent: 0, reserved: 1000 } } },
    ])
  })

  it('holds all or nothing over several limits', async () => {
    const world = new World(1)
    world.begin(0, [need(NOON_MS, 10), need(NOON_MS, 10, { limit: 'p/small', bound: 5 })])
    await world.time.advance(100)
    expect(world.calls[0]).toMatchObject([{ refused: { reason: 'used-up', need: { terms: { limit: 'p/small' } } } }])
    world.end(0, 0, 0)
    await world.flush()
    expect((await world.account.counters()).map(({ spent, reserved }) => [spent, reserved])).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  it('counts without asking where a limit refuses nothing, also while the account is away', async () => {
    const world = new World(1)
    world.begin(0, [need(NOON_MS, 1)])
    await world.time.advance(100)
    const network = world.networks[0]
    if (network) network.forecast = Array<Weather>(8).fill('lost')
    const { bound: __, ...soft } = terms(NOON_MS, { limit: 'p/soft' })
    world.begin(0, [{ terms: soft, amount: 5000, least: 5000 }])
    expect(world.calls[0]?.[1]).toMatchObject({ held: { amounts: [5000] } })
    world.begin(0, [need(NOON_MS, 999)])
    await world.time.advance(6000)
    expect(world.calls[0]?.[2]).toMatchObject({ refused: { reason: 'unreachable' } })
  })

  it('writes a strict hold down before it is given', async () => {
    const world = new World(1)
    for (let call = 0; call < 3; call++) {
      world.begin(0, [need(NOON_MS, 100)], true)
      await world.time.advance(0)
      expect(await world.account.counters()).toMatchObject([{ reserved: 100 * (call + 1) }])
    }
    for (let call = 0; call < 3; call++) world.end(0, 0, 1)
    await world.flush()
    expect(await world.account.counters()).toMatchObject([{ spent: 300, reserved: 0 }])
  })

  it('never overshoots, loses nothing and agrees with the rows, whatever happens to isolates and messages', async () => {
    const steps = fc.array(step, { maxLength: 60, size: 'max' })
    await fc.assert(fc.asyncProperty(steps, run), { numRuns: 150, examples: [[DIES_WHILE_IT_MAKES_GOOD]] })
  }, 120_000)
})

type Step =
  | {
      readonly do: 'begin'
      readonly isolate: number
      readonly amount: number
      readonly elastic: boolean
      readonly strict: boolean
    }
  | { readonly do: 'end'; readonly isolate: number; readonly at: number; readonly share: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'weather'; readonly isolate: number; readonly weather: readonly Weather[] }
  | { readonly do: 'crash'; readonly isolate: number }

/** Its lease ran out, it told of some of what it held, and it was gone before it had told of all. */
const DIES_WHILE_IT_MAKES_GOOD: Step[] = [
  { do: 'begin', isolate: 1, amount: 1, elastic: false, strict: false },
  { do: 'wait', ms: 0 },
  { do: 'weather', isolate: 1, weather: ['hangs'] },
  { do: 'end', isolate: 1, at: 0, share: 0 },
  { do: 'wait', ms: 31_000 },
  { do: 'begin', isolate: 1, amount: 1, elastic: false, strict: false },
  { do: 'crash', isolate: 1 },
]

const isolate = fc.nat(2)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('begin' as const),
      isolate,
      amount: fc.integer({ min: 1, max: 400 }),
      elastic: fc.boolean(),
      strict: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      isolate,
      at: fc.nat(20),
      share: fc.constantFrom(0, 0.3, 1),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 60, 260, 3100, 9000, 31_000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('weather' as const),
      isolate,
      weather: fc.array(fc.constantFrom(...WEATHER), { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), isolate }) },
)

async function run(steps: readonly Step[]): Promise<void> {
  const world = new World(3)
  let crashed = false
  for (const each of steps) {
    const network = 'isolate' in each ? world.networks[each.isolate] : undefined
    if (each.do === 'begin')
      world.begin(each.isolate, [need(world.time.now(), each.amount, {}, each.elastic ? 1 : each.amount)], each.strict)
    if (each.do === 'end') world.end(each.isolate, each.at, each.share)
    if (each.do === 'wait') await world.time.advance(each.ms)
    if (each.do === 'weather' && network) network.forecast = [...each.weather]
    if (each.do === 'crash') {
      crashed = true
      world.start(each.isolate)
    }
    await world.check()
  }
  // Everything still running ends, all that was late arrives, leases of the dead run out.
  for (const network of world.networks) network.forecast = []
  await world.time.advance(20_000)
  for (const index of [0, 1, 2])
    while ((world.calls[index] ?? []).some((call) => call.held || call.refused)) world.end(index, 0, 1)
  await world.flush()
  await world.time.advance(60_000)
  await world.flush()
  await world.check()
  const counters = await world.account.counters()
  for (const { reserved, spent, startMs } of counters) {
    expect(reserved).toBe(0)
    if (!crashed) expect(spent).toBe(world.used.get(startMs) ?? 0)
    else expect(spent).toBeGreaterThanOrEqual(0)
  }
  const [total] = await world.account.costs([], {})
  expect(total?.costNano ?? '0').toBe(String(counters.reduce((sum, { spent }) => sum + spent, 0)))
}
