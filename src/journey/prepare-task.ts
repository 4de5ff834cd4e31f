/** Makes the upstream request of a task for one target: the client's own body when the wire is the same, a translation otherwise. */

import type { RouteTarget } from '../config/revision.ts'
import type { GatewayError } from '../ground/error.ts'
import type { Json, JsonObject } from '../ground/json.ts'
import { spliceFields } from '../ground/json-scan.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Encoded, Warning } from '../ground/warning.ts'
import { refuseLossy } from '../kinds/refuse-lossy.ts'
import type { HttpProvider, TaskDoor } from '../providers/provider.ts'
import { withModel } from '../wires/form-fields.ts'
import { taskWires } from '../wires/index.ts'
import type { Quirks } from '../wires/quirks.ts'
import type { HubTask, HubTaskWire, TaskTap, TaskWire } from '../wires/task-wire.ts'
import { translateTask } from '../wires/translate-task.ts'
import type { ReplyDefaults } from '../wires/wire.ts'
import type { UpstreamCall } from './attempt.ts'
import type { TaskEndpoint } from './endpoint.ts'
import type { FoundCall } from './find-call.ts'

export interface PreparedTask extends UpstreamCall {
  readonly warnings: readonly Warning[]
  tap(): TaskTap
  /** Undefined when the wire is the same and the reply passes through. */
  readonly translation:
    | { reply(body: Json, quirks: Quirks, defaults: ReplyDefaults): Result<Encoded<JsonObject>, GatewayError> }
    | undefined
}

/** Undefined when the provider has no door for the task. */
export function prepareTask(
  found: FoundCall,
  target: RouteTarget,
  provider: HttpProvider,
  endpoint: TaskEndpoint,
): Result<PreparedTask, GatewayError> | undefined {
  const doors = (provider.tasks ?? []).filter(
    (door) => taskWires[door.wire].task === endpoint.wire.task && (!door.models || door.models.test(target.model)),
  )
  const same = doors.find((door) => door.wire === endpoint.wire.name)
  if (same && (endpoint.wire.passesTo?.(provider.quirks) ?? true))
    return ok(prepareSame(found, target, provider, endpoint.wire, same))
  const [door] = doors
  if (!door) return undefined
  const leg = { found, target, provider, door, model: endpoint.address.model }
  const { wire } = endpoint
  switch (wire.task) {
    case 'embeddings':
      return prepareOther(leg, wire)
    case 'rerank':
      return prepareOther(leg, wire)
    case 'count-tokens':
      return prepareOther(leg, wire)
    default:
      return undefined // no vocabulary of ours to translate it with
  }
}

interface Leg {
  readonly found: FoundCall
  readonly target: RouteTarget
  readonly provider: HttpProvider
  readonly door: TaskDoor
  /** The model of the URL, for wires that have it there. */
  readonly model: string | undefined
}

function prepareSame(
  { body }: FoundCall,
  target: RouteTarget,
  provider: HttpProvider,
  wire: TaskWire,
  door: TaskDoor,
): PreparedTask {
  const fields = wire.patchRequest(body.json, target.model)
  return {
    ...upstreamSide(wire, door, target),
    body: body.form ? withModel(body.form, target.model) : spliceFields(body.text, body.scanned, fields),
    contentType: body.form ? undefined : 'application/json',
    forwardClientHeaders: true,
    warnings: [],
    tap: () => wire.tap(provider.quirks, body.json),
    translation: undefined,
  }
}

function prepareOther<Task extends HubTask>(
  { found, target, provider, door, model }: Leg,
  client: HubTaskWire<Task>,
): Result<PreparedTask, GatewayError> | undefined {
  const upstream = taskWires[door.wire]
  if (!upstream.hub) return undefined
  const translation = translateTask(client, upstream)
  if (!translation.ok) return translation
  const call = translation.value.decode(found.body.json, model)
  if (!call.ok) return call
  const asked = translation.value.request(call.value, target.model, provider.quirks)
  if (!asked.ok) return asked
  const { value, warnings } = asked.value
  const refused = refuseLossy(warnings, found.policy)
  if (refused) return err(refused)
  return ok({
    ...upstreamSide(upstream, door, target),
    body: JSON.stringify(value),
    contentType: 'application/json',
    forwardClientHeaders: false,
    warnings,
    tap: () => upstream.tap(provider.quirks, found.body.json),
    translation: {
      reply: (body, quirks, defaults) =>
        translation.value.reply(body, { call: call.value, quirks, defaults, before: warnings }),
    },
  })
}

function upstreamSide(wire: TaskWire, door: TaskDoor, target: RouteTarget) {
  return {
    wire: wire.name,
    method: 'POST',
    path: door.path,
    model: target.model,
    decodeError: wire.decodeError,
  } as const
}
