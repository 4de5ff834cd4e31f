/** GET /v1/models: the routes a key may use, in the shape of the SDK that asks. */

import { gatewayError } from '../../ground/error.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Gateway, VerifiedKey } from '../../journey/gateway.ts'
import { callerWire, errorReply } from './error-shape.ts'

/** The list; wildcard routes appear as they are written (`openai/*`), because their models are the provider's to name. */
export function listModels(request: Request, key: VerifiedKey, gateway: Gateway, createdSeconds: number): Response {
  const names = gateway.routes.routes.map((route) => route.name).filter((name) => key.routeAllowed(name))
  if (callerWire(request) === 'openai-chat') {
    return Response.json({ object: 'list', data: names.map((name) => openaiModel(name, createdSeconds)) })
  }
  const data = names.map((name) => anthropicModel(name, createdSeconds))
  return Response.json({ data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null })
}

/** One model by id; ids under a wildcard route are confirmed as usable, not as existing at the provider. */
export function showModel(
  request: Request,
  id: string,
  key: VerifiedKey,
  gateway: Gateway,
  createdSeconds: number,
): Response {
  const wire = callerWire(request)
  const found = gateway.routes.find(id)
  if (!found || !(key.routeAllowed(found.route.name) || key.routeAllowed(id))) {
    return errorReply(
      gatewayError('not-found', `The model "${id.slice(0, 128)}" does not exist or this key may not use it.`, {
        code: 'model_not_found',
      }),
      wire,
    )
  }
  return Response.json(wire === 'openai-chat' ? openaiModel(id, createdSeconds) : anthropicModel(id, createdSeconds))
}

function openaiModel(id: string, created: number): JsonObject {
  return { id, object: 'model', created, owned_by: 'sluice' }
}

function anthropicModel(id: string, createdSeconds: number): JsonObject {
  return {
    type: 'model',
    id,
    display_name: id,
    created_at: new Date(createdSeconds * 1000).toISOString().replace('.000Z', 'Z'),
  }
}
