/** Makes the upstream request for one target: the client's own bytes when the wire is the same, a translation otherwise. */

import type { RouteTarget } from '../config/revision.ts'
import type { ChatCall } from '../ground/chat-call.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { spliceFields } from '../ground/json-scan.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Warning } from '../ground/warning.ts'
import { capOutput } from '../kinds/cap-output.ts'
import { refuseLossy } from '../kinds/refuse-lossy.ts'
import type { HttpProvider } from '../providers/provider.ts'
import { chatWires } from '../wires/index.ts'
import type { ChatWire, UsageTap } from '../wires/wire.ts'
import type { FoundCall } from './find-call.ts'

export interface Prepared {
  readonly wire: ChatWire
  readonly path: string
  readonly body: string
  readonly sameWire: boolean
  /** We asked the upstream for usage the client did not ask for; its extra event is hidden. */
  readonly askedUsage: boolean
  /** What the client's request lost in translation. */
  readonly warnings: readonly Warning[]
  /** The decoded call; only when translating. */
  readonly call: ChatCall | undefined
  tap(): UsageTap
}

/** Never throws; a request that cannot be said in the upstream's wire, or only with a loss policy forbids, is an error. */
export function prepare(
  found: FoundCall,
  target: RouteTarget,
  provider: HttpProvider,
  clientWire: ChatWire,
): Result<Prepared, GatewayError> {
  const same = provider.chat.find((chat) => chat.wire === clientWire.name)
  if (same) return ok(prepareSameWire(found, target, provider, clientWire, same.path))
  const other = provider.chat[0]
  if (!other) return err(gatewayError('not-supported', `The provider ${provider.title} speaks no chat format.`))
  return prepareTranslation(found, target, provider, {
    client: clientWire,
    upstream: chatWires[other.wire],
    path: other.path,
  })
}

function prepareSameWire(
  found: FoundCall,
  target: RouteTarget,
  provider: HttpProvider,
  wire: ChatWire,
  path: string,
): Prepared {
  const patch = { model: target.model, maxOutputTokens: found.policy.maxOutputTokens }
  const { fields, askedUsage } = wire.patchRequest(found.body.json, patch, provider.quirks)
  return {
    wire,
    path,
    body: spliceFields(found.body.text, found.body.scanned, fields),
    sameWire: true,
    askedUsage,
    warnings: [],
    call: undefined,
    tap: () => wire.tap(provider.quirks, askedUsage),
  }
}

function prepareTranslation(
  found: FoundCall,
  target: RouteTarget,
  provider: HttpProvider,
  wires: { client: ChatWire; upstream: ChatWire; path: string },
): Result<Prepared, GatewayError> {
  const decoded = wires.client.decodeRequest(found.body.json)
  if (!decoded.ok) return decoded
  const call = capOutput({ ...decoded.value, model: target.model, streamUsage: true }, found.policy)
  const encoded = wires.upstream.encodeRequest(call, provider.quirks)
  const refused = refuseLossy(encoded.warnings, found.policy)
  if (refused) return err(refused)
  return ok({
    wire: wires.upstream,
    path: wires.path,
    body: JSON.stringify(encoded.value),
    sameWire: false,
    askedUsage: false,
    warnings: encoded.warnings,
    call: decoded.value,
    tap: () => wires.upstream.tap(provider.quirks, false),
  })
}
