/** What every account store must do, whatever it keeps its rows in. */

import { beforeEach, describe, expect, it } from 'vitest'
import type { AccountStore, LedgerQuery, LedgerRow } from '../../src/ports/accounts.ts'
import { describeAlerts } from './account-alerts.ts'
import { describeCredit } from './account-credit.ts'
import { describeDelivery } from './account-delivery.ts'
import { type AccountHarness, allRows, report } from './account-harness.ts'
import { describeLeases } from './account-leases.ts'
import { describeReprice } from './account-reprice.ts'
import { describeSharedCredit } from './account-shared-credit.ts'
import { FULL_ROW, NOON_MS, row } from './ledger-rows.ts'

/** Defines the suite for one implementation. */
export function describeAccountStore(name: string, harness: AccountHarness): void {
  describe(`account store: ${name}`, () => {
    let account: AccountStore
    beforeEach(() => {
      account = harness.fresh()
    })
    describeLeases(() => account, harness)
    describeCredit(() => account, harness)
    describeSharedCredit(harness)
    describeAlerts(() => account, harness)
    describeRows(() => account)
    describeCosts(() => account)
    describeDelivery(harness)
    describeReprice(() => account, harness)
  })
}

function describeRows(account: () => AccountStore): void {
  const store = async (...rows: LedgerRow[]): Promise<void> => {
    const { id } = await account().openLease(1)
    await account().sync(report(id, { rows }))
  }

  it('gives back every field as it was', async () => {
    await store(FULL_ROW, row('req_bare_0', { usage: undefined, costNano: undefined, answeredModel: undefined }))
    const [first, second] = [...(await allRows(account()))].sort((a, b) => (a.requestId < b.requestId ? 1 : -1))
    expect(first).toStrictEqual(FULL_ROW)
    const { usage, costNano, answeredModel, ...bare } = row('req_bare_0')
    expect(second).toStrictEqual(bare)
  })

  it('tells a known zero from the unknown', async () => {
    await store(
      row('req_a_0', { usage: { input: 0 }, costNano: '0' }),
      row('req_a_1', { usage: undefined, costNano: undefined }),
    )
    const rows = await allRows(account())
    expect(rows.find(({ requestId }) => requestId === 'req_a_0')).toMatchObject({ usage: {}, costNano: '0' })
    expect(rows.find(({ requestId }) => requestId === 'req_a_1')?.usage).toBeUndefined()
    expect(await account().costs([], {})).toMatchObject([{ calls: 2, unknownCostCalls: 1 }])
  })

  it('stores impossible figures as unknown, with a warning, and the rest of the batch with them', async () => {
    await store(
      row('req_b_0', { usage: { input: -5 } }),
      row('req_b_1', { usage: { output: Number.NaN } }),
      row('req_b_2', { usage: { output: 1e18 } }),
      row('req_b_3', { costNano: '-1' }),
      row('req_b_4', { costNano: '99999999999999999999' }),
      row('req_b_5'),
    )
    const rows = [...(await allRows(account()))].sort((a, b) => (a.requestId < b.requestId ? -1 : 1))
    for (const each of rows.slice(0, 3)) {
      expect(each).toMatchObject({ usageSource: 'unknown', warnings: ['ledger.usage:dropped'] })
      expect(each.usage).toBeUndefined()
    }
    expect(rows[3]).toMatchObject({ warnings: ['ledger.cost:dropped'] })
    expect(rows[4]?.costNano).toBeUndefined()
    expect(rows[5]).toStrictEqual(row('req_b_5'))
  })

  it('filters by time, route, outcome and request id', async () => {
    await store(
      row('req_c_0', { admittedAtMs: NOON_MS - 1 }),
      row('req_c_1', { route: 'search' }),
      row('req_c_2', { outcome: 'error', admittedAtMs: NOON_MS + 1 }),
    )
    const ids = async (query: Partial<LedgerQuery>): Promise<string[]> =>
      (await allRows(account(), query)).map(({ requestId }) => requestId)
    expect(await ids({})).toEqual(['req_c_2', 'req_c_1', 'req_c_0'])
    expect(await ids({ sinceMs: NOON_MS })).toEqual(['req_c_2', 'req_c_1'])
    expect(await ids({ untilMs: NOON_MS })).toEqual(['req_c_0'])
    expect(await ids({ route: 'search' })).toEqual(['req_c_1'])
    expect(await ids({ outcome: 'error' })).toEqual(['req_c_2'])
    expect(await ids({ requestId: 'req_c_0' })).toEqual(['req_c_0'])
    expect(await ids({ requestId: "' OR 1=1 --" })).toEqual([])
  })

  it('pages through rows of one millisecond without losing or repeating any', async () => {
    const stored = Array.from({ length: 25 }, (_, slot) => row(`req_d_${slot}`, { admittedAtMs: NOON_MS + (slot % 3) }))
    await store(...stored)
    const seen: LedgerRow[] = []
    let cursor: string | undefined
    do {
      const page = await account().rows({ limit: 7, ...(cursor !== undefined && { cursor }) })
      expect(page.rows.length).toBeLessThanOrEqual(7)
      seen.push(...page.rows)
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(seen).toEqual(await allRows(account()))
    expect(new Set(seen.map(({ requestId }) => requestId)).size).toBe(25)
  })

  it('refuses a cursor it did not give out', async () => {
    for (const cursor of ['', 'x', 'MQ', btoa("1.req_a_0' OR 1=1"), 'ünï']) {
      await expect(account().rows({ limit: 1, cursor })).rejects.toThrow('BadCursor')
    }
  })

  it('stores a large batch', async () => {
    const user = 'é'.repeat(900)
    await store(...Array.from({ length: 1500 }, (_, slot) => row(`req_e_${slot}`, { user })))
    expect(await account().costs(['user'], {})).toMatchObject([{ calls: 1500, group: { user } }])
  }, 30_000)
}

function describeCosts(account: () => AccountStore): void {
  const store = async (...rows: LedgerRow[]): Promise<void> => {
    const { id } = await account().openLease(1)
    await account().sync(report(id, { rows }))
  }

  it('has no groups when it has no rows', async () => {
    expect(await account().costs([], {})).toEqual([])
    expect(await account().costs(['route'], {})).toEqual([])
  })

  it('adds up exactly where floating point would not', async () => {
    const costs = Array.from({ length: 20 }, (_, slot) => 10n ** 15n - BigInt(slot))
    await store(...costs.map((cost, slot) => row(`req_f_${slot}`, { costNano: cost.toString() })))
    const total = costs.reduce((sum, cost) => sum + cost, 0n)
    expect(total > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true)
    expect(await account().costs([], {})).toEqual([
      {
        group: {},
        calls: 20,
        unknownCostCalls: 0,
        usage: { input: 200, output: 100 },
        costNano: total.toString(),
        listNano: total.toString(),
      },
    ])
  })

  it('groups by every field, in the order asked', async () => {
    await store(FULL_ROW)
    const groupBy = ['day', 'team', 'route', 'model', 'provider', 'key', 'user', 'target', 'outcome'] as const
    const [group] = await account().costs(groupBy, {})
    expect(group?.group).toEqual({
      day: '2026-11-23',
      team: 'blue',
      route: 'support',
      model: 'acme-large-1',
      provider: 'acme',
      key: 'key0000001',
      user: FULL_ROW.user,
      target: 'main',
      outcome: 'ok',
    })
    expect(Object.keys(group?.group ?? {})).toEqual([...groupBy])
    expect(group?.usage).toEqual(FULL_ROW.usage)
  })

  it('leaves out the user where calls have none and falls back to the model asked for', async () => {
    await store(row('req_g_0', { answeredModel: undefined, requestedModel: 'asked' }))
    expect((await account().costs(['user', 'model'], {}))[0]?.group).toEqual({ model: 'asked' })
  })

  it('splits days at midnight UTC and includes the start but not the end of a range', async () => {
    const midnight = Date.UTC(2026, 10, 24)
    await store(row('req_h_0', { admittedAtMs: midnight - 1 }), row('req_h_1', { admittedAtMs: midnight }))
    const days = await account().costs(['day'], {})
    expect(days.map(({ group }) => group.day).sort()).toEqual(['2026-11-23', '2026-11-24'])
    expect(await account().costs(['day'], { sinceMs: midnight })).toMatchObject([{ group: { day: '2026-11-24' } }])
    expect(await account().costs(['day'], { untilMs: midnight })).toMatchObject([{ group: { day: '2026-11-23' } }])
  })

  it('refuses to group by anything else', async () => {
    const evil = ['1; DROP TABLE entries'] as unknown as ['route'] // what a caller without types could send
    await expect(account().costs(evil, {})).rejects.toThrow('cannot group by')
  })
}
