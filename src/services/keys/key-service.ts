/** Makes, lists, rotates and revokes keys. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import type { RandomBytes } from '../../ground/ids.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KeyRecord, KeyRole, KeyStore } from '../../ports/keys.ts'
import { digestOf, newKeyText } from './key-text.ts'
import type { DerivedSecrets } from './secrets.ts'

const MAX_NAME = 200
const MAX_ROUTES = 200
const MAX_GRACE_MS = 30 * 24 * 3600 * 1000

export interface NewKey {
  readonly role: KeyRole
  readonly team: string
  /** For people: what the key is for; at most 200 characters. */
  readonly name: string
  /** Route names or `prefix*` patterns; empty means every route. */
  readonly routes: readonly string[]
  readonly expiresAtMs?: number | undefined
}

/** The only time a key's text is seen. */
export interface CreatedKey {
  readonly text: string
  readonly record: KeyRecord
}

export interface KeyService {
  createKey(wanted: NewKey): Promise<Result<CreatedKey, GatewayError>>
  /** Newest first. */
  listKeys(): Promise<readonly KeyRecord[]>
  /** A new key with the same rights and end; the old one works for `graceMs` more, at most 30 days. */
  rotateKey(id: string, graceMs: number): Promise<Result<CreatedKey, GatewayError>>
  /** Stops a key within five seconds everywhere. Revoking twice keeps the first time. */
  revokeKey(id: string): Promise<Result<KeyRecord, GatewayError>>
}

export interface KeyServiceOptions {
  readonly store: KeyStore
  readonly secrets: DerivedSecrets
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

/** Errors of the store are thrown; wrong ids and input are results. */
export function createKeyService(options: KeyServiceOptions): KeyService {
  const { store, clock } = options
  return {
    async createKey(wanted) {
      const problem = inputProblem(wanted, clock.now())
      if (problem) return err(problem)
      const created = await makeKey(wanted, options)
      await store.insert(created.record)
      return ok(created)
    },
    listKeys: () => store.list(),
    rotateKey: (id, graceMs) => rotateKey(id, graceMs, options),
    async revokeKey(id) {
      const known = await store.get(id)
      if (known?.revokedAtMs !== undefined) return ok(known)
      const revoked = await store.update(id, { revokedAtMs: clock.now() })
      return revoked ? ok(revoked) : err(unknownKey(id))
    },
  }
}

async function rotateKey(
  id: string,
  graceMs: number,
  options: KeyServiceOptions,
): Promise<Result<CreatedKey, GatewayError>> {
  const now = options.clock.now()
  if (!Number.isInteger(graceMs) || graceMs < 0 || graceMs > MAX_GRACE_MS) {
    return err(gatewayError('invalid-request', 'The grace period must be a whole number from 0 to 30 days.'))
  }
  const old = await options.store.get(id)
  if (!old) return err(unknownKey(id))
  const ended = old.revokedAtMs !== undefined || (old.expiresAtMs !== undefined && old.expiresAtMs <= now)
  if (ended || old.replacedBy !== undefined) {
    const state =
      old.revokedAtMs !== undefined ? 'revoked' : ended ? 'expired' : `already replaced by ${old.replacedBy}`
    return err(gatewayError('conflict', `The key ${id} is ${state} and cannot be rotated. Create a new key instead.`))
  }
  const created = await makeKey(old, options)
  const expiresAtMs = Math.min(old.expiresAtMs ?? Number.POSITIVE_INFINITY, now + graceMs)
  const replaced = await options.store.replace(id, { expiresAtMs, replacedBy: created.record.id }, created.record)
  return replaced ? ok(created) : err(unknownKey(id))
}

async function makeKey(wanted: NewKey, options: KeyServiceOptions): Promise<CreatedKey> {
  const { id, text } = await newKeyText(wanted.role, options.secrets, options.randomBytes)
  const record: KeyRecord = {
    id,
    digest: await digestOf(text, options.secrets),
    role: wanted.role,
    team: wanted.team,
    name: wanted.name,
    routes: [...wanted.routes],
    createdAtMs: options.clock.now(),
    ...(wanted.expiresAtMs !== undefined && { expiresAtMs: wanted.expiresAtMs }),
  }
  return { text, record }
}

function inputProblem(wanted: NewKey, now: number): GatewayError | undefined {
  const bad = (param: string, message: string): GatewayError => gatewayError('invalid-request', message, { param })
  if (wanted.team.trim() === '') return bad('team', 'A key needs a team.')
  if (wanted.name.length > MAX_NAME) return bad('name', `A key's name may have at most ${MAX_NAME} characters.`)
  if (wanted.routes.length > MAX_ROUTES) return bad('routes', `A key may name at most ${MAX_ROUTES} routes.`)
  const route = wanted.routes.find((each) => !/^[^*\s]*\*?$/.test(each) || each === '')
  if (route !== undefined) {
    const shown = JSON.stringify(route.slice(0, 80))
    return bad('routes', `${shown} is not a route name: write a name, or a beginning followed by one "*".`)
  }
  if (wanted.expiresAtMs !== undefined && !(Number.isSafeInteger(wanted.expiresAtMs) && wanted.expiresAtMs > now)) {
    return bad('expires_at', 'The time at which the key expires must lie in the future.')
  }
  return undefined
}

function unknownKey(id: string): GatewayError {
  const shown = JSON.stringify(id.slice(0, 40))
  const advice = 'The id is the part of the key between the last two dashes; "keys list" shows all ids.'
  return gatewayError('not-found', `There is no key with the id ${shown}. ${advice}`)
}
