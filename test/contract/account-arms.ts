/** The part of the accounts' contract that experiments rest on: what targets did, and what apps thought of it. */

import { expect, it } from 'vitest'
import { type AccountHarness, allRows, report } from './account-harness.ts'
import { NOON_MS, row } from './ledger-rows.ts'

export function describeArms({ fresh }: AccountHarness): void {
  it('counts calls by the target that was chosen, with what it answered itself', async () => {
    const account = fresh()
    const lease = await account.openLease(100)
    const at = (second: number) => ({ admittedAtMs: NOON_MS + second * 1000 })
    const rows = [
      row('req_a_0', { ...at(0), target: 'a', costNano: '3', latencyMs: 1234, attempts: 1 }),
      row('req_a_1', { ...at(1), target: 'a', costNano: '5', latencyMs: 50, attempts: 1 }),
      row('req_a_2', { ...at(2), target: 'b', chosenTarget: 'a', costNano: '9', latencyMs: 70, attempts: 2 }),
      row('req_a_3', { ...at(3), target: 'b', outcome: 'error', status: 502, attempts: 1 }),
      row('req_a_4', { ...at(4), target: 'b', outcome: 'refused', status: 429, attempts: 0 }),
      row('req_a_5', { ...at(5), target: 'b', outcome: 'aborted', status: 499, attempts: 1 }),
      row('req_a_6', { ...at(6), target: 'twin', shadowOf: 'req_a_0', likeness: 0.5, latencyMs: 20, attempts: 1 }),
      row('req_a_7', { ...at(7), target: 'a', route: 'other', latencyMs: 20, attempts: 1 }),
    ]
    await account.sync(report(lease.id, { used: rows.length, rows }))
    const arms = await account.arms({ route: 'support' })
    expect(arms.map(({ target, calls, failures }) => [target, calls, failures])).toEqual([
      ['a', 3, 1],
      ['b', 1, 1],
      ['twin', 1, 0],
    ])
    expect(arms[0]).toMatchObject({
      priced: { calls: 2, sum: 8, squares: 34 },
      alike: { calls: 0, sum: 0 },
      latencies: [
        { ms: 50, calls: 1 },
        { ms: 1200, calls: 1 },
      ],
    })
    expect(arms[2]?.alike).toEqual({ calls: 1, sum: 0.5 })
    const later = await account.arms({ route: 'support', sinceMs: NOON_MS + 1000, untilMs: NOON_MS + 2000 })
    expect(later.map(({ calls }) => calls)).toEqual([1])
  })

  it('keeps why a call went where it did', async () => {
    const account = fresh()
    const lease = await account.openLease(100)
    const decisions = ['a was chosen: by weight', 'a did not answer: it’s "down"']
    const told = row('req_d_0', { decisions, shadowOf: 'req_c_0', likeness: 0.25 })
    await account.sync(report(lease.id, { used: 1, rows: [told] }))
    expect(await allRows(account)).toMatchObject([{ decisions, shadowOf: 'req_c_0', likeness: 0.25 }])
  })

  it('takes the newest word about a call, and counts the first', async () => {
    const account = fresh()
    expect(await account.rate({ requestId: 'req_a_0', score: 1, atMs: NOON_MS })).toBe(true)
    expect(await account.rate({ requestId: 'req_a_0', score: 0, atMs: NOON_MS + 1 })).toBe(false)
    expect(await account.rate({ requestId: 'req_a_1', score: 0.5, atMs: NOON_MS })).toBe(true)
  })
}
