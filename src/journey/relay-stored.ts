/** Files and kept replies: passed through to the provider that has them, for the team that made them alone. */

import type { EffectivePolicy, RouteTarget } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json, parseJson } from '../ground/json.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { HttpProvider } from '../providers/provider.ts'
import { targetsOfProvider } from '../services/routing/choose-targets.ts'
import type { FoundRoute } from '../services/routing/route-index.ts'
import { chatWires } from '../wires/index.ts'
import { type CallDesk, notJson, readAll } from './answer.ts'
import { answerOnce } from './answer-once.ts'
import { attempt, type Exchange, type UpstreamCall } from './attempt.ts'
import type { StoredEndpoint } from './endpoint.ts'
import type { VerifiedKey } from './gateway.ts'
import { fileNotFound, findOwned } from './owned-ids.ts'
import { pumpStream } from './pump-stream.ts'
import { checkContentType, readForm } from './read-body.ts'
import { passOnFailure, refuse } from './refuse.ts'
import { keepUpstreamHeaders, replyHeaders } from './reply-headers.ts'
import { settleStream } from './settle-stream.ts'
import { passBytes } from './stream-transforms.ts'

export interface StoredCalling extends CallDesk {
  readonly endpoint: StoredEndpoint
  readonly key: VerifiedKey
}

interface Place {
  readonly target: RouteTarget
  readonly provider: HttpProvider
  readonly policy: EffectivePolicy
  /** Path of the shelf below the provider's address. */
  readonly path: string
}

/** One upload, list, look, download, cancel or deletion. Ids of other teams are not found. */
export async function relayStored(calling: StoredCalling): Promise<Response> {
  const { endpoint, record } = calling
  const place = endpoint.id === undefined ? placeOfRoute(calling) : await placeOfThing(endpoint.id, calling)
  if (!place.ok) return refuse(place.error, endpoint, record)
  const body = await uploadOf(calling, place.value)
  if (!body.ok) return refuse(body.error, endpoint, record)
  const relay = (): Promise<Response> => relayTo(place.value, body.value, calling)
  if (endpoint.method !== 'POST') return relay()
  return answerOnce({ ...calling, policy: place.value.policy, body: { text: '', form: body.value } }, relay)
}

async function relayTo(place: Place, body: FormData | undefined, calling: StoredCalling): Promise<Response> {
  const { endpoint, record, request } = calling
  const { target, provider, policy } = place
  const credential = calling.gateway.credential(target.provider)
  if (!credential.ok) return refuse(credential.error, endpoint, record)
  record.attempts++
  record.upstreamWire = endpoint.shelf
  const prepared = upstreamCall(calling, place, body)
  const tried = await attempt({
    request,
    policy,
    provider,
    credential: credential.value,
    gateway: calling.gateway,
    prepared,
  })
  if (!tried.ok) {
    if (tried.raw && tried.error.kind !== 'upstream-credential') return passOnFailure(tried.error, tried.raw, record)
    return refuse(tried.error, endpoint, record)
  }
  return answer(tried.exchange, calling)
}

function upstreamCall({ endpoint, request }: StoredCalling, place: Place, body: FormData | undefined): UpstreamCall {
  const rest = [endpoint.id, endpoint.part].filter((part) => part !== undefined).map(encodeURIComponent)
  return {
    wire: endpoint.shelf,
    method: endpoint.method,
    path: [place.path, ...rest].join('/') + queryOf(request),
    model: place.target.model,
    body,
    contentType: undefined,
    forwardClientHeaders: true,
    decodeError: chatWires[place.provider.chat[0]?.wire ?? 'openai-chat'].decodeError,
  }
}

/** The client's query without a key, which some SDKs send there. */
function queryOf(request: Request): string {
  const query = new URL(request.url).searchParams
  query.delete('key')
  return query.size > 0 ? `?${query}` : ''
}

/** Where the thing is that an id names: the provider of the call that made it. */
async function placeOfThing(id: string, calling: StoredCalling): Promise<Result<Place, GatewayError>> {
  const { gateway, key, endpoint } = calling
  const row = await findOwned(id, key.record.team, gateway)
  if (!row.ok) return row
  if (!row.value) return err(endpoint.shelf === 'files' ? fileNotFound(id) : responseNotFound(id))
  const route = gateway.routes.find(row.value.requestedModel || row.value.route)
  const target = route && targetsOfProvider(route, row.value.provider)[0]
  if (!route || !target) return err(gatewayError('not-found', `The route that made "${id.slice(0, 80)}" is gone.`))
  return placeAt(route, target, calling)
}

/** Where a new file goes: the route of the `x-sluice-route` header, or the only one of this key that keeps files. */
function placeOfRoute(calling: StoredCalling): Result<Place, GatewayError> {
  const { gateway, key, request, record } = calling
  const named = request.headers.get('x-sluice-route')
  const candidates = gateway.routes.routes.filter(
    (route) => route.accepts.includes('files') && key.routeAllowed(route.name) && !route.name.endsWith('*'),
  )
  const name = named ?? (candidates.length === 1 ? candidates[0]?.name : undefined)
  if (name === undefined) return err(whichRoute(candidates.map((route) => route.name)))
  record.requestedModel = name.slice(0, 256)
  const route = gateway.routes.find(name)
  if (!route?.route.accepts.includes('files') || !(key.routeAllowed(route.route.name) || key.routeAllowed(name)))
    return err(gatewayError('not-found', `There is no route "${name.slice(0, 128)}" that keeps files for this key.`))
  const target = [...route.route.targets, ...route.route.fallback].find((each) => placeAt(route, each, calling).ok)
  return target ? placeAt(route, target, calling) : err(whichRoute([]))
}

function placeAt(
  route: FoundRoute,
  target: RouteTarget,
  { gateway, endpoint, record }: StoredCalling,
): Result<Place, GatewayError> {
  const provider = gateway.provider(target.provider)
  if (!provider.ok) return provider
  const path = provider.value.transport === 'http' ? pathOf(provider.value, endpoint) : undefined
  if (provider.value.transport !== 'http' || path === undefined)
    return err(gatewayError('not-supported', `The provider ${provider.value.title} keeps no ${endpoint.shelf}.`))
  record.route = route.route.name
  record.target = target.name
  record.provider = target.provider
  return ok({ target, provider: provider.value, policy: route.route.policy, path })
}

function pathOf(provider: HttpProvider, { shelf }: StoredEndpoint): string | undefined {
  return shelf === 'files' ? provider.filesPath : provider.responsesPath
}

async function uploadOf(
  { endpoint, request }: StoredCalling,
  { policy }: Place,
): Promise<Result<FormData | undefined, GatewayError>> {
  if (endpoint.method !== 'POST' || endpoint.shelf !== 'files') return ok(undefined)
  const refused = checkContentType(request.headers, 'form')
  if (refused) return err(refused)
  const form = await readForm(request, policy.maxBodyBytes)
  return form.ok ? ok(form.value.form) : form
}

async function answer(exchange: Exchange, calling: StoredCalling): Promise<Response> {
  const { record, endpoint, request, context } = calling
  const type = exchange.response.headers.get('content-type') ?? ''
  if (!/json/i.test(type) || endpoint.part === 'content') {
    const transform = passBytes({ event: () => undefined, result: () => ({ complete: true }) })
    const pumped = {
      exchange,
      transform,
      clientSignal: request.signal,
      encodeError: () => undefined,
      tape: record.tape,
    }
    const { body, end } = pumpStream({ ...pumped, onFirstByte: () => record.markFirstByte() })
    context.waitUntil(end.then((how) => settleStream(how, transform, record)))
    return new Response(body, {
      status: exchange.response.status,
      headers: replyHeaders(record, type || 'application/octet-stream'),
    })
  }
  const bytes = await readAll(exchange)
  if (!(bytes instanceof Uint8Array)) return refuse(bytes, endpoint, record)
  const json = parseJson(new TextDecoder().decode(bytes))
  if (json === undefined) return refuse(notJson(exchange), endpoint, record)
  const listed = endpoint.id === undefined && endpoint.method === 'GET'
  const shown = listed ? await onlyOwn(json, calling) : ok(bytes)
  if (!shown.ok) return refuse(shown.error, endpoint, record)
  const replyId = asString(asObject(json)?.id)
  record.keepReplyId = endpoint.id === undefined && endpoint.method === 'POST'
  record.markFirstByte()
  const status = exchange.response.status
  record.settle({
    outcome: 'ok',
    status,
    usage: {},
    usageSource: 'counted',
    tapped: replyId === undefined ? {} : { replyId },
    unbilled: true,
  })
  const headers = replyHeaders(record, 'application/json')
  keepUpstreamHeaders(exchange.response.headers, headers)
  return new Response(shown.value, { status, headers })
}

/** A list from the provider holds every team's things: those this team did not make are left out. */
async function onlyOwn(json: Json, { gateway, key, endpoint }: StoredCalling): Promise<Result<string, GatewayError>> {
  const query = { clientWire: endpoint.wire.name, limit: 1000 }
  const rows = await gateway.ledger.find(gateway.revision.organisation, key.record.team, query)
  if (!rows.ok) return rows
  const own = new Set(rows.value.map((row) => row.replyId))
  const list = asObject(json) ?? {}
  const data = asArray(list.data).filter((item) => isObject(item) && own.has(asString(item.id)))
  return ok(JSON.stringify({ ...list, data }))
}

function whichRoute(names: readonly string[]): GatewayError {
  const hint =
    names.length > 1
      ? `Say which with the header "x-sluice-route": ${names.slice(0, 10).join(', ')}.`
      : 'Ask an admin for a route to a provider that keeps files; wildcard routes need the header "x-sluice-route" with a full name.'
  return gatewayError('invalid-request', `A file belongs to the route whose provider will keep it. ${hint}`, {
    param: 'x-sluice-route',
  })
}

function responseNotFound(id: string): GatewayError {
  return gatewayError(
    'not-found',
    `There is no response "${id.slice(0, 80)}" that this team made through this gateway and that its provider keeps.`,
  )
}
