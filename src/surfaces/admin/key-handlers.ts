/** Admin API of keys: create, list, rotate, revoke. The key's text is in the reply to its creation and nowhere else. */

import * as z from 'zod'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KeyRecord } from '../../ports/keys.ts'
import type { CreatedKey, KeyService } from '../../services/keys/key-service.ts'
import type { Handler, HandlerContext } from '../http/app.ts'
import { errorReply } from '../http/error-shape.ts'
import type { HandlerName } from '../http/route-table.ts'
import { readJson } from './read-json.ts'

export interface KeyDesk {
  readonly service: KeyService
  /** Forget what this isolate remembers of a key, so that a change holds here at once. */
  forget(): void
  readonly teams: readonly string[]
  readonly clock: Clock
}

const CreateBody = z.strictObject({
  role: z.enum(['app', 'admin']).default('app'),
  team: z.string().min(1),
  name: z.string().max(200).default(''),
  routes: z.array(z.string().min(1).max(256)).max(200).default([]),
  expires_at: z.iso.datetime({ offset: true }).optional(),
})

const RotateBody = z.strictObject({
  grace_seconds: z
    .int()
    .min(0)
    .max(30 * 24 * 3600)
    .default(3600),
})

type KeyHandlers = Pick<Record<HandlerName, Handler>, 'createKey' | 'listKeys' | 'rotateKey' | 'revokeKey'>

export function keyHandlers(desk: KeyDesk): KeyHandlers {
  return {
    createKey: (context) => createKey(context, desk),
    listKeys: async () =>
      Response.json({
        object: 'list',
        data: (await desk.service.listKeys()).map((record) => shown(record, desk.clock)),
      }),
    rotateKey: (context) => rotateKey(context, desk),
    revokeKey: async ({ parameters }) => {
      const revoked = await desk.service.revokeKey(parameters.id ?? '')
      desk.forget()
      return revoked.ok ? Response.json(shown(revoked.value, desk.clock)) : refuse(revoked.error)
    },
  }
}

async function createKey(context: HandlerContext, desk: KeyDesk): Promise<Response> {
  const body = await readJson(context, CreateBody)
  if (!body.ok) return refuse(body.error)
  const { role, team, name, routes, expires_at } = body.value
  if (!desk.teams.includes(team)) {
    const message = `There is no team "${team.slice(0, 80)}" in sluice.yml; teams are ${desk.teams.join(', ')}.`
    return refuse(gatewayError('invalid-request', message, { param: 'team' }))
  }
  const created = await desk.service.createKey({
    role,
    team,
    name,
    routes,
    expiresAtMs: expires_at === undefined ? undefined : Date.parse(expires_at),
  })
  return created.ok ? Response.json(withText(created.value, desk.clock), { status: 201 }) : refuse(created.error)
}

async function rotateKey(context: HandlerContext, desk: KeyDesk): Promise<Response> {
  const body = await readJson(context, RotateBody)
  if (!body.ok) return refuse(body.error)
  const rotated = await desk.service.rotateKey(context.parameters.id ?? '', body.value.grace_seconds * 1000)
  desk.forget()
  return rotated.ok ? Response.json(withText(rotated.value, desk.clock), { status: 201 }) : refuse(rotated.error)
}

function withText({ text, record }: CreatedKey, clock: Clock): Record<string, unknown> {
  return { key: text, ...shown(record, clock) }
}

/** A key as admins see it: never the digest. */
function shown(record: KeyRecord, clock: Clock): Record<string, unknown> {
  return {
    object: 'key',
    id: record.id,
    role: record.role,
    team: record.team,
    name: record.name,
    routes: record.routes,
    state: stateOf(record, clock.now()),
    created_at: iso(record.createdAtMs),
    expires_at: iso(record.expiresAtMs),
    revoked_at: iso(record.revokedAtMs),
    replaced_by: record.replacedBy ?? null,
  }
}

function stateOf(record: KeyRecord, now: number): 'active' | 'expired' | 'revoked' | 'replaced' {
  if (record.revokedAtMs !== undefined) return 'revoked'
  if (record.expiresAtMs !== undefined && record.expiresAtMs <= now) return 'expired'
  return record.replacedBy === undefined ? 'active' : 'replaced'
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

function refuse(error: GatewayError): Response {
  return errorReply(error, 'openai-chat')
}
