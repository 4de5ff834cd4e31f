/** What a team's account tells its organisation's of limits that teams share, worked by hand. */

import { describe, expect, it } from 'vitest'
import type { CounterTerms, CreditReport } from '../ports/credit.ts'
import type { EscrowTables, Upstream } from './escrow-book.ts'
import type { Holding, Tally } from './escrow-rules.ts'
import {
  closingReports,
  excessReports,
  noteGrants,
  noteReturns,
  spentReports,
  teamAsLease,
  upwardReports,
} from './escrow-upstream.ts'

const TERMS: CounterTerms = {
  limit: 'l',
  scope: 's',
  startMs: 0,
  sinceMs: 0,
  untilMs: 9000,
  kind: 'money',
  bound: 800,
  shared: true,
}
const WATCH = { amount: 800, percents: [], measure: 'usd', per: 'route', enforce: 'hard' } as const

function report(fields: Partial<CreditReport> = {}): CreditReport {
  return { ...TERMS, spent: 0, returned: 0, least: 0, need: 0, want: 0, ...fields }
}

function upstream(fields: Partial<Upstream> = {}): Upstream {
  return {
    terms: TERMS,
    granted: 0,
    returned: 0,
    told: 0,
    spent: 0,
    known: { spent: 0, reserved: 0 },
    reportedAtMs: 0,
    ...fields,
  }
}

/** Tables with one counter. */
function tables(
  state: { holding?: Holding; tally?: Tally; upstream?: Upstream } = {},
): EscrowTables & { kept: Upstream[] } {
  const kept: Upstream[] = []
  return {
    kept,
    tally: () => state.tally,
    tallySince: () => state.tally ?? { spent: 0, reserved: 0 },
    setTally: () => undefined,
    watched: () => undefined,
    setWatched: () => undefined,
    holding: () => state.holding,
    holdings: () => [],
    setHolding: () => undefined,
    upstream: () => state.upstream,
    upstreams: () => (state.upstream ? [state.upstream] : []),
    setUpstream: (each) => void kept.push(each),
  }
}

function said({ spent, returned, least, need, want, smallest }: CreditReport = report()) {
  return { spent, returned, least, need, want, smallest }
}

describe('what goes up', () => {
  it('is what calls wait for and the team does not have, with some ahead', () => {
    const [asked, ...more] = upwardReports(tables(), 'x', [report({ least: 10, need: 30, want: 50, smallest: 10 })], 0)
    expect(more).toEqual([])
    expect(said(asked)).toEqual({ spent: 0, returned: 0, least: 10, need: 30, want: 70, smallest: 10 })
    expect(asked).not.toHaveProperty('shared')
    expect(asked).toMatchObject({ limit: 'l', scope: 's', bound: 800, kind: 'money' })
  })

  it('goes on from what the team has used, and lacks only what its lease was not granted', () => {
    const state = {
      holding: { granted: 20, spent: 5, returned: 5 },
      tally: { spent: 100, reserved: 40 },
      upstream: upstream({ granted: 170, returned: 10, spent: 90 }),
    }
    const [asked] = upwardReports(tables(state), 'x', [report({ least: 30, need: 45, want: 60 })], 0)
    expect(said(asked)).toEqual({ spent: 100, returned: 10, least: 160, need: 175, want: 205, smallest: undefined })
    expect(asked).not.toHaveProperty('smallest')
  })

  it('takes no more ahead than an eighth of the limit', () => {
    const [asked] = upwardReports(tables(), 'x', [report({ need: 10, want: 500 })], 0)
    expect(asked?.want).toBe(110)
    const [bare] = upwardReports(tables(), 'x', [report({ need: 10, want: 0 })], 0)
    expect(bare?.want).toBe(10)
  })

  it('is nothing while the team has enough, to the last nano-dollar', () => {
    const ask = (granted: number, fields: Partial<CreditReport>) =>
      upwardReports(
        tables({ tally: { spent: 30, reserved: 20 }, upstream: upstream({ granted, returned: 5 }) }),
        'x',
        [report(fields)],
        0,
      ).length
    expect([ask(95, { need: 40 }), ask(94, { need: 40 }), ask(95, { want: 40 }), ask(94, { want: 40 })]).toEqual([
      0, 1, 0, 1,
    ])
    expect(
      upwardReports(tables(), 'x', [{ ...report({ need: 9 }), shared: undefined } as unknown as CreditReport], 0),
    ).toEqual([])
  })

  it('is a count once a second where nothing is refused', () => {
    const { bound: _, ...free } = report({ need: 3, want: 9 })
    const at = (nowMs: number) =>
      upwardReports(
        tables({ tally: { spent: 3, reserved: 1 }, upstream: upstream({ reportedAtMs: 500 }) }),
        'x',
        [free],
        nowMs,
      )
    expect(at(1499)).toEqual([])
    expect(said(at(1500)[0])).toMatchObject({ spent: 3, need: 7, want: 7 })
  })
})

describe('when no lease is open', () => {
  const closing = (granted: number, tally: Tally, spent = 10, told = 20) =>
    closingReports(tables({ tally, upstream: upstream({ granted, returned: 20, told, spent }) })).map(said)

  it('everything unused goes back', () => {
    expect(closing(100, { spent: 30, reserved: 0 })).toEqual([
      { spent: 30, returned: 70, least: 0, need: 0, want: 0, smallest: undefined },
    ])
    expect(closing(100, { spent: 30, reserved: 15 })).toMatchObject([{ spent: 30, returned: 55 }])
    // More was once reported than is spent now: it stays reported.
    expect(closing(100, { spent: 5, reserved: 0 }, 40)).toMatchObject([{ spent: 40, returned: 60 }])
    expect(closing(50, { spent: 30, reserved: 0 }, 29)).toMatchObject([{ spent: 30, returned: 20 }])
    expect(closing(50, { spent: 30, reserved: 0 }, 30)).toEqual([])
    expect(closing(40, { spent: 30, reserved: 0 }, 30)).toEqual([])
    expect(closingReports(tables())).toEqual([])
  })

  it('what may not have been heard is said again', () => {
    expect(closing(50, { spent: 30, reserved: 0 }, 30, 19)).toMatchObject([{ spent: 30, returned: 20 }])
  })
})

describe('credit that nobody needs', () => {
  const state = {
    tally: { spent: 100, reserved: 40 },
    upstream: upstream({ granted: 200, returned: 10, reportedAtMs: 500 }),
  }

  it('goes back after a second, but for a little', () => {
    // 50 are free, of which a 64th of the limit stays.
    expect(upwardReports(tables(state), 'x', [report()], 1499)).toEqual([])
    const [asked] = upwardReports(tables(state), 'x', [report()], 1500)
    expect(said(asked)).toMatchObject({ spent: 100, returned: 48, least: 188, need: 188, want: 188 })
    expect(excessReports(tables(state), 1499)).toEqual([])
    expect(excessReports(tables(state), 1500).map(said)).toMatchObject([
      { spent: 100, returned: 48, least: 0, need: 0, want: 0 },
    ])
    expect(excessReports(tables({ ...state, tally: { spent: 138, reserved: 40 } }), 1500)).toEqual([])
    expect(excessReports(tables(), 1500)).toEqual([])
  })

  it('stays as far as calls wait for it, or where nothing is refused', () => {
    const [asked] = upwardReports(tables(state), 'x', [report({ need: 30 })], 1500)
    expect(said(asked)).toMatchObject({ returned: 18, need: 188 })
    const { bound: _, ...free } = TERMS
    expect(excessReports(tables({ ...state, upstream: upstream({ terms: free, granted: 200 }) }), 1500)).toEqual([])
  })

  it('is nobody’s from before the report on', () => {
    const own = tables(state)
    const [asked] = upwardReports(own, 'x', [report()], 1500)
    noteReturns(own, asked ? [asked] : [])
    expect(own.kept).toMatchObject([{ granted: 200, returned: 48, told: 0 }])
    const none = tables()
    noteReturns(none, asked ? [asked] : [])
    noteReturns(own, [report({ returned: 10 })])
    expect([none.kept, own.kept.length]).toEqual([[], 1])
  })
})

describe('while leases are open', () => {
  it('what was spent goes up now and then, if anybody watches', () => {
    const at = (spent: number, watch = true) =>
      spentReports(
        tables({
          tally: { spent, reserved: 9 },
          upstream: upstream({ spent: 10, returned: 3, terms: { ...TERMS, ...(watch && { watch: WATCH }) } }),
        }),
      ).map(said)
    expect(at(11)).toEqual([{ spent: 11, returned: 3, least: 0, need: 0, want: 0, smallest: undefined }])
    expect([at(10), at(9), at(11, false)]).toEqual([[], [], []])
    expect(spentReports(tables({ upstream: upstream({ terms: { ...TERMS, watch: WATCH } }) }))).toEqual([])
  })
})

describe('the answer', () => {
  const grant = { limit: 'l', scope: 's', startMs: 0, granted: 50, spent: 300, reserved: 60 }

  it('is kept, and an old one takes nothing back', () => {
    const { shared: _, ...sent } = report({ spent: 20, returned: 5 })
    const fresh = tables()
    noteGrants(fresh, [sent, sent], [grant], 77)
    expect(fresh.kept).toEqual([
      {
        terms: TERMS,
        granted: 50,
        returned: 5,
        told: 5,
        spent: 20,
        known: { spent: 300, reserved: 60 },
        reportedAtMs: 77,
      },
    ])
    const later = tables({ upstream: upstream({ granted: 90, returned: 8, spent: 30 }) })
    noteGrants(later, [sent], [grant], 77)
    expect(later.kept).toMatchObject([{ granted: 90, returned: 8, spent: 30 }])
  })

  it('is the team’s, which no lease is named like', () => {
    expect(teamAsLease('blue')).toBe('team:blue')
  })
})
