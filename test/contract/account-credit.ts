/** The part of the accounts' contract about credit: granted within limits, reported in totals, booked when a lease is lost. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AccountStore } from '../../src/ports/accounts.ts'
import type { CreditGrant, CreditReport } from '../../src/ports/credit.ts'
import { type AccountHarness, allRows, report } from './account-harness.ts'
import { NOON_MS, row } from './ledger-rows.ts'

/** A report on a limit of 100 nano-dollars a day, of which nothing is used or wanted unless said. */
export function credit(fields: Partial<CreditReport> = {}): CreditReport {
  const { least = 0, need = least, want = need } = fields
  return {
    limit: 'p/usd/day/team',
    scope: 'blue',
    startMs: NOON_MS,
    sinceMs: fields.startMs ?? NOON_MS,
    untilMs: NOON_MS + 86_400_000,
    kind: 'money',
    bound: 100,
    spent: 0,
    returned: 0,
    ...fields,
    least,
    need,
    want,
  }
}

async function ask(account: AccountStore, leaseId: string, fields: Partial<CreditReport>): Promise<CreditGrant> {
  const answer = await account.sync(report(leaseId, { credit: [credit(fields)] }))
  const [grant] = answer.credit ?? []
  if (!grant) throw new Error('no grant')
  return grant
}

/** Adds its tests to the suite under way. */
export function describeCredit(account: () => AccountStore, harness: AccountHarness): void {
  const lease = async (): Promise<string> => (await account().openLease(4)).id

  it('grants what calls need, and of the rest no more than a quarter', async () => {
    const a = await lease()
    expect(await ask(account(), a, { least: 10, need: 20, want: 90 })).toMatchObject({
      granted: 40,
      spent: 0,
      reserved: 40,
    })
    expect(await ask(account(), a, { least: 41, need: 50, want: 50 })).toMatchObject({ granted: 50, reserved: 50 })
  })

  it('never grants past the limit, gives what is left to those it serves, and nothing to those it does not', async () => {
    const [a, b, c] = [await lease(), await lease(), await lease()]
    expect((await ask(account(), a, { least: 10, need: 80 })).granted).toBe(80)
    expect((await ask(account(), b, { least: 21 })).granted).toBe(0)
    expect(await ask(account(), c, { least: 5, need: 40 })).toMatchObject({ granted: 20, spent: 0, reserved: 100 })
    expect((await ask(account(), b, { least: 1 })).granted).toBe(0)
  })

  it('counts a report once however often and in whatever order it comes', async () => {
    const a = await lease()
    const first = { spent: 10, returned: 5, least: 30 }
    await ask(account(), a, { least: 30 })
    await ask(account(), a, { spent: 20, returned: 10, least: 30 })
    for (const again of [first, first, { least: 30 }]) await ask(account(), a, again)
    expect(await account().counters()).toMatchObject([
      { limit: 'p/usd/day/team', scope: 'blue', spent: 20, reserved: 0 },
    ])
  })

  it('keeps scopes, windows and limits apart', async () => {
    const a = await lease()
    await ask(account(), a, { least: 100 })
    expect((await ask(account(), a, { least: 100, scope: 'red' })).granted).toBe(100)
    expect((await ask(account(), a, { least: 100, startMs: NOON_MS + 1 })).granted).toBe(100)
    expect((await ask(account(), a, { least: 100, limit: 'other' })).granted).toBe(100)
    expect((await ask(account(), a, { least: 101 })).granted).toBe(100)
  })

  it('adds up the parts of a sliding window, those to come included', async () => {
    const a = await lease()
    const at = (minute: number, least: number) =>
      ask(account(), a, { startMs: NOON_MS + minute * 60_000, sinceMs: NOON_MS + (minute - 60) * 60_000, least })
    expect((await at(0, 60)).granted).toBe(60)
    expect((await at(30, 41)).granted).toBe(0)
    expect((await at(30, 40)).granted).toBe(40)
    expect((await at(60, 1)).granted).toBe(0)
    expect((await at(61, 60)).granted).toBe(60)
    // The span that ends with the part at minute 61 holds the one at minute 30 too.
    expect((await at(29, 1)).granted).toBe(0)
  })

  it('grants without end where the limit refuses nothing', async () => {
    const { bound: _, ...open } = credit({ least: 1000 })
    const answer = await account().sync(report(await lease(), { credit: [open] }))
    expect(answer.credit).toMatchObject([{ granted: 1000 }])
  })

  it('takes everything back when a lease is closed, also grants the isolate never heard of', async () => {
    const a = await lease()
    await ask(account(), a, { least: 60 })
    await account().sync(report(a, { close: true, credit: [credit({ spent: 7 })] }))
    await account().sync(report(a, { close: true, credit: [credit({ spent: 7 })] }))
    expect(await account().counters()).toMatchObject([{ spent: 7, reserved: 0 }])
    expect((await ask(account(), await lease(), { least: 93 })).granted).toBe(93)
  })

  it('books what a lost lease held as spent, and shows it as one unreported row', async () => {
    const a = await lease()
    const limits = [credit({ least: 60, spent: 20 }), credit({ least: 50, spent: 20, limit: 'p/usd/month/key' })]
    const counts = credit({ least: 5, kind: 'count', limit: 'p/requests/day/team' })
    const held = credit({ least: 3, kind: 'held', limit: 'p/concurrent/route' })
    const rows = [row(`req_${a}_0`, { costNano: '20' })]
    await account().sync(report(a, { used: 1, rows, credit: [...limits, counts, held] }))
    await harness.expireLeases(account())
    expect(await account().counters()).toMatchObject([
      { limit: 'p/concurrent/route', spent: 0, reserved: 0 },
      { limit: 'p/requests/day/team', spent: 5, reserved: 0 },
      { limit: 'p/usd/day/team', spent: 60, reserved: 0 },
      { limit: 'p/usd/month/key', spent: 50, reserved: 0 },
    ])
    expect(await allRows(account(), { outcome: 'unreported' })).toMatchObject([
      { requestId: `req_${a}_held`, costNano: '40' },
    ])
    expect(await account().costs([], {})).toMatchObject([{ costNano: '60' }])
  })

  it('corrects what it booked for a lease that was only slow', async () => {
    const a = await lease()
    await ask(account(), a, { least: 60 })
    await harness.expireLeases(account())
    expect(await account().counters()).toMatchObject([{ spent: 60, reserved: 0 }])
    const rows = [row(`req_${a}_0`, { costNano: '25' })]
    const last = report(a, { used: 1, rows, close: true, credit: [credit({ spent: 25, returned: 10 })] })
    for (let times = 0; times < 2; times++) {
      expect(await account().sync(last)).toEqual({})
      expect(await account().counters()).toMatchObject([{ spent: 25, reserved: 0 }])
      expect(await account().costs([], {})).toMatchObject([{ calls: 2, costNano: '25' }])
    }
  })

  it('lowers what it booked by all that a lease accounts for later, should it die before it closes', async () => {
    const a = await lease()
    await ask(account(), a, { least: 60 })
    await harness.expireLeases(account())
    const rows = [row(`req_${a}_0`, { costNano: '25' })]
    const sums = async () => [(await account().counters())[0]?.spent, (await account().costs([], {}))[0]?.costNano]
    expect(await sums()).toEqual([60, '60'])
    for (let times = 0; times < 2; times++) {
      await account().sync(report(a, { used: 1, rows, credit: [credit({ spent: 25 })] }))
      expect(await sums()).toEqual([60, '60'])
    }
    for (let times = 0; times < 2; times++) {
      await account().sync(report(a, { used: 1, credit: [credit({ spent: 25, returned: 30 })] }))
      expect(await sums()).toEqual([30, '30'])
    }
    const booked = await allRows(account(), { adjusts: `req_${a}_held` })
    expect(booked.map(({ costNano, warnings }) => [costNano, warnings]).sort()).toEqual([
      ['-25', ['ledger.credit:returned']],
      ['-30', ['ledger.credit:returned']],
    ])
  })

  it('grants nothing to a lease that has ended or that nobody knows, and counts what it spent', async () => {
    const a = await lease()
    await harness.expireLeases(account())
    expect(await account().sync(report(a, { credit: [credit({ spent: 3, least: 50 })] }))).toEqual({})
    expect(await account().sync(report('stranger', { credit: [credit({ spent: 4, least: 50 })] }))).toEqual({})
    expect(await account().counters()).toMatchObject([{ spent: 7, reserved: 0 }])
  })

  it('counts what was spent past the credit', async () => {
    const a = await lease()
    await ask(account(), a, { least: 50 })
    expect(await ask(account(), a, { spent: 70 })).toMatchObject({ granted: 70, spent: 70, reserved: 0 })
    expect((await ask(account(), await lease(), { least: 31 })).granted).toBe(0)
  })

  it('holds every promise under any interleaving of leases, losses, repeats and windows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => interleave(harness, steps)),
      {
        numRuns: 60,
      },
    )
  }, 60_000)
}

const step = fc.record({
  do: fc.constantFrom(
    'ask' as const,
    'spend' as const,
    'return' as const,
    'send' as const,
    'repeat' as const,
    'end' as const,
  ),
  lease: fc.nat(2),
  window: fc.nat(1),
  amount: fc.nat(60),
})

const LIMIT = 100

/** What an isolate knows of its credit in one window. */
interface Side {
  spent: number
  returned: number
  least: number
  granted: number
}

/** The reference: a lease has what it was granted and neither spent nor returned; the rest follows. */
async function interleave(harness: AccountHarness, steps: readonly Step[]): Promise<void> {
  const account = harness.fresh()
  let leases = await Promise.all([0, 1, 2].map(() => openSides(account)))
  const past: [string, CreditReport][] = []
  const gone: Sides[] = []
  const send = async (sides: Sides, window: number): Promise<void> => {
    const side = sides.windows[window]
    if (!side) return
    const said = credit({
      ...side,
      need: side.least,
      want: side.least + 30,
      startMs: NOON_MS + window,
      sinceMs: NOON_MS + window,
    })
    past.push([sides.id, said])
    const [grant] = (await account.sync(report(sides.id, { credit: [said] }))).credit ?? []
    side.granted = Math.max(side.granted, grant?.granted ?? 0)
  }
  for (const each of steps) {
    const sides = leases[each.lease]
    const side = sides?.windows[each.window]
    if (!sides || !side) continue
    const free = side.granted - side.spent - side.returned
    if (each.do === 'ask') side.least = side.spent + side.returned + each.amount
    if (each.do === 'spend') side.spent += Math.min(free, each.amount)
    if (each.do === 'return') side.returned += Math.min(free, each.amount)
    if (each.do === 'ask' || each.do === 'send') await send(sides, each.window)
    if (each.do === 'repeat') {
      const old = past[each.amount % Math.max(1, past.length)]
      if (old) await account.sync(report(old[0], { credit: [old[1]] }))
    }
    if (each.do === 'end') {
      await harness.expireLeases(account)
      gone.push(...leases)
      leases = await Promise.all([0, 1, 2].map(() => openSides(account)))
    }
    for (const { spent, reserved } of await account.counters()) {
      expect(spent).toBeGreaterThanOrEqual(0)
      expect(reserved).toBeGreaterThanOrEqual(0)
      expect(spent + reserved).toBeLessThanOrEqual(LIMIT)
    }
  }
  // In the end every isolate tells the truth and closes, also those given up: then the counters are what was spent.
  for (const { id, windows } of [...leases, ...gone]) {
    const last = windows.map(({ spent, returned }, window) =>
      credit({ spent, returned, startMs: NOON_MS + window, sinceMs: NOON_MS + window }),
    )
    await account.sync(report(id, { close: true, credit: last }))
  }
  for (const window of [0, 1]) {
    const spent = [...leases, ...gone].reduce((sum, { windows }) => sum + (windows[window]?.spent ?? 0), 0)
    const counter = (await account.counters()).find(({ startMs }) => startMs === NOON_MS + window)
    expect(counter ?? { spent: 0, reserved: 0 }).toMatchObject({ spent, reserved: 0 })
  }
  expect((await account.costs([], {}))[0]?.costNano ?? '0').toBe('0')
}

interface Step {
  readonly do: 'ask' | 'spend' | 'return' | 'send' | 'repeat' | 'end'
  readonly lease: number
  readonly window: number
  readonly amount: number
}

interface Sides {
  readonly id: string
  readonly windows: Side[]
}

async function openSides(account: AccountStore): Promise<Sides> {
  const side = (): Side => ({ spent: 0, returned: 0, least: 0, granted: 0 })
  return { id: (await account.openLease(1)).id, windows: [side(), side()] }
}
