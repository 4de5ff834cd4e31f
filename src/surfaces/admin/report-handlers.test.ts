import { beforeEach, describe, expect, it } from 'vitest'
import { row } from '../../../test/contract/ledger-rows.ts'
import type { LedgerRow } from '../../ports/accounts.ts'
import { memoryAccounts } from '../../stores/memory/account-store.ts'
import { reportHandlers } from './report-handlers.ts'

type Answer = Record<string, unknown>

const NOW_MS = Date.parse('2026-11-21T00:00:00Z')
const accounts = memoryAccounts({ clock: { now: () => NOW_MS } })
let count = 0
let organisation = ''

const handlers = () =>
  reportHandlers({
    organisation,
    teams: async () => ['blue', 'red'],
    account: (team) => accounts(organisation, team),
    clock: { now: () => NOW_MS },
    // Two nano-dollars a token, half of it for cached ones; only of one model.
    price: ({ model, usage }) =>
      model === 'acme-large-1'
        ? { known: true, costNano: BigInt(2 * ((usage.input ?? 0) + (usage.output ?? 0)) + (usage.cacheRead ?? 0)) }
        : { known: false },
  })

async function store(team: string, ...rows: LedgerRow[]): Promise<void> {
  const account = accounts(organisation, team)
  const { id } = await account.openLease(1)
  await account.sync({ leaseId: id, used: 0, rows: rows.map((each) => ({ ...each, team })), want: 0, close: true })
}

async function get(view: keyof ReturnType<typeof handlers>, query = ''): Promise<Answer & { readonly status: number }> {
  const context = { request: new Request(`https://gateway.example/?${query}`), parameters: {}, waitUntil: () => {} }
  const response = await handlers()[view](context as unknown as Parameters<ReturnType<typeof handlers>[typeof view]>[0]) // reports read the request alone
  return { status: response.status, ...((await response.json()) as Answer) }
}

beforeEach(() => {
  organisation = `organisation ${count++}`
})

describe('the cost report', () => {
  it('adds up teams, and narrows to those that are named', async () => {
    await store('blue', row('req_a_0', { costNano: '5' }), row('req_a_1', { costNano: undefined, usage: undefined }))
    await store('red', row('req_b_0', { costNano: '7', route: 'search' }))
    expect(await get('reportCost', 'group_by=team')).toMatchObject({
      data: [
        { group: { team: 'red' }, costNano: '7', unknownCostCalls: 0 },
        { group: { team: 'blue' }, costNano: '5', unknownCostCalls: 1, unknownCostShare: '0.5' },
      ],
      total: { calls: 3, costNano: '12', costUsd: '0.000000012', unknownCostCalls: 1 },
    })
    expect(await get('reportCost', 'team=red')).toMatchObject({ total: { calls: 1, costNano: '7' } })
    expect(await get('reportCost', 'team=red&team=blue&route=support')).toMatchObject({ total: { calls: 2 } })
    expect(await get('reportCost', 'route=support&route=search')).toMatchObject({ total: { calls: 3 } })
  })

  it('bounds its range by dates of the zone', async () => {
    const times = ['2026-10-31T22:59:59Z', '2026-10-31T23:00:00Z', '2026-11-30T22:59:59Z', '2026-11-30T23:00:00Z']
    await store('blue', ...times.map((time, slot) => row(`req_c_${slot}`, { admittedAtMs: Date.parse(time) })))
    const query = 'since=2026-11&until=2026-12&zone=Europe/Berlin&group_by=month'
    expect(await get('reportCost', query)).toMatchObject({ data: [{ group: { month: '2026-11' }, calls: 2 }] })
  })

  it.each([
    ['group_by=planet', 'group_by'],
    ['format=xml', 'format'],
    ['zone=Mars/Olympus', 'zone'],
    ['since=soon', 'since'],
    ['until=2026-02-30', 'until'],
    ['since=2026-11-02&until=2026-11-01', 'until'],
    ['since=2026-11-01&until=2026-11-01', 'until'],
    ['format=focus&group_by=team', 'group_by'],
    ['teams=blue', 'teams'],
    [Array(81).fill('user=x').join('&'), 'filters'],
  ])('refuses %s and names the parameter', async (query, name) => {
    const refused = await get('reportCost', query)
    expect(refused).toMatchObject({ status: 400, error: { param: name } })
  })
})

describe('the forecast', () => {
  it('takes the whole days since the first call, quiet ones too, and the running period', async () => {
    const at = (day: number): number => Date.UTC(2026, 10, day, 12)
    const days = [11, 12, 13, 14, 15, 16, 17, 18, 20].map((day, slot) =>
      row(`req_d_${slot}`, { admittedAtMs: at(day), costNano: '900' }),
    )
    await store('blue', ...days, row('req_d_9', { admittedAtMs: at(20), costNano: undefined }))
    const answer = await get('reportForecast')
    expect(answer).toMatchObject({ days: 10, spent: { nano: '8100', calls: 10, unknownCostCalls: 1 } })
    // Nine of ten days at 900: 810 a day for the ten days left.
    expect(answer).toMatchObject({ expected: { nano: '16200' }, period: { label: '2026-11', kind: 'month' } })
    expect(await get('reportBudget', 'limit=0.00001&alert=80')).toMatchObject({
      state: 'alert',
      usedPercent: 81,
      left: { nano: '1900' },
      outlook: 'expected',
    })
    expect(await get('reportForecast', 'period=day')).toMatchObject({ spent: { nano: '0' }, expected: { nano: '810' } })
    expect(await get('reportForecast', 'route=none')).toMatchObject({ spent: { nano: '0' }, low: null, days: 0 })
  })

  it.each([
    ['reportForecast', 'since=2026-11', 'since'],
    ['reportForecast', 'period=year', 'period'],
    ['reportBudget', '', 'limit'],
    ['reportBudget', 'limit=-1', 'limit'],
    ['reportBudget', 'limit=1&alert=most', 'alert'],
    ['reportSavings', 'reference=acme', 'reference'],
    ['reportShowback', 'rule=mine', 'rule'],
    ['reportShowback', 'by=team,route', 'by'],
    ['reportShowback', 'rule=weights&weights=blue', 'weights'],
    ['reportShowback', 'rule=weights&weights=bleu:1', 'weights'],
    ['reportShowback', 'weights=blue:1', 'weights'],
    ['reportShowback', 'shared=blu', 'shared'],
  ] as const)('%s refuses "%s"', async (view, query, name) => {
    expect(await get(view, query)).toMatchObject({ status: 400, error: { param: name } })
  })
})

describe('savings and showback', () => {
  it('sets cached tokens against plain ones, and edge calls against the reference', async () => {
    await store(
      'blue',
      row('req_e_0', { usage: { input: 10, cacheRead: 5000 } }),
      row('req_e_1', { answeredModel: 'unpriced', usage: { cacheRead: 5000 }, costNano: undefined }),
      row('req_e_2', { provider: 'edge', answeredModel: 'intent', usage: { input: 300 }, costNano: '0' }),
      row('req_e_3', { outcome: 'refused', usage: undefined, usageSource: 'unknown', costNano: '0' }),
    )
    expect(await get('reportSavings')).toMatchObject({
      cache: { saved: { nano: '5000' }, calls: 1, unpricedCalls: 1 },
      edge: null,
    })
    expect(await get('reportSavings', 'reference=acme/acme-large-1')).toMatchObject({
      edge: { saved: { nano: '600' }, calls: 1, unpricedCalls: 0 },
    })
    expect(await get('reportSavings', 'reference=acme/other')).toMatchObject({ edge: { calls: 0, unpricedCalls: 1 } })
  })

  it('adds up what kept answers cost when they were made, and says of how many nobody knows', async () => {
    await store(
      'blue',
      row('req_k_0', { cache: 'miss', costNano: '5000' }),
      row('req_k_1', { cache: 'hit', costNano: '0', usage: {}, savedNano: '5000' }),
      row('req_k_2', { cache: 'semantic', costNano: '0', usage: {}, savedNano: '5000' }),
      row('req_k_3', { cache: 'hit', costNano: '0', usage: {}, provider: 'edge' }),
    )
    expect(await get('reportSavings', 'reference=acme/acme-large-1')).toMatchObject({
      answers: { saved: { nano: '10000' }, calls: 2, unpricedCalls: 1 },
      edge: { calls: 0 },
    })
  })

  it('spreads what the named owners and nobody caused over the others', async () => {
    await store('blue', row('req_f_0', { user: 'ann', costNano: '300' }), row('req_f_1', { costNano: '100' }))
    await store('red', row('req_f_2', { user: 'ben', costNano: '100' }), row('req_f_3', { user: 'bot', costNano: '1' }))
    const answer = await get('reportShowback', 'by=user&shared=bot')
    expect(answer).toMatchObject({
      data: [
        { owner: 'ann', direct: { nano: '300' }, shared: { nano: '76' }, total: { nano: '376' } },
        { owner: 'ben', direct: { nano: '100' }, shared: { nano: '25' }, total: { nano: '125' } },
      ],
      shared: { nano: '101' },
      unallocated: { nano: '0' },
      total: { nano: '501' },
    })
    expect(await get('reportShowback', 'by=user&rule=weights&weights=ann:0')).toMatchObject({ status: 400 })
  })

  it('charges by agreed weights whoever made calls', async () => {
    await store('red', row('req_g_0', { costNano: '300' }))
    expect(await get('reportShowback', 'rule=weights&weights=blue:1&shared=red')).toMatchObject({
      data: [{ owner: 'blue', direct: { nano: '0' }, shared: { nano: '300' }, total: { nano: '300' } }],
      unallocated: { nano: '0' },
    })
  })
})
