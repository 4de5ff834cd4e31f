import { describe, expect, it } from 'vitest'
import { firstSlots, grantedSlots, lostCreditChange, lostCreditRow, requestIdOf, unreportedRow } from './lease-rules.ts'

describe('slots', () => {
  it.each([
    [1, 0, 16, 16],
    [16, 10, 16, 26],
    [16, 10, 0, 16],
    [16, 10, -5, 16],
    [16, 10, 2.9, 16],
    [16, 16, 2.9, 18],
    [1, 0, 1e9, 4096],
    [65_000, 64_000, 4096, 65_536],
    [65_536, 65_600, 1, 65_600],
  ])('granted %i, used %i, wanted %f: %i', (granted, used, want, slots) => {
    expect(grantedSlots(granted, used, want)).toBe(slots)
  })

  it('begin with one at least', () => {
    expect([firstSlots(0), firstSlots(7)]).toEqual([1, 7])
    expect(requestIdOf('abc', 5)).toBe('req_abc_5')
  })
})

describe('rows of what nobody reported', () => {
  const row = {
    requestId: 'req_a_1',
    admittedAtMs: 99,
    team: 'blue',
    keyId: '',
    route: '',
    target: '',
    provider: '',
    requestedModel: '',
    clientWire: '',
    stream: false,
    outcome: 'unreported',
    status: 0,
    usageSource: 'unknown',
    latencyMs: 0,
    attempts: 0,
    revision: '',
  }

  it('claim nothing', () => {
    expect(unreportedRow('req_a_1', 'blue', 99)).toEqual(row)
  })

  it('say what a lease held, and by adjustments what came back of it', () => {
    const held = { ...row, requestId: 'req_a_held' }
    expect(lostCreditRow('a', 'blue', 99, 12)).toEqual({ ...held, costNano: '12', warnings: ['ledger.credit:lost'] })
    const booked = lostCreditRow('a', 'blue', 99, 12)
    const first = lostCreditChange(booked, [], 5, 200)
    expect(first).toEqual({
      ...held,
      kind: 'adjustment',
      requestId: 'adj_a_held_1',
      adjusts: 'req_a_held',
      adjustedAtMs: 200,
      costNano: '-7',
      warnings: ['ledger.credit:returned'],
    })
    if (!first) throw new Error('something came back')
    expect(lostCreditChange(booked, [first], 5, 300)).toBeUndefined()
    expect(lostCreditChange(booked, [first], 0, 300)).toMatchObject({ requestId: 'adj_a_held_2', costNano: '-5' })
  })
})
