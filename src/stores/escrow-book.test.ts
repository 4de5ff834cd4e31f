/** The books of credit, report by report: who is told of what, and what lost leases leave. */

import { describe, expect, it } from 'vitest'
import type { CounterTerms, CreditReport } from '../ports/credit.ts'
import { endCredit, type LeaseState, releaseEnded, takeCredit } from './escrow-book.ts'
import { MemoryEscrow } from './memory/escrow-tables.ts'

const WATCH = { amount: 100, percents: [], measure: 'usd', per: 'team', enforce: 'hard' } as const
const TERMS: CounterTerms = {
  limit: 'l',
  scope: 's',
  startMs: 0,
  sinceMs: 0,
  untilMs: 9000,
  kind: 'money',
  bound: 100,
  watch: WATCH,
}

function setup() {
  const tables = new MemoryEscrow()
  const notices: (readonly [spent: number, refused: boolean])[] = []
  const notice = (_: CounterTerms, spent: number, refused: boolean): void => void notices.push([spent, refused])
  const report = (fields: Partial<CreditReport>): CreditReport => ({
    ...TERMS,
    spent: 0,
    returned: 0,
    least: 0,
    need: 0,
    want: 0,
    ...fields,
  })
  return {
    tables,
    notices,
    say: (fields: Partial<CreditReport>, lease = 'a', state: LeaseState = 'open') =>
      takeCredit(tables, lease, state, [report(fields)], notice)[0],
    end: (lease = 'a') => endCredit(tables, lease, notice),
    tally: (limit = 'l') => tables.tally({ limit, scope: 's', startMs: 0 }),
  }
}

describe('who watches a limit', () => {
  it('hears of a refusal only where what is left would never do', () => {
    const { say, notices } = setup()
    expect(say({ least: 60, need: 60, want: 60, smallest: 60 })?.granted).toBe(60)
    expect(say({ spent: 60, least: 101, need: 101, want: 101, smallest: 41 })?.granted).toBe(60)
    expect(say({ spent: 60, least: 100, need: 100, want: 100, smallest: 40 }, 'a')?.granted).toBe(100)
    // Another lease asks for what the first holds and may give back.
    expect(say({ least: 40, need: 40, want: 40, smallest: 40 }, 'b')?.granted).toBe(0)
    expect(say({ least: 41, need: 41, want: 41, smallest: 41 }, 'b')?.granted).toBe(0)
    expect(say({ least: 41, need: 41, want: 41 }, 'b')?.granted).toBe(0)
    expect(notices).toEqual([
      [0, false],
      [60, true],
      [60, false],
      [60, false],
      [60, true],
      [60, false],
    ])
  })

  it('hears nothing of refusals once the lease has ended, or where there is no limit', () => {
    const { say, notices } = setup()
    expect(say({ least: 200, need: 200, want: 200, smallest: 200 }, 'a', 'ended')?.granted).toBe(0)
    const { bound: _, ...free } = TERMS
    const soft = setup()
    soft.say({ ...free, bound: undefined as unknown as number, least: 200, need: 200, want: 200, smallest: 200 })
    expect([notices, soft.notices]).toEqual([[[0, false]], [[0, false]]])
  })

  it('is the only one who hears', () => {
    const { say, notices } = setup()
    say({ watch: undefined as unknown as typeof WATCH, least: 5, need: 5, want: 5 })
    expect(notices).toEqual([])
  })
})

describe('a lease that is lost', () => {
  it('leaves what it held as spent, in money once for all limits that held it', () => {
    const { say, end, tally, notices } = setup()
    say({ least: 30, need: 30, want: 30 })
    say({ limit: 'm', least: 20, need: 20, want: 20 })
    say({ limit: 'calls', kind: 'count', least: 90, need: 90, want: 90 })
    say({ spent: 10 })
    notices.length = 0
    expect(end()).toBe(20)
    expect([tally(), tally('m'), tally('calls')]).toEqual([
      { spent: 30, reserved: 0 },
      { spent: 20, reserved: 0 },
      { spent: 90, reserved: 0 },
    ])
    expect(notices).toEqual([
      [30, false],
      [20, false],
      [90, false],
    ])
  })

  it('leaves nothing where it held nothing, and tells nobody', () => {
    const { say, end, notices } = setup()
    say({ least: 30, need: 30, want: 30 })
    say({ spent: 30 })
    notices.length = 0
    expect(end()).toBe(0)
    expect(notices).toEqual([])
  })

  it('gives everything back should it have been alive after all', () => {
    const { tables, say, end, tally } = setup()
    say({ least: 30, need: 30, want: 30 })
    end()
    say({ spent: 12 }, 'a', 'ended')
    expect(tally()).toEqual({ spent: 30, reserved: 0 })
    releaseEnded(tables, 'a')
    expect(tally()).toEqual({ spent: 12, reserved: 0 })
    releaseEnded(tables, 'a')
    expect(tally()).toEqual({ spent: 12, reserved: 0 })
  })
})

describe('a lease that closes', () => {
  it('leaves nothing reserved, whatever was granted without an answer', () => {
    const { say, tally } = setup()
    say({ least: 30, need: 30, want: 30 })
    say({ spent: 10, returned: 5 }, 'a', 'closing')
    expect(tally()).toEqual({ spent: 10, reserved: 0 })
    say({ spent: 10, returned: 5 }, 'a', 'closing')
    expect(tally()).toEqual({ spent: 10, reserved: 0 })
  })

  it('grants no more to itself than it asks for, and more to others', () => {
    const { say, tally } = setup()
    expect(say({ least: 10, need: 10, want: 90 })).toMatchObject({ granted: 32, spent: 0, reserved: 32 })
    expect(tally()).toEqual({ spent: 0, reserved: 32 })
    expect(say({ want: 20 })).toMatchObject({ granted: 32, reserved: 32 })
  })
})
