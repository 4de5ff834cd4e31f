/** Makes the upstream request for one target: the client's own bytes when the wire is the same, a translation otherwise. */

import type { RouteTarget } from '../config/revision.ts'
import type { ChatCall } from '../ground/chat-call.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import type { Framer, Framing } from '../ground/framing.ts'
import { removeFields, scanObject, spliceFields } from '../ground/json-scan.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Warning } from '../ground/warning.ts'
import { capOutput } from '../kinds/cap-output.ts'
import { refuseLossy } from '../kinds/refuse-lossy.ts'
import { refuseMissing } from '../kinds/refuse-missing.ts'
import { lacksAnything } from '../providers/capabilities/lacks-anything.ts'
import { missingCapabilities } from '../providers/capabilities/missing-capabilities.ts'
import type { ChatDoor, HttpProvider } from '../providers/provider.ts'
import { chatWires } from '../wires/index.ts'
import type { ChatWire, UsageTap } from '../wires/wire.ts'
import type { UpstreamCall } from './attempt.ts'
import type { ChatEndpoint } from './endpoint.ts'
import type { FoundCall } from './find-call.ts'
import { framerFor } from './framer-for.ts'

export interface Prepared extends UpstreamCall {
  readonly chat: ChatWire
  readonly sameWire: boolean
  /** How the upstream will frame its stream. */
  readonly framing: Framing
  /** We asked the upstream for usage the client did not ask for; its extra event is hidden. */
  readonly askedUsage: boolean
  /** What the client's request lost in translation. */
  readonly warnings: readonly Warning[]
  framer(): Framer
  tap(): UsageTap
}

interface Leg {
  readonly found: FoundCall
  readonly target: RouteTarget
  readonly provider: HttpProvider
  readonly endpoint: ChatEndpoint
  readonly door: ChatDoor
}

/** Never throws; a request that cannot be said in the upstream's wire, or only with a loss policy forbids, is an error. */
export function prepare(
  found: FoundCall,
  target: RouteTarget,
  provider: HttpProvider,
  endpoint: ChatEndpoint,
): Result<Prepared, GatewayError> {
  const doors = provider.chat.filter((door) => !door.models || door.models.test(target.model))
  const door = doors.find((each) => each.wire === endpoint.wire.name) ?? doors[0]
  if (!door) {
    const message = `The provider ${provider.title} speaks no chat format for the model "${target.model}".`
    return err(gatewayError('not-supported', message))
  }
  const leg = { found, target, provider, endpoint, door }
  return door.wire === endpoint.wire.name ? prepareSameWire(leg) : prepareTranslation(leg)
}

function prepareSameWire(leg: Leg): Result<Prepared, GatewayError> {
  const { found, target, provider, endpoint } = leg
  const { wire } = endpoint
  const needs = checkNeeds(leg)
  if (!needs.ok) return needs
  const patch = { model: target.model, maxOutputTokens: found.policy.maxOutputTokens }
  const { fields, askedUsage } = wire.patchRequest(found.body.json, patch, provider.quirks)
  return ok({
    ...upstreamSide(leg, wire),
    body: inEnvelope(spliceFields(found.body.text, found.body.scanned, fields), leg),
    sameWire: true,
    forwardClientHeaders: true,
    askedUsage,
    warnings: needs.value,
    tap: () => wire.tap(provider.quirks, askedUsage),
  })
}

/** What the target lacks. The request is read for it only where the target is known to lack anything. */
function checkNeeds({ found, target, provider, endpoint }: Leg, decoded?: ChatCall): Result<Warning[], GatewayError> {
  if (!lacksAnything(provider, target.model)) return ok([])
  const own = decoded ? ok(decoded) : endpoint.wire.decodeRequest(found.body.json)
  // What we cannot read of the provider's own format is for the provider to judge.
  if (!own.ok) return ok([])
  const missing = missingCapabilities({ ...own.value, stream: found.stream }, provider, target.model)
  return refuseMissing(missing, { title: provider.title, model: target.model }, found.policy)
}

function prepareTranslation(leg: Leg): Result<Prepared, GatewayError> {
  const { found, target, provider, endpoint, door } = leg
  const upstream = chatWires[door.wire]
  const earlier = endpoint.wire.refersTo?.(found.body.json)
  if (earlier !== undefined) return err(keptElsewhere(provider, target))
  const decoded = endpoint.wire.decodeRequest(found.body.json)
  if (!decoded.ok) return decoded
  const call = { ...decoded.value, model: target.model, stream: found.stream, streamUsage: true }
  const needs = checkNeeds(leg, call)
  if (!needs.ok) return needs
  const encoded = upstream.encodeRequest(capOutput(call, found.policy), provider.quirks)
  const refused = refuseLossy(encoded.warnings, found.policy)
  if (refused) return err(refused)
  return ok({
    ...upstreamSide(leg, upstream),
    body: inEnvelope(JSON.stringify(encoded.value), leg),
    sameWire: false,
    forwardClientHeaders: false,
    askedUsage: false,
    warnings: [...needs.value, ...encoded.warnings],
    tap: () => upstream.tap(provider.quirks, false),
  })
}

/** Only the provider that made a reply knows what was said before it. */
function keptElsewhere(provider: HttpProvider, target: RouteTarget): GatewayError {
  const message = `previous_response_id: the model "${target.model}" of ${provider.title} keeps no responses. Send the earlier turns in "input" instead.`
  return gatewayError('not-supported', message, {
    code: 'previous_response_not_found',
    param: 'previous_response_id',
    status: 400,
  })
}

/** What both ways of preparing share: where the request goes and how its answer is read. */
function upstreamSide({ found, target, endpoint, door }: Leg, chat: ChatWire) {
  const framing = upstreamFraming(endpoint, door, chat)
  return {
    chat,
    wire: chat.name,
    method: 'POST',
    path: (found.stream ? door.streams?.[framing] : undefined) ?? door.path,
    model: target.model,
    contentType: 'application/json',
    framing,
    framer: () => framerFor(framing, chat),
    decodeError: chat.decodeError,
  } as const
}

/** The client's own framing where the door has it: then nothing needs to be reframed. */
function upstreamFraming(endpoint: ChatEndpoint, door: ChatDoor, chat: ChatWire): Framing {
  if (!door.streams) return chat.framings[0]
  const offered = Object.keys(door.streams) as Framing[] // its keys are framings by type
  const wanted = endpoint.address.framing ?? endpoint.wire.framings[0]
  return offered.find((framing) => framing === wanted) ?? offered[0] ?? chat.framings[0]
}

/** Claude on other clouds: the model stands in the URL and the version in the body. */
function inEnvelope(text: string, { door }: Leg): string {
  if (!door.body) return text
  const smaller = removeFields(text, scanObject(text), door.body.drop)
  return spliceFields(smaller, scanObject(smaller), { ...door.body.set })
}
