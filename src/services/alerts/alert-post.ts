/** Tells destinations of alerts: one signed POST an attempt. */

import type { AlertDestination, RevisionBody } from '../../config/revision.ts'
import type { Alert } from '../../ground/alert.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { AlertPost, Attempt } from '../../ports/alerts.ts'
import type { Clock } from '../../ports/clock.ts'
import { retryAfterMs } from '../../wires/retry-after.ts'
import type { Timers } from '../timers.ts'
import { signWebhook, webhookKey } from './sign-webhook.ts'

const ANSWER_WITHIN_MS = 15_000
/** "Gone": the receiver wants no more of it. */
const GONE = 410

export interface AlertPostOptions {
  readonly revision: Pick<RevisionBody, 'alerts' | 'organisation' | 'target'>
  readonly secret: (name: string) => string | undefined
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly clock: Clock
  readonly timers: Timers
}

/** Addresses come from an admin's document alone. Only the status of an answer is looked at, and redirects are not followed. */
export function createAlertPost(options: AlertPostOptions): AlertPost {
  const { alerts = [] } = options.revision
  return {
    receivers: (subject, team) =>
      alerts
        .filter(
          ({ events, teams }) => events.includes(subject) && (!teams || (team !== undefined && teams.includes(team))),
        )
        .map(({ name }) => name),
    async send(name, alert) {
      const destination = alerts.find((each) => each.name === name)
      if (!destination) return { ok: false, error: 'the destination is no longer in sluice.yml', final: true }
      const keys = keysOf(destination, options.secret)
      if (!keys.ok) return { ok: false, error: keys.error }
      return post(destination.url, alert, keys.value, options)
    },
  }
}

async function post(
  url: string,
  alert: Alert,
  keys: readonly Uint8Array<ArrayBuffer>[],
  { revision, fetch, clock, timers }: AlertPostOptions,
): Promise<Attempt> {
  const body = bodyOf(alert, revision)
  const timestamp = Math.floor(clock.now() / 1000)
  const late = new AbortController()
  const stop = timers.after(ANSWER_WITHIN_MS, () => late.abort())
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Sluice',
        'webhook-id': alert.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': await signWebhook({ id: alert.id, timestamp, body }, keys),
      },
      body,
      redirect: 'manual',
      signal: late.signal,
    })
    await response.body?.cancel()
    return attemptOf(response)
  } catch {
    // What the runtime says may hold the address, and with it a credential.
    const error = late.signal.aborted
      ? `no answer within ${ANSWER_WITHIN_MS / 1000} seconds`
      : 'the destination cannot be reached'
    return { ok: false, error }
  } finally {
    stop()
  }
}

function attemptOf({ ok: received, status, headers }: Response): Attempt {
  if (received) return { ok: true, status }
  const askedMs = retryAfterMs(headers)
  const redirects = status >= 300 && status < 400
  return {
    ok: false,
    status,
    error: redirects ? `it answered ${status}, and redirects are not followed` : `it answered ${status}`,
    ...(askedMs !== undefined && { retryAfterMs: askedMs }),
    ...(status === GONE && { final: true as const }),
  }
}

/** The same bytes at every attempt, as long as the deployment keeps its name. */
function bodyOf(
  { id, type, createdAtMs, team, data }: Alert,
  { organisation, target }: AlertPostOptions['revision'],
): string {
  const created_at = new Date(createdAtMs).toISOString()
  return JSON.stringify({ id, type, created_at, organisation, target, team: team ?? null, data })
}

/** The newest secret must be there; an older one signs as long as it is. */
function keysOf(
  { secrets }: AlertDestination,
  secret: AlertPostOptions['secret'],
): Result<Uint8Array<ArrayBuffer>[], string> {
  const keys: Uint8Array<ArrayBuffer>[] = []
  for (const [index, name] of secrets.entries()) {
    const text = secret(name)
    if (text === undefined && index > 0) continue
    if (text === undefined) return err(`the secret ${name} is not set`)
    const key = webhookKey(text)
    if (!key) return err(`the secret ${name} is not whsec_ and the base64 of 24 to 64 bytes`)
    keys.push(key)
  }
  return ok(keys)
}
