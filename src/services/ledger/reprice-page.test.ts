/** Which calls of a page get a new price, and in which counters it is counted. */

import { describe, expect, it } from 'vitest'
import type { RouteSettings } from '../../config/revision.ts'
import type { AccountStore, LedgerRow, Repricing } from '../../ports/accounts.ts'
import { repricePage } from './reprice-page.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const ROW: LedgerRow = {
  requestId: 'req_a_0',
  admittedAtMs: NOW,
  team: 'blue',
  keyId: 'k1',
  user: 'ann',
  route: 'support',
  target: 'oai/large',
  provider: 'oai',
  requestedModel: 'support',
  answeredModel: 'large-2026',
  clientWire: 'openai-chat',
  stream: false,
  outcome: 'ok',
  status: 200,
  usage: { input: 10 },
  usageSource: 'reported',
  costNano: '100',
  priceHash: 'old',
  latencyMs: 1,
  attempts: 1,
  revision: 'r',
}

async function reprice(
  rows: readonly Partial<LedgerRow>[],
  { model = undefined as string | undefined, limits = '' } = {},
) {
  const asked: Repricing[] = []
  const account: Pick<AccountStore, 'rows' | 'reprice'> = {
    rows: async (query) => {
      expect(query).toMatchObject({ kind: 'call', sinceMs: 1, untilMs: 2 })
      return { rows: rows.map((fields, slot) => ({ ...ROW, requestId: `req_a_${slot}`, ...fields })) }
    },
    reprice: async (calls) => {
      asked.push(...calls)
      return calls.map((call) => ({
        ...ROW,
        kind: 'adjustment' as const,
        costNano: String(Number(call.costNano) - 100),
      }))
    },
  }
  const routes = [{ name: 'support', targets: [], fallback: [], policy: { limits: JSON.parse(limits || '[]') } }]
  const page = await repricePage(
    account as AccountStore, // the page asks for nothing else
    { sinceMs: 1, untilMs: 2, rehearse: false, model },
    {
      limits: { organisation: 'acme', routes: routes as unknown as RouteSettings[] }, // nothing else of a route is read
      price: ({ model, usage, serviceClass, team }) =>
        model.startsWith('large') && team === 'blue'
          ? {
              known: true,
              costNano: BigInt(usage.input ?? 0) * (serviceClass === 'batch' ? 4n : 8n),
              priceHash: 'new',
              priceDate: '2026-11-01',
            }
          : { known: false },
    },
  )
  return { page, asked }
}

describe('repricePage', () => {
  it('prices by the model that answered, its class and its team', async () => {
    const { page, asked } = await reprice([{}, { serviceClass: 'batch' }, { answeredModel: undefined }])
    expect(asked.map(({ requestId, costNano }) => [requestId, costNano])).toEqual([
      ['req_a_0', '80'],
      ['req_a_1', '40'],
      ['req_a_2', '80'],
    ])
    expect(page).toMatchObject({ examined: 3, adjusted: 3, unpriced: 0, deltaNano: '-100' })
    expect(page.models).toEqual([{ model: 'large-2026', calls: 3, deltaNano: '-100' }])
  })

  it('takes calls of unknown cost, and leaves those nobody bills or knows anything of', async () => {
    const { page, asked } = await reprice([
      { costNano: undefined, priceHash: undefined },
      { usage: undefined },
      { attempts: 0, costNano: '0', priceHash: undefined },
      { costNano: '0', priceHash: undefined },
      { outcome: 'unreported', usage: undefined },
      { kind: 'adjustment', adjusts: 'req_a_0' },
      { priceHash: 'assumed' },
    ])
    expect(asked.map(({ requestId }) => requestId)).toEqual(['req_a_0', 'req_a_6'])
    expect(page.unpriced).toBe(0)
  })

  it('keeps the cost of calls whose price is not known, and says how many', async () => {
    const { page, asked } = await reprice([{ answeredModel: 'small' }, { team: 'red' }])
    expect(asked).toEqual([])
    expect(page).toMatchObject({ examined: 2, adjusted: 0, unpriced: 2, deltaNano: '0' })
  })

  it('takes one model, or several by their beginning', async () => {
    const rows = [{}, { answeredModel: 'large-1' }, { answeredModel: 'small' }]
    expect((await reprice(rows, { model: 'large-1' })).page.examined).toBe(1)
    expect((await reprice(rows, { model: 'large-*' })).page.examined).toBe(2)
  })

  it('names the counters of money that the call was counted in', async () => {
    const limit = (per: string, fields: object = {}) => ({
      id: `p/${per}`,
      measure: 'usd',
      amount: 5,
      per,
      window: { every: 'day', zone: 'UTC' },
      enforce: 'hard',
      ...fields,
    })
    const limits = JSON.stringify([
      ...['key', 'user', 'team', 'organisation', 'route', 'model'].map((per) => limit(per)),
      limit('tag', { tag: 'project' }),
      limit('team', { id: 'p/requests', measure: 'requests' }),
      limit('team', { id: 'p/over', untilMs: NOW }),
    ])
    const { asked } = await reprice([{ tags: { project: 'apollo' } }, { route: 'gone' }], { limits })
    expect(asked[0]?.counters.map(({ limit, scope, shared }) => [limit, scope, shared === true])).toEqual([
      ['p/key', 'k1', false],
      ['p/user', 'ann', false],
      ['p/team', 'blue', false],
      ['p/organisation', 'acme', true],
      ['p/route', 'support', true],
      ['p/model', 'oai/large', true],
      ['p/tag', 'apollo', true],
    ])
    expect(asked[0]?.counters[0]).toMatchObject({ kind: 'money', startMs: Date.UTC(2026, 10, 23) })
    expect(asked[1]?.counters).toEqual([])
  })
})
