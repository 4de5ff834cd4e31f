/** The counters of money that a settled call was counted in, found again from its row. */

import type { RouteSettings } from '../../config/revision.ts'
import type { LedgerRow } from '../../ports/accounts.ts'
import type { CounterTerms } from '../../ports/credit.ts'
import { type CallScopes, counterOf } from './limit-terms.ts'

export interface LimitedRoutes {
  readonly organisation: string
  readonly routes: readonly RouteSettings[]
}

/** By the limits the route has now. */
export function countersOfRow(row: LedgerRow, { organisation, routes }: LimitedRoutes): CounterTerms[] {
  const route = routes.find(({ name }) => name === row.route)
  const scopes: Omit<CallScopes, 'model'> = {
    key: row.keyId,
    user: row.user ?? '',
    team: row.team,
    organisation,
    route: row.route,
    tag: (name) => row.tags?.[name] ?? '',
  }
  return (route?.policy.limits ?? []).flatMap((limit) => {
    if (limit.measure !== 'usd') return []
    const model = limit.per === 'model' ? modelAsked(row, route) : ''
    if (model === undefined) return []
    return counterOf(limit, { ...scopes, model }, row.admittedAtMs)?.terms ?? []
  })
}

/** `provider/model` as it was asked of the target; undefined where the row does not tell. */
function modelAsked({ target, provider }: LedgerRow, route: RouteSettings | undefined): string | undefined {
  const named = [...(route?.targets ?? []), ...(route?.fallback ?? [])].find((each) => each.name === target)
  if (named && !named.model.includes('*')) return `${named.provider}/${named.model}`
  return target.startsWith(`${provider}/`) && !target.includes('*') ? target : undefined
}
