/** The part of the accounts' contract about leases: granted, extended, ended, and what is booked for them. */

import { expect, it } from 'vitest'
import type { AccountStore } from '../../src/ports/accounts.ts'
import { type AccountHarness, allRows, report } from './account-harness.ts'
import { row } from './ledger-rows.ts'

/** Adds its tests to the suite under way. */
export function describeLeases(account: () => AccountStore, harness: AccountHarness): void {
  it('grants the slots that are wanted, at least one and at most 4096', async () => {
    expect((await account().openLease(16)).slots).toBe(16)
    expect((await account().openLease(0)).slots).toBe(1)
    expect((await account().openLease(1e9)).slots).toBe(4096)
  })

  it('gives each lease an id of its own in base62', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await account().openLease(1)).id))
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) expect(id).toMatch(/^[0-9A-Za-z]{8,}$/)
  })

  it('tops up unused slots and never takes any back', async () => {
    const { id } = await account().openLease(4)
    expect((await account().sync(report(id, { used: 3, want: 8 }))).lease?.slots).toBe(11)
    expect((await account().sync(report(id, { used: 3, want: 2 }))).lease?.slots).toBe(11)
    expect((await account().sync(report(id, { used: 1, want: 4 }))).lease?.slots).toBe(11)
  })

  it('stops growing a lease at 65,536 slots', async () => {
    const { id } = await account().openLease(4)
    expect((await account().sync(report(id, { used: 65_530, want: 512 }))).lease?.slots).toBe(65_536)
  })

  it('ends a closed lease without leaving anything in doubt', async () => {
    const { id } = await account().openLease(8)
    const rows = [row(`req_${id}_0`), row(`req_${id}_1`)]
    expect(await account().sync(report(id, { used: 2, rows, close: true }))).toEqual({})
    expect(await account().unreported()).toEqual([])
    expect(await allRows(account())).toHaveLength(2)
    expect(await account().sync(report(id, { used: 2, want: 4 }))).toEqual({})
  })

  it('books calls without a row at once when a lease is closed', async () => {
    const { id } = await account().openLease(8)
    await account().sync(report(id, { used: 2, rows: [row(`req_${id}_1`)], close: true }))
    expect(await allRows(account(), { outcome: 'unreported' })).toMatchObject([
      { requestId: `req_${id}_0`, team: 'blue' },
    ])
  })

  it('books one unreported row for each used slot of an expired lease and lists the rest as in doubt', async () => {
    const { id } = await account().openLease(8)
    await account().sync(report(id, { used: 3, want: 8, rows: [row(`req_${id}_1`)] }))
    await harness.expireLeases(account())
    const booked = await allRows(account(), { outcome: 'unreported' })
    expect(booked.map(({ requestId }) => requestId).sort()).toEqual([`req_${id}_0`, `req_${id}_2`])
    for (const each of booked) {
      expect(each).toMatchObject({ usageSource: 'unknown' })
      expect(each.costNano).toBeUndefined()
      expect(each.usage).toBeUndefined()
    }
    expect(await account().unreported()).toMatchObject([{ leaseId: id, team: 'blue', from: 3, to: 11 }])
  })

  it('keeps a lease that is synced in time', async () => {
    const { id, expiresAtMs } = await account().openLease(2)
    const { lease } = await account().sync(report(id, { used: 1, want: 2 }))
    expect(lease?.expiresAtMs).toBeGreaterThanOrEqual(expiresAtMs)
    expect(await allRows(account())).toEqual([])
  })

  it('counts a late row once, with its money, in place of the unreported one', async () => {
    const { id } = await account().openLease(4)
    await account().sync(report(id, { used: 2 }))
    await harness.expireLeases(account())
    expect(await account().costs([], {})).toMatchObject([{ calls: 2, unknownCostCalls: 2, costNano: '0' }])
    const late = report(id, { used: 2, rows: [row(`req_${id}_0`, { costNano: '70' })] })
    expect(await account().sync(late)).toEqual({})
    await account().sync(late)
    expect(await account().costs([], {})).toMatchObject([{ calls: 2, unknownCostCalls: 1, costNano: '70' }])
    expect(await allRows(account())).toHaveLength(2)
    expect(await allRows(account(), { outcome: 'unreported' })).toMatchObject([{ requestId: `req_${id}_1` }])
  })

  it('learns of more used slots after the end and takes a late close as the last word', async () => {
    const { id } = await account().openLease(6)
    await harness.expireLeases(account())
    await account().sync(report(id, { used: 2, rows: [row(`req_${id}_1`)] }))
    expect(await allRows(account(), { outcome: 'unreported' })).toMatchObject([{ requestId: `req_${id}_0` }])
    expect(await account().unreported()).toMatchObject([{ from: 2, to: 6 }])
    await account().sync(report(id, { used: 2, rows: [row(`req_${id}_0`)], close: true }))
    expect(await account().unreported()).toEqual([])
    expect(await account().costs([], {})).toMatchObject([{ calls: 2, unknownCostCalls: 0 }])
  })

  it('keeps the rows of a lease it never heard of', async () => {
    const rows = [row('req_stranger_1')]
    expect(await account().sync(report('stranger', { used: 2, rows, want: 8 }))).toEqual({})
    expect((await allRows(account())).map(({ requestId }) => requestId).sort()).toEqual([
      'req_stranger_0',
      'req_stranger_1',
    ])
  })
}
