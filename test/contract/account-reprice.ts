/** The part of the accounts' contract about prices found later: adjustments beside the calls, counted in every sum, written once. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AccountStore, LedgerRow, Repricing } from '../../src/ports/accounts.ts'
import type { CounterTerms } from '../../src/ports/credit.ts'
import { credit } from './account-credit.ts'
import { type AccountHarness, allRows, report } from './account-harness.ts'
import { FULL_ROW, NOON_MS, row, rowFields } from './ledger-rows.ts'

const HASH = 'cd'.repeat(32)

function at(requestId: string, costNano: string | number | bigint, counters: readonly CounterTerms[] = []): Repricing {
  return { requestId, costNano: String(costNano), priceHash: HASH, priceDate: '2026-11-02', counters }
}

/** Adds its tests to the suite under way. */
export function describeReprice(account: () => AccountStore, harness: AccountHarness): void {
  const store = async (...rows: LedgerRow[]): Promise<void> => {
    const { id } = await account().openLease(1)
    await account().sync(report(id, { rows }))
  }

  it('writes what a call costs more or less as a row of its own and leaves the call as it was', async () => {
    await store(FULL_ROW, row('req_p_0'), row('req_p_1'))
    const written = await account().reprice([at('req_p_0', 1500), at('req_p_1', 400), at('req_nobody_0', 1)])
    expect(written.map(({ requestId, costNano }) => [requestId, costNano])).toEqual([
      ['adj_p_0_1', '500'],
      ['adj_p_1_1', '-600'],
    ])
    expect(await allRows(account(), { kind: 'adjustment', adjusts: 'req_p_0' })).toStrictEqual([
      {
        requestId: 'adj_p_0_1',
        kind: 'adjustment',
        adjusts: 'req_p_0',
        adjustedAtMs: expect.any(Number),
        admittedAtMs: NOON_MS,
        team: 'blue',
        keyId: 'key0000001',
        route: 'support',
        target: 'main',
        provider: 'acme',
        requestedModel: 'support',
        answeredModel: 'acme-large-1',
        clientWire: 'openai-chat',
        stream: false,
        outcome: 'ok',
        status: 200,
        usageSource: 'unknown',
        costNano: '500',
        priceHash: HASH,
        priceDate: '2026-11-02',
        latencyMs: 0,
        attempts: 0,
        revision: 'r1',
      },
    ])
    expect(await allRows(account(), { requestId: 'req_p_0' })).toStrictEqual([row('req_p_0')])
    expect(await allRows(account(), { replyId: FULL_ROW.replyId ?? '' })).toStrictEqual([FULL_ROW])
  })

  it('changes nothing when it is done again, or for calls that cost that already', async () => {
    await store(row('req_p_0'), row('req_p_1'))
    const asked = [at('req_p_0', 1500), at('req_p_0', 1500), at('req_p_1', 1000)]
    await account().reprice(asked.slice(0, 1))
    expect(await account().reprice(asked)).toEqual([])
    const [one, two] = await Promise.all([account().reprice([at('req_p_1', 7)]), account().reprice([at('req_p_1', 7)])])
    expect(one.length + two.length).toBe(1)
    expect(await account().costs([], {})).toMatchObject([{ calls: 2, costNano: '1507' }])
    expect(await allRows(account(), { kind: 'adjustment' })).toHaveLength(2)
    const back = await account().reprice([at('req_p_0', 1000), at('req_p_1', 1000)])
    expect(back.map(({ requestId, costNano }) => [requestId, costNano])).toEqual([
      ['adj_p_0_2', '-500'],
      ['adj_p_1_2', '993'],
    ])
    expect(await account().costs([], {})).toMatchObject([{ calls: 2, costNano: '2000' }])
  })

  it('only says what it would write when it rehearses', async () => {
    await store(row('req_p_0'))
    expect(await account().reprice([at('req_p_0', 3)], true)).toMatchObject([{ costNano: '-997' }])
    expect(await account().costs([], {})).toMatchObject([{ costNano: '1000' }])
    expect(await allRows(account())).toHaveLength(1)
  })

  it('makes an unknown cost known, also a zero, and its usage count as priced', async () => {
    await store(row('req_p_0', { costNano: undefined }), row('req_p_1', { costNano: undefined }))
    await account().reprice([at('req_p_0', 0)])
    expect(await account().reprice([at('req_p_0', 0)])).toEqual([])
    const sums = await account().costs(['costKnown'], {})
    expect(sums).toHaveLength(2)
    expect(sums.find(({ group }) => group.costKnown === 'yes')).toMatchObject({
      calls: 1,
      usage: { input: 10, output: 5 },
    })
    expect(sums.find(({ group }) => group.costKnown === 'no')).toMatchObject({ calls: 1, unknownCostCalls: 1 })
  })

  it('tells calls as they were settled from what adjustments added, where a sum is by kind', async () => {
    await store(
      row('req_p_0', { listNano: '1200' }),
      row('req_p_1'),
      row('req_p_2', { costNano: undefined }),
      row('req_p_3', { route: 'search' }),
    )
    // A lower price was agreed after the fact; the list price of the second call rose, and that of the third was found.
    await account().reprice([
      { ...at('req_p_0', 900), listNano: '1200' },
      at('req_p_1', 1700),
      { ...at('req_p_2', 50), listNano: '60' },
    ])
    const sums = await account().costs(['kind'], {})
    expect(sums).toHaveLength(2)
    const [calls, added] = ['call', 'adjustment'].map((kind) => sums.find(({ group }) => group.kind === kind))
    expect(calls).toMatchObject({ calls: 4, unknownCostCalls: 1, costNano: '3000', listNano: '3200' })
    expect(added).toMatchObject({ calls: 0, unknownCostCalls: 0, usage: {}, costNano: '650', listNano: '760' })
    expect(await account().costs([], {})).toMatchObject([
      { calls: 4, unknownCostCalls: 0, costNano: '3650', listNano: '3960' },
    ])
    const only = { where: { kind: ['adjustment'] } }
    expect(await account().costs([], only)).toMatchObject([{ calls: 0, costNano: '650', listNano: '760' }])
    expect(await account().costs(['route'], only)).toMatchObject([{ group: { route: 'support' }, costNano: '650' }])
    expect(await account().costs([], { where: { kind: ['adjustment'], route: ['search'] } })).toEqual([])
    expect(await account().costs(['kind', 'costKnown'], {})).toHaveLength(3)
    // The list price has not moved, and says so; where both moved alike there is nothing to say.
    const adjustments = await allRows(account(), { kind: 'adjustment' })
    expect(adjustments.map(({ adjusts, costNano, listNano }) => [adjusts, costNano, listNano]).sort()).toEqual([
      ['req_p_0', '-100', '0'],
      ['req_p_1', '700', undefined],
      ['req_p_2', '50', '60'],
    ])
  })

  it('leaves out what was never reported, and takes no cost that is none', async () => {
    const { id } = await account().openLease(2)
    await account().sync(report(id, { used: 1, close: true }))
    await store(row('req_p_0'))
    expect(await account().reprice([at(`req_${id}_0`, 5), at('req_p_0', '-1'), at('req_p_0', '9'.repeat(17))])).toEqual(
      [],
    )
  })

  it('keeps adjustments with their calls in periods, filters and pages', async () => {
    await store(row('req_p_0', { admittedAtMs: NOON_MS - 1 }), row('req_p_1', { route: 'search' }), row('req_p_2'))
    await account().reprice([at('req_p_0', 1), at('req_p_1', 2), at('req_p_2', 3)])
    expect(await account().costs(['route'], { sinceMs: NOON_MS, where: { route: ['search'] } })).toMatchObject([
      { group: { route: 'search' }, calls: 1, costNano: '2' },
    ])
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await account().rows({ limit: 1, ...(cursor !== undefined && { cursor }) })
      seen.push(...page.rows.map(({ requestId }) => requestId))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(seen).toEqual(['req_p_2', 'req_p_1', 'adj_p_2_1', 'adj_p_1_1', 'req_p_0', 'adj_p_0_1'])
    expect((await allRows(account(), { kind: 'call' })).map(({ requestId }) => requestId)).toEqual([
      'req_p_2',
      'req_p_1',
      'req_p_0',
    ])
  })

  it('moves the counters of the calls, and lets later calls have what came back', async () => {
    const { id } = await account().openLease(2)
    const limit = credit({ least: 90 })
    await account().sync(report(id, { credit: [limit] }))
    await account().sync(report(id, { rows: [row('req_p_0', { costNano: '90' })], credit: [credit({ spent: 90 })] }))
    await account().reprice([at('req_p_0', 40, [limit, credit({ limit: 'nobody/usd/day/team' })])])
    await account().reprice([at('req_p_0', 40, [limit])])
    expect(await account().counters()).toMatchObject([{ limit: limit.limit, spent: 40, reserved: 0 }])
    const more = await account().sync(report(id, { credit: [credit({ spent: 90, least: 150 })] }))
    expect(more.credit).toMatchObject([{ granted: 150, spent: 40 }])
    await account().reprice([at('req_p_0', 120, [limit])])
    expect(await account().counters()).toMatchObject([{ spent: 120, reserved: 60 }])
    expect((await account().sync(report(id, { credit: [credit({ spent: 90, least: 151 })] }))).credit).toMatchObject([
      { granted: 150 },
    ])
  })

  it('counts a call of unknown cost as it was counted, at the most it could be', async () => {
    const { id } = await account().openLease(2)
    await account().sync(report(id, { credit: [credit({ least: 90 })] }))
    await account().sync(
      report(id, { rows: [row('req_p_0', { costNano: undefined })], credit: [credit({ spent: 90 })] }),
    )
    await account().reprice([at('req_p_0', 40, [credit()])])
    expect(await account().counters()).toMatchObject([{ spent: 90 }])
  })

  it('tells the organisation of what all teams share when it was more, never when it was less', async () => {
    const shared = { limit: 'p/usd/day/organisation', scope: 'org', shared: true } as const
    const other = harness.sibling(account(), 'red')
    const { id } = await account().openLease(2)
    await account().sync(report(id, { credit: [credit({ ...shared, least: 50 })] }))
    const rows = [row('req_p_0', { costNano: '50' })]
    await account().sync(report(id, { rows, close: true, credit: [credit({ ...shared, spent: 50 })] }))
    const { id: theirs } = await other.openLease(2)
    const left = async (): Promise<number> => {
      const answer = await other.sync(report(theirs, { credit: [credit({ ...shared, least: 1, need: 1 })] }))
      return 100 - (answer.credit?.[0]?.spent ?? 0)
    }
    expect(await left()).toBe(50)
    await account().reprice([at('req_p_0', 70, [credit(shared)])])
    const { id: another } = await other.openLease(2)
    const asked = { ...shared, least: 31 }
    expect((await other.sync(report(another, { credit: [credit(asked)] }))).credit).toMatchObject([{ granted: 0 }])
    await account().reprice([at('req_p_0', 10, [credit(shared)])])
    expect(await account().counters()).toMatchObject([{ spent: 70 }])
    expect((await other.sync(report(another, { credit: [credit(asked)] }))).credit).toMatchObject([{ granted: 0 }])
  })

  it('keeps rows, sums and counters the same, whatever is repriced in whatever order', async () => {
    const steps = fc.array(fc.tuple(fc.nat(5), fc.bigInt(0n, 10n ** 12n)), { maxLength: 12 })
    const calls = fc.array(rowFields, { minLength: 6, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(calls, steps, async (fields, prices) => {
        const own = harness.fresh()
        const { id } = await own.openLease(1)
        const limit = credit({ bound: 1e15 })
        const rows = fields.map((each, slot) => row(`req_q_${slot}`, each))
        const spent = rows.reduce((sum, { costNano }) => sum + Number(costNano ?? 0), 0)
        await own.sync(report(id, { rows, credit: [{ ...limit, spent }] }))
        const truth = rows.map(({ costNano }) => (costNano === undefined ? undefined : BigInt(costNano)))
        for (const [slot, price] of prices) {
          await own.reprice([at(`req_q_${slot}`, price, [limit])])
          truth[slot] = price
        }
        const known = truth.filter((cost) => cost !== undefined)
        const total = known.reduce((sum, cost) => sum + cost, 0n)
        const unknownCostCalls = truth.length - known.length
        expect(await own.costs([], {})).toMatchObject([{ calls: 6, unknownCostCalls, costNano: total.toString() }])
        const byKind = await own.costs(['kind'], {})
        expect(byKind.reduce((sum, each) => sum + each.calls, 0)).toBe(6)
        expect(byKind.reduce((sum, { costNano }) => sum + BigInt(costNano), 0n)).toBe(total)
        const [whole] = await own.costs([], {})
        expect(byKind.reduce((sum, { listNano }) => sum + BigInt(listNano), 0n).toString()).toBe(whole?.listNano)
        const all = await allRows(own)
        expect(all.reduce((sum, { costNano }) => sum + BigInt(costNano ?? 0), 0n)).toBe(total)
        expect(all.filter(({ kind }) => kind === undefined)).toHaveLength(6)
        const counted = truth.reduce<bigint>((sum, cost, slot) => {
          return sum + (rows[slot]?.costNano === undefined ? 0n : (cost ?? 0n))
        }, 0n)
        expect((await own.counters()).map((each) => BigInt(each.spent))).toEqual([counted])
      }),
      { numRuns: 15 },
    )
  }, 60_000)
}
