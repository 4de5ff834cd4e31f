/** The routes a key may use, in the shape in which the caller's SDK lists models. */

import { gatewayError } from '../../ground/error.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Gateway, VerifiedKey } from '../../journey/gateway.ts'
import type { ErrorWire } from './call-doors.ts'
import { errorReply } from './error-shape.ts'

/** The wire whose SDK asks. */
export type ModelList = Exclude<ErrorWire, 'cohere-chat'>

interface Shape {
  one(name: string, createdSeconds: number): JsonObject
  list(models: readonly JsonObject[], names: readonly string[]): JsonObject
}

const SHAPES: Readonly<Record<ModelList, Shape>> = {
  'openai-chat': {
    one: (id, created) => ({ id, object: 'model', created, owned_by: 'sluice' }),
    list: (models) => ({ object: 'list', data: [...models] }),
  },
  'anthropic-messages': {
    one: (id, created) => ({ type: 'model', id, display_name: id, created_at: isoSeconds(created) }),
    list: (models, names) => ({
      data: [...models],
      has_more: false,
      first_id: names[0] ?? null,
      last_id: names.at(-1) ?? null,
    }),
  },
  'gemini-generate': {
    one: (id) => ({
      name: `models/${id}`,
      displayName: id,
      version: '1',
      supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'embedContent', 'countTokens'],
    }),
    list: (models) => ({ models: [...models] }),
  },
  'ollama-chat': {
    one: (id, created) => ({ name: id, model: id, modified_at: isoSeconds(created), size: 0, digest: '', details: {} }),
    list: (models) => ({ models: [...models] }),
  },
}

/** Wildcard routes appear as they are written (`openai/*`), because their models are the provider's to name. */
export function listModels(list: ModelList, key: VerifiedKey, gateway: Gateway): Response {
  const shape = SHAPES[list]
  const names = gateway.routes.routes.map((route) => route.name).filter((name) => key.routeAllowed(name))
  const created = nowSeconds(gateway)
  return Response.json(
    shape.list(
      names.map((name) => shape.one(name, created)),
      names,
    ),
  )
}

/** One model by id; ids under a wildcard route are confirmed as usable, not as existing at the provider. */
export function showModel(list: ModelList, id: string, key: VerifiedKey, gateway: Gateway): Response {
  const shape = SHAPES[list]
  const found = gateway.routes.find(id)
  if (found && (key.routeAllowed(found.route.name) || key.routeAllowed(id)))
    return Response.json(shape.one(id, nowSeconds(gateway)))
  const message = `The model "${id.slice(0, 128)}" does not exist or this key may not use it.`
  return errorReply(gatewayError('not-found', message, { code: 'model_not_found' }), list)
}

function nowSeconds({ clock }: Gateway): number {
  return Math.floor(clock.now() / 1000)
}

function isoSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
