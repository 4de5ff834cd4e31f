/** Admin API of explanations: why a call went as it did, and how one would go. */

import * as z from 'zod'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { readTags } from '../../ground/tags.ts'
import type { ChatEndpoint } from '../../journey/endpoint.ts'
import { explainRequest, ONLY_CHAT } from '../../journey/explain-request.ts'
import type { Gateway, VerifiedKey } from '../../journey/gateway.ts'
import type { AccountStore } from '../../ports/accounts.ts'
import { explainRow } from '../../services/explain/explain-row.ts'
import { chatWires } from '../../wires/index.ts'
import type { Handler, HandlerContext } from '../http/app.ts'
import { CALL_ROWS } from '../http/call-doors.ts'
import { errorReply } from '../http/error-shape.ts'
import { openGeminiDoor } from '../http/open-door.ts'
import type { HandlerName } from '../http/route-table.ts'
import { readJson } from './read-json.ts'

export interface ExplainDesk {
  readonly gateway: Gateway
  teams(): Promise<readonly string[]>
  account(team: string): AccountStore
  /** Writes this isolate's settled rows now. */
  flush(): Promise<number>
}

const AskedBody = z.strictObject({
  path: z.string().max(500).default('/v1/chat/completions'),
  body: z.record(z.string(), z.unknown()),
  team: z.string().max(64).optional(),
  headers: z.record(z.string().max(64), z.string().max(1000)).default({}),
})

export function explainHandlers(
  desk: ExplainDesk,
): Pick<Record<HandlerName, Handler>, 'explainCall' | 'explainRequest'> {
  return {
    explainCall: (context) => explainCall(context, desk),
    explainRequest: (context) => explainAsked(context, desk),
  }
}

async function explainCall({ parameters }: HandlerContext, desk: ExplainDesk): Promise<Response> {
  const requestId = parameters.requestId ?? ''
  await desk.flush()
  const query = { requestId, limit: 1 }
  const pages = await Promise.all((await desk.teams()).map((team) => desk.account(team).rows(query)))
  const row = pages.flatMap(({ rows }) => rows)[0]
  if (!row) {
    const message = `There is no call "${requestId.slice(0, 64)}" in the ledger. Replies carry their id in x-sluice-request-id; rows appear within seconds of a call's end.`
    return errorReply(gatewayError('not-found', message, { param: 'request_id' }), 'openai-chat')
  }
  return Response.json({ object: 'explanation', request_id: requestId, ...explainRow(row, desk.gateway.revision) })
}

async function explainAsked(context: HandlerContext, { gateway }: ExplainDesk): Promise<Response> {
  const asked = await readJson(context, AskedBody)
  if (!asked.ok) return errorReply(asked.error, 'openai-chat')
  const { path, body, team = gateway.revision.teams[0] ?? 'default', headers } = asked.value
  const endpoint = chatDoor(path, context.request)
  if (!endpoint.ok) return errorReply(endpoint.error, 'openai-chat')
  const request = new Request(new URL(path, context.request.url), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const tags = readTags(request.headers.get('x-sluice-tags'))
  const explained = await explainRequest({ request, endpoint: endpoint.value, key: someKey(team), tags }, gateway)
  return Response.json({ object: 'explanation', ...explained })
}

/** Any key of that team that may use every route. */
function someKey(team: string): VerifiedKey {
  const record = { id: 'explained', digest: '', role: 'app', team, name: '', routes: [], createdAtMs: 0 } as const
  return { record, routeAllowed: () => true }
}

function chatDoor(path: string, request: Request): Result<ChatEndpoint, GatewayError> {
  const { pathname, search } = new URL(path, request.url)
  const door = CALL_ROWS.find((row) => row.path === pathname)?.door
  if (door?.kind === 'chat') return ok({ kind: 'chat', name: door.name, wire: chatWires[door.wire], address: {} })
  const call = /^\/v1(?:beta)?\/models\/(.+:.+)$/.exec(pathname)?.[1]
  const opened = call === undefined ? undefined : openGeminiDoor(call, new Request(`https://sluice/${search}`))
  return opened?.ok && opened.value.kind === 'chat' ? ok(opened.value) : err(ONLY_CHAT)
}
