import { expect, it } from 'vitest'
import type { LimitSettings } from '../../config/limit-settings.ts'
import type { RouteSettings } from '../../config/revision.ts'
import type { LedgerRow } from '../../ports/accounts.ts'
import { countersOfRow } from './counters-of-row.ts'

const NOON = Date.parse('2026-11-23T12:00:00Z')

function limit(per: LimitSettings['per'], fields: Partial<LimitSettings> = {}): LimitSettings {
  return {
    id: per,
    measure: 'usd',
    amount: 1e9,
    per,
    enforce: 'hard',
    window: { every: 'day', zone: 'UTC' },
    ...fields,
  }
}

const target = (name: string, model: string) => ({ name, provider: 'p', model, weight: 1 })

function counters(limits: readonly LimitSettings[], fields: Partial<LedgerRow> = {}): string[] {
  const route = {
    name: 'r',
    targets: [target('main', 'large'), target('wild', 'x-*')],
    fallback: [target('spare', 'small')],
    policy: { limits },
  } as unknown as RouteSettings // nothing else of a route is read
  const row = {
    route: 'r',
    keyId: 'k',
    user: 'u',
    team: 't',
    provider: 'p',
    target: 'main',
    admittedAtMs: NOON,
    ...fields,
  } as LedgerRow
  return countersOfRow(row, { organisation: 'o', routes: [route] }).map(({ limit: id, scope }) => `${id}: ${scope}`)
}

it('are those of money, each with the scope of the row', () => {
  const all = (['key', 'user', 'team', 'organisation', 'route', 'model'] as const).map((per) => limit(per))
  const tag = limit('tag', { tag: 'project' })
  expect(counters([...all, tag, limit('key', { measure: 'tokens' })], { tags: { project: 'apollo' } })).toEqual([
    'key: k',
    'user: u',
    'team: t',
    'organisation: o',
    'route: r',
    'model: p/large',
    'tag: apollo',
  ])
  const { user: _, ...nobody } = { user: undefined }
  expect(counters([limit('user'), tag], nobody)).toEqual(['user: u', 'tag: '])
})

it('know the model by the target, its wildcard or its own name', () => {
  const model = (fields: Partial<LedgerRow>) => counters([limit('model')], fields)
  expect(model({ target: 'spare' })).toEqual(['model: p/small'])
  expect(model({ target: 'p/other' })).toEqual(['model: p/other'])
  expect(model({ target: 'wild' })).toEqual([])
  expect(model({ target: 'q/other' })).toEqual([])
  expect(model({ target: 'p/x-*' })).toEqual([])
})

it('are none of a route that is gone, or once a limit is over', () => {
  expect(counters([limit('key')], { route: 'gone' })).toEqual([])
  expect(counters([limit('key', { untilMs: NOON })])).toEqual([])
  expect(counters(undefined as unknown as LimitSettings[])).toEqual([])
})
