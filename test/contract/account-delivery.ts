/** The part of the accounts' contract about delivery: at least once, in any order, with the lease ending at any time. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AccountHarness, allRows, report } from './account-harness.ts'
import { row, rowFields } from './ledger-rows.ts'

/** One lease's calls, split into reports, delivered any number of times in any order, with the lease ending at any point. */
const deliveries = fc
  .record({
    calls: fc.array(fc.option(rowFields, { nil: undefined }), { maxLength: 12 }),
    reports: fc.integer({ min: 1, max: 5 }),
  })
  .chain(({ calls, reports }) =>
    fc.record({
      calls: fc.constant(calls),
      reports: fc.constant(reports),
      order: fc.array(fc.nat(reports - 1), { maxLength: 8 }),
      endAfter: fc.nat(12),
    }),
  )

/** Adds its test to the suite under way. */
export function describeDelivery(harness: AccountHarness): void {
  it('gives the same rows and sums whatever the order and number of deliveries, and whenever the lease ends', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async ({ calls, reports, order, endAfter }) => {
        const account = harness.fresh()
        const { id } = await account.openLease(16)
        const rows = calls.map((fields, slot) => fields && row(`req_${id}_${slot}`, fields))
        // The model: report k carries every k-th row; each is delivered at least once.
        const sent = Array.from({ length: reports }, (_, k) => {
          const part = rows.filter((each, slot) => each && slot % reports === k)
          return report(id, { used: calls.length, rows: part.flatMap((each) => each ?? []), want: 4 })
        })
        const queue = [...order, ...sent.keys()]
        for (const [step, index] of queue.entries()) {
          if (step === endAfter) await harness.expireLeases(account)
          const next = sent[index]
          if (next) await account.sync(next)
        }
        await harness.expireLeases(account)
        const expected = rows.map((each, slot) => each?.requestId ?? `req_${id}_${slot}`).sort()
        const found = await allRows(account)
        expect(found.map(({ requestId }) => requestId).sort()).toEqual(expected)
        expect(found.filter(({ outcome }) => outcome === 'unreported')).toHaveLength(
          calls.filter((each) => !each).length,
        )
        const money = rows.reduce((sum, each) => sum + BigInt(each?.costNano ?? 0), 0n)
        const total = await account.costs([], {})
        expect(total[0]?.costNano ?? '0').toBe(money.toString())
        expect(total[0]?.unknownCostCalls ?? 0).toBe(rows.filter((each) => each?.costNano === undefined).length)
        const byRoute = await account.costs(['route', 'day'], {})
        expect(byRoute.reduce((sum, group) => sum + BigInt(group.costNano), 0n)).toBe(money)
        expect(byRoute.reduce((sum, group) => sum + group.calls, 0)).toBe(calls.length)
      }),
      { numRuns: 40 },
    )
  }, 30_000)
}
