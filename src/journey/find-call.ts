/** From a caller and a body to the call that is meant: its route, its policy and its targets, or why not. */

import type { EffectivePolicy, RouteTarget } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { asObject, asString, type JsonObject } from '../ground/json.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { FoundRoute } from '../services/routing/route-index.ts'
import type { CallRecord } from './call-record.ts'
import { chooseForCall } from './choose-for-call.ts'
import type { Endpoint } from './endpoint.ts'
import type { Gateway, VerifiedKey } from './gateway.ts'
import { checkDepth, type RequestBody } from './read-body.ts'

export interface FoundCall {
  readonly body: RequestBody
  readonly model: string
  readonly stream: boolean
  readonly policy: EffectivePolicy
  /** The route and what its `*` stood for. */
  readonly found: FoundRoute
  /** In the order they are tried; never empty. */
  readonly targets: readonly RouteTarget[]
}

/** Notes route, model and user in the record on the way, so that a refusal's row has them. */
export function findCall(
  { body, headers }: { readonly body: RequestBody; readonly headers: Headers },
  endpoint: Endpoint,
  key: VerifiedKey,
  gateway: Gateway,
  record: CallRecord,
): Result<FoundCall, GatewayError> {
  const model =
    endpoint.address.model ?? body.json.model ?? (endpoint.kind === 'task' ? endpoint.wire.usualModel : null)
  if (typeof model !== 'string' || model === '') {
    return err(
      gatewayError('invalid-request', 'The field "model" must name a route, for example "default".', {
        param: 'model',
      }),
    )
  }
  record.requestedModel = model.slice(0, 256)
  record.user = callerUser(body.json)
  const found = gateway.routes.find(model)
  if (!found || !(key.routeAllowed(found.route.name) || key.routeAllowed(model))) return err(unknownModel(model))
  const { route } = found
  record.route = route.name
  if (!route.accepts.includes(endpoint.name)) {
    return err(
      gatewayError(
        'invalid-request',
        `The route "${route.name}" does not accept ${endpoint.name} calls; it accepts ${route.accepts.join(', ')}.`,
        {
          param: 'model',
        },
      ),
    )
  }
  const tooDeep = checkDepth(body, route.policy.maxJsonDepth)
  if (tooDeep) return err(tooDeep)
  if (body.bytes > route.policy.maxBodyBytes) {
    return err(
      gatewayError(
        'payload-too-large',
        `The route "${route.name}" allows request bodies of ${route.policy.maxBodyBytes} bytes.`,
      ),
    )
  }
  const stream = wantsStream(body.json, endpoint)
  if (stream === undefined)
    return err(gatewayError('invalid-request', 'The field "stream" must be true or false.', { param: 'stream' }))
  record.stream = stream
  const { team, id: keyId } = key.record
  const { targets, why } = chooseForCall({ found, body, stream, endpoint, headers, team, keyId }, gateway, record)
  record.why = why
  if (targets.length === 0) return err(noTarget(route.name))
  return ok({ body, model, stream, policy: route.policy, found, targets })
}

/** Undefined when the field holds something that is neither. */
function wantsStream(json: JsonObject, endpoint: Endpoint): boolean | undefined {
  if (endpoint.address.stream !== undefined) return endpoint.address.stream
  const { stream } = json
  if (stream === undefined || stream === null) return endpoint.kind === 'chat' && endpoint.wire.streamsByDefault
  if (typeof stream === 'boolean') return stream
  // Fields of a form are text.
  return stream === 'true' ? true : stream === 'false' ? false : undefined
}

function noTarget(route: string): GatewayError {
  const message = `No target of the route "${route}" is for this call: the conditions of all of them exclude it. Change the call, or ask an admin for a target without conditions.`
  return gatewayError('invalid-request', message, { code: 'no_target', param: 'model' })
}

/** The same words whether the route does not exist or is not for this key, so that names cannot be probed. */
function unknownModel(model: string): GatewayError {
  return gatewayError(
    'not-found',
    `The model "${model.slice(0, 128)}" does not exist or this key may not use it. GET /v1/models lists what it may use.`,
    { code: 'model_not_found', param: 'model' },
  )
}

/** The app's end user: OpenAI's `user` (now `safety_identifier`), Anthropic's `metadata.user_id`. */
function callerUser(json: JsonObject): string | undefined {
  const user = asString(json.user) ?? asString(asObject(json.metadata)?.user_id) ?? asString(json.safety_identifier)
  return user?.slice(0, 256)
}
