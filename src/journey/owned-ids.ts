/** Replies and files that a call names by id: they must be the team's own, and the call must go where they are kept. */

import type { RouteTarget } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { isObject, type Json } from '../ground/json.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { LedgerRow } from '../ports/accounts.ts'
import { targetsOfProvider } from '../services/routing/choose-targets.ts'
import type { Endpoint } from './endpoint.ts'
import type { FoundCall } from './find-call.ts'
import type { Gateway } from './gateway.ts'

/** Another isolate brings its rows to the account within this time. */
const SETTLES_WITHIN_MS = 400
const MAX_IDS = 50

/**
 * The targets that may take the call: all of them when it names nothing, else those at the provider that keeps what it names.
 * All teams share a provider's credential, so an id of another team, or of nobody, is refused as not found.
 */
export async function ownedTargets(
  found: FoundCall,
  endpoint: Endpoint,
  team: string,
  gateway: Gateway,
): Promise<Result<readonly RouteTarget[], GatewayError>> {
  const reply = endpoint.kind === 'chat' ? endpoint.wire.refersTo?.(found.body.json) : undefined
  const files = namesFiles(found.body.text) ? fileIds(found.body.json) : []
  const ids = [...new Set([...(reply === undefined ? [] : [reply]), ...files])]
  if (ids.length === 0) return ok(found.targets)
  if (ids.length > MAX_IDS)
    return err(
      gatewayError('invalid-request', `A call may name at most ${MAX_IDS} files; this one names ${ids.length}.`),
    )
  const providers = new Set<string>()
  for (const id of ids) {
    const row = await findOwned(id, team, gateway)
    if (!row.ok) return row
    if (!row.value) return err(id === reply ? replyNotFound(id) : fileNotFound(id))
    providers.add(row.value.provider)
  }
  const [provider, another] = providers
  const targets = provider === undefined || another !== undefined ? [] : targetsOfProvider(found.found, provider)
  return targets.length > 0 ? ok(targets) : err(keptElsewhere(reply))
}

/** The row of the team's own call that made the reply or file; undefined when there is none. */
export async function findOwned(
  id: string,
  team: string,
  gateway: Gateway,
): Promise<Result<LedgerRow | undefined, GatewayError>> {
  for (let attempt = 0; ; attempt++) {
    const rows = await gateway.ledger.find(gateway.revision.organisation, team, { replyId: id, limit: 1 })
    if (!rows.ok) return rows
    if (rows.value[0] || attempt === 1) return ok(rows.value[0])
    await new Promise((resolve) => setTimeout(resolve, SETTLES_WITHIN_MS))
  }
}

/** Cheap: most calls name no file. Escaped key names are looked into rather than trusted. */
function namesFiles(text: string): boolean {
  return text.includes('file_id') || text.includes('\\u')
}

function fileIds(value: Json | undefined, ids: string[] = []): string[] {
  if (Array.isArray(value)) for (const item of value) fileIds(item, ids)
  else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'file_id' && typeof inner === 'string') ids.push(inner)
      else if (name === 'file_ids' && Array.isArray(inner)) ids.push(...inner.filter((id) => typeof id === 'string'))
      else fileIds(inner, ids)
    }
  }
  return ids
}

function replyNotFound(id: string): GatewayError {
  return gatewayError(
    'not-found',
    `Previous response "${id.slice(0, 80)}" was not made by this team through this gateway, or its model keeps no responses. Send the earlier turns again instead.`,
    { code: 'previous_response_not_found', param: 'previous_response_id', status: 400 },
  )
}

export function fileNotFound(id: string): GatewayError {
  return gatewayError(
    'not-found',
    `There is no file "${id.slice(0, 80)}" that this team uploaded through this gateway. Upload it with POST /v1/files first.`,
    { code: 'file_not_found', param: 'file_id' },
  )
}

function keptElsewhere(reply: string | undefined): GatewayError {
  return gatewayError(
    'invalid-request',
    `This route has no target at the provider that keeps ${reply === undefined ? 'the files this call names' : 'the response this call continues'}. Use the route they were made with.`,
    reply === undefined ? { param: 'file_id' } : { param: 'previous_response_id', code: 'previous_response_not_found' },
  )
}
