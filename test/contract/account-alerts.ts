/** The part of the accounts' contract about alerts: each thing is told once, in the account where it is true. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AccountStore } from '../../src/ports/accounts.ts'
import type { AlertQuery, AlertRecord } from '../../src/ports/alerts.ts'
import type { CreditReport, Watch } from '../../src/ports/credit.ts'
import { MOST_A_DAY } from '../../src/stores/alert-book.ts'
import { credit } from './account-credit.ts'
import { type AccountHarness, report } from './account-harness.ts'
import { NOON_MS, row } from './ledger-rows.ts'

/** A limit of 100 nano-dollars, of which 50% and 80% are worth an alert. */
const WATCH: Watch = { amount: 100, percents: [50, 80], measure: 'usd', per: 'team', enforce: 'hard' }

function watched(fields: Partial<CreditReport> = {}): CreditReport {
  return credit({ watch: WATCH, ...fields })
}

/** Oldest first, in short. */
async function told(account: AccountStore, shared = false): Promise<string[]> {
  const alerts = await (shared ? account.sharedAlerts({ limit: 1000 }) : account.alerts({ limit: 1000 }))
  return alerts.map(inShort).reverse()
}

function inShort({ type, data }: AlertRecord): string {
  return [type, data.percent ?? data.reason ?? data.model ?? data.calls].join(' ')
}

/** Adds its tests to the suite under way. */
export function describeAlerts(account: () => AccountStore, harness: AccountHarness): void {
  const spend = async (fields: Partial<CreditReport>, to = account()): Promise<void> => {
    const { id } = await to.openLease(1)
    await to.sync(report(id, { credit: [watched(fields)] }))
  }

  it('tells once of every share that is passed, and once of the end', async () => {
    const { id } = await account().openLease(1)
    for (const spent of [49, 50, 50, 79, 80, 99, 100, 100, 130])
      await account().sync(report(id, { credit: [watched({ spent })] }))
    expect(await told(account())).toEqual(['limit.threshold 50', 'limit.threshold 80', 'limit.exhausted used-up'])
  })

  it('tells of all shares that one step passes, and what the reader needs to know of them', async () => {
    await spend({ spent: 85 })
    const [last, first] = await account().alerts({ limit: 10 })
    expect(first).toMatchObject({ type: 'limit.threshold', team: 'blue', data: { percent: 50 } })
    expect(last?.id).toMatch(/^evt_[A-Za-z0-9]{22}$/)
    expect(last?.id).not.toBe(first?.id)
    expect(last?.data).toEqual({
      limit: 'p/usd/day/team',
      measure: 'usd',
      per: 'team',
      scope: 'blue',
      enforce: 'hard',
      amount: '0.0000001',
      used: '0.000000085',
      window: { starts_at: new Date(NOON_MS).toISOString(), ends_at: new Date(NOON_MS + 86_400_000).toISOString() },
      percent: 80,
    })
  })

  it('keeps limits, scopes, windows and amounts apart', async () => {
    const shares = async (): Promise<number> => (await told(account())).length
    await spend({ spent: 60 })
    await spend({ spent: 60, scope: 'red' })
    await spend({ spent: 60, startMs: NOON_MS + 1 })
    await spend({ spent: 60, limit: 'other' })
    expect(await shares()).toBe(4)
    await spend({ watch: { ...WATCH, amount: 110 } })
    expect(await shares()).toBe(5)
    await spend({})
    expect(await shares()).toBe(5)
  })

  it('says of soft and shadow limits that they are', async () => {
    for (const enforce of ['soft', 'shadow'] as const) {
      const { bound: _, ...open } = watched({ spent: 100, limit: enforce, watch: { ...WATCH, enforce, percents: [] } })
      const { id } = await account().openLease(1)
      await account().sync(report(id, { credit: [open] }))
    }
    const alerts = await account().alerts({ limit: 10, type: 'limit.exhausted' })
    expect(alerts.map(({ data }) => data.enforce)).toEqual(['shadow', 'soft'])
  })

  it('tells of a limit with no more for a waiting call, but not when calls under way hold it, or the call is large', async () => {
    const { id } = await account().openLease(1)
    const ask = (spent: number, smallest: number, more = 0) =>
      account().sync(report(id, { credit: [watched({ spent, least: spent + more + smallest, smallest })] }))
    await ask(20, 90)
    await ask(30, 60, 20)
    expect(await told(account())).toEqual([])
    await ask(70, 31)
    await ask(70, 40)
    expect(await told(account())).toEqual(['limit.threshold 50', 'limit.exhausted refused'])
  })

  it('tells once in any span of a sliding window', async () => {
    const { id } = await account().openLease(1)
    const at = (minute: number, spent: number) =>
      account().sync(
        report(id, {
          credit: [watched({ startMs: NOON_MS + minute * 60_000, sinceMs: NOON_MS + (minute - 60) * 60_000, spent })],
        }),
      )
    await at(0, 40)
    await at(10, 20)
    await at(50, 1)
    await at(59, 1)
    expect(await told(account())).toEqual(['limit.threshold 50'])
    // The alert fell into the part at minute 10.
    await at(70, 1)
    expect(await told(account())).toHaveLength(1)
    await at(71, 60)
    expect(await told(account())).toEqual(['limit.threshold 50', 'limit.threshold 50'])
    expect((await account().alerts({ limit: 1 }))[0]?.data.window).toEqual({ sliding_seconds: 3600 })
  })

  it('tells of what a lost lease held, and of the rows booked for it together', async () => {
    const { id } = await account().openLease(8)
    await account().sync(
      report(id, { used: 3, rows: [row(`req_${id}_1`)], credit: [watched({ spent: 30, least: 85 })] }),
    )
    const other = await account().openLease(8)
    await account().sync(report(other.id, { used: 2 }))
    expect(await told(account())).toEqual([])
    await harness.expireLeases(account())
    expect(await told(account())).toEqual(['limit.threshold 50', 'limit.threshold 80', 'usage.unreported 4'])
    const [alert] = await account().alerts({ limit: 1, type: 'usage.unreported' })
    const { request_ids: ids, ...data } = alert?.data ?? {}
    expect(data).toEqual({ calls: 4, isolates: 2, held_usd: '0.000000055' })
    expect([...(ids as string[])].sort()).toEqual(
      [`req_${id}_0`, `req_${id}_2`, `req_${other.id}_0`, `req_${other.id}_1`].sort(),
    )
    await account().sync(report(id, { used: 3, close: true }))
    expect(await told(account())).toHaveLength(3)
  })

  it('tells once a day of every model without a price', async () => {
    const { id } = await account().openLease(8)
    const unpriced = { costNano: undefined, provider: 'acme', answeredModel: 'new-1' }
    const rows = [
      row('req_u_0', unpriced),
      row('req_u_1', unpriced),
      row('req_u_2', { ...unpriced, costNano: '5', priceHash: 'assumed', answeredModel: 'new-2' }),
      row('req_u_3', { ...unpriced, admittedAtMs: NOON_MS + 86_400_000 }),
      row('req_u_4', { costNano: '0', attempts: 0, warnings: ['price.acme/m:8b:unknown', 'x:dropped'] }),
      row('req_u_5', { costNano: undefined, usage: undefined }),
      row('req_u_6'),
    ]
    for (let times = 0; times < 2; times++) await account().sync(report(id, { rows }))
    expect(await told(account())).toEqual([
      'price.unknown acme/new-1',
      'price.unknown acme/new-2',
      'price.unknown acme/new-1',
      'price.unknown acme/m:8b',
    ])
    const alerts = await account().alerts({ limit: 10 })
    expect(alerts.map(({ data }) => [data.effect, data.day])).toEqual([
      ['refused', '2026-11-23'],
      ['uncounted', '2026-11-24'],
      ['assumed', '2026-11-23'],
      ['uncounted', '2026-11-23'],
    ])
  })

  it('tells of limits that teams share once, and of no team', async () => {
    const blue = account()
    const red = harness.sibling(blue, 'red')
    const shared = { limit: 'p/usd/day/organisation', scope: 'org', shared: true } as const
    for (const [team, spent] of [
      [blue, 30],
      [red, 30],
      [blue, 85],
    ] as const) {
      const { id } = await team.openLease(1)
      await team.sync(report(id, { credit: [watched({ ...shared, spent, least: spent })] }))
      await team.sync(report(id, { close: true, credit: [watched({ ...shared, spent })] }))
    }
    expect(await told(blue)).toEqual([])
    expect(await told(red)).toEqual([])
    const alerts = ['limit.threshold 50', 'limit.threshold 80', 'limit.exhausted used-up']
    expect(await told(red, true)).toEqual(alerts)
    expect(await told(blue, true)).toEqual(alerts)
    expect((await blue.sharedAlerts({ limit: 1 }))[0]).not.toHaveProperty('team')
  })

  it('keeps each alert for those who want it, and finds it by its type', async () => {
    await spend({ spent: 60 })
    await account().sync(report((await account().openLease(1)).id, { rows: [row('req_s_0', { costNano: undefined })] }))
    const [price, limit] = await account().alerts({ limit: 10 })
    const destinations = (alert?: AlertRecord) => alert?.deliveries.map(({ destination }) => destination)
    expect(destinations(limit)).toEqual(['everything', 'limits of blue'])
    expect(destinations(price)).toEqual(['everything'])
    const types = async (query: Partial<AlertQuery>) =>
      (await account().alerts({ limit: 10, ...query })).map(({ type }) => type)
    expect(await types({ type: 'price.unknown' })).toEqual(['price.unknown'])
    expect(await types({ type: 'usage.unreported' })).toEqual([])
    expect(await types({ state: 'failed' })).toEqual([])
    expect(await types({ limit: 1 })).toEqual(['price.unknown'])
  })

  it('stops telling of one subject when there is too much of it, and says so', async () => {
    const { id } = await account().openLease(1)
    const users = Array.from({ length: MOST_A_DAY + 50 }, (_, user) => watched({ scope: `user ${user}`, spent: 60 }))
    for (let from = 0; from < users.length; from += 350)
      await account().sync(report(id, { credit: users.slice(from, from + 350) }))
    await account().sync(report(id, { rows: [row('req_m_0', { costNano: undefined })] }))
    expect(await account().alerts({ limit: 1000, type: 'limit.threshold' })).toHaveLength(MOST_A_DAY)
    expect(await account().alerts({ limit: 10, type: 'alerts.muted' })).toMatchObject([
      { data: { type: 'limit.threshold', most_a_day: MOST_A_DAY } },
    ])
    expect(await account().alerts({ limit: 10, type: 'price.unknown' })).toHaveLength(1)
  }, 30_000)

  it('tells of each share once under any interleaving of leases, losses, repeats and windows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50, size: 'max' }), (steps) => interleave(harness, steps)),
      { numRuns: 40 },
    )
  }, 60_000)
}

const step = fc.record({
  do: fc.constantFrom('spend' as const, 'spend' as const, 'repeat' as const, 'end' as const, 'close' as const),
  lease: fc.nat(2),
  window: fc.nat(1),
  amount: fc.nat(30),
})

interface Step {
  readonly do: 'spend' | 'repeat' | 'end' | 'close'
  readonly lease: number
  readonly window: number
  readonly amount: number
}

/** The reference: a share is told of exactly when the counter has ever been at it. */
async function interleave(harness: AccountHarness, steps: readonly Step[]): Promise<void> {
  const account = harness.fresh()
  const open = async () => ({ id: (await account.openLease(1)).id, spent: [0, 0] })
  const leases = [await open(), await open(), await open()]
  const past: [string, CreditReport][] = []
  const highest = [0, 0]
  for (const each of steps) {
    const lease = leases[each.lease]
    if (!lease) continue
    if (each.do === 'spend') {
      lease.spent[each.window] = (lease.spent[each.window] ?? 0) + each.amount
      const startMs = NOON_MS + each.window
      const said = watched({ startMs, sinceMs: startMs, spent: lease.spent[each.window] ?? 0 })
      past.push([lease.id, said])
      await account.sync(report(lease.id, { credit: [said] }))
    }
    if (each.do === 'repeat') {
      const old = past[each.amount % Math.max(1, past.length)]
      if (old) await account.sync(report(old[0], { credit: [old[1]] }))
    }
    if (each.do === 'close') {
      await account.sync(report(lease.id, { close: true }))
      leases[each.lease] = await open()
    }
    if (each.do === 'end') {
      await harness.expireLeases(account)
      leases.splice(0, 3, await open(), await open(), await open())
    }
    for (const { startMs, spent } of await account.counters())
      highest[startMs - NOON_MS] = Math.max(highest[startMs - NOON_MS] ?? 0, spent)
  }
  const alerts = await account.alerts({ limit: 1000 })
  for (const window of [0, 1]) {
    const starts = new Date(NOON_MS + window).toISOString()
    const own = alerts.filter(
      ({ data }) => typeof data.window === 'object' && JSON.stringify(data.window).includes(starts),
    )
    const reached = highest[window] ?? 0
    const expected = [
      ...(reached >= 50 ? ['limit.threshold 50'] : []),
      ...(reached >= 80 ? ['limit.threshold 80'] : []),
      ...(reached >= 100 ? ['limit.exhausted used-up'] : []),
    ]
    expect(own.map(inShort).sort()).toEqual(expected.sort())
  }
}
