/** The app-facing handlers: calls, models, health, and what describes the API. */

import { gatewayError } from '../../ground/error.ts'
import type { Gateway, VerifiedKey } from '../../journey/gateway.ts'
import { handle } from '../../journey/handle.ts'
import { readKeys } from '../../services/keys/read-keys.ts'
import type { Handler, HandlerContext } from './app.ts'
import { docsReply, homeReply, openapiReply } from './describe/replies.ts'
import { callerWire, errorReply } from './error-shape.ts'
import { listModels, type ModelList, showModel } from './list-models.ts'
import { openDoor } from './open-door.ts'
import { rateCall } from './rate-call.ts'
import type { HandlerName } from './route-table.ts'

type AppHandlers = Pick<
  Record<HandlerName, Handler>,
  | 'call'
  | 'listModels'
  | 'showModel'
  | 'listGeminiModels'
  | 'showGeminiModel'
  | 'listOllamaModels'
  | 'health'
  | 'home'
  | 'rateCall'
  | 'openapi'
  | 'docs'
>

export function appHandlers(gateway: Gateway): AppHandlers {
  const list =
    (shape?: ModelList): Handler =>
    (context) =>
      withKey(context, gateway, (key) => listModels(shape ?? sdkList(context.request), key, gateway))
  const show =
    (shape?: ModelList): Handler =>
    (context) =>
      withKey(context, gateway, (key) => {
        const id = decodeURIComponent(context.parameters.model ?? '')
        return showModel(shape ?? sdkList(context.request), id, key, gateway)
      })
  return {
    call(context) {
      const { row, request, waitUntil } = context
      if (!row.door) throw new Error(`The route table has no door at ${row.path}.`)
      const endpoint = openDoor(row.door, context)
      // Only callers with a key learn what is here and what is not.
      if (!endpoint.ok) return withKey(context, gateway, () => errorReply(endpoint.error, row.errorWire))
      const reply = handle(request, endpoint.value, gateway, { waitUntil })
      // A client that leaves before its answer begins would end everything at once, before the call has its row.
      waitUntil(reply)
      return reply
    },
    listModels: list(),
    showModel: show(),
    listGeminiModels: list('gemini-generate'),
    showGeminiModel: show('gemini-generate'),
    listOllamaModels: list('ollama-chat'),
    health: () =>
      Response.json({
        status: 'ok',
        revision: gateway.revision.hash.slice(0, 12),
        routes: gateway.routes.routes.length,
      }),
    rateCall: (context) => withKey(context, gateway, (key) => rateCall(context, gateway, key)),
    home: () => homeReply(),
    openapi: ({ request }) => openapiReply(request),
    docs: ({ request }) => docsReply(request),
  }
}

/** OpenAI and Anthropic list models at the same path. */
function sdkList(request: Request): ModelList {
  return callerWire(request) === 'anthropic-messages' ? 'anthropic-messages' : 'openai-chat'
}

async function withKey(
  { request, waitUntil }: HandlerContext,
  gateway: Gateway,
  answer: (key: VerifiedKey) => Response | Promise<Response>,
): Promise<Response> {
  const wire = callerWire(request)
  const text = readKeys(request)
  if (!text.ok) return errorReply(text.error, wire)
  const key = gateway.keys.peek(text.value) ?? (await gateway.keys.verify(text.value, waitUntil))
  if (!('ok' in key)) return answer(key)
  if (!key.ok) return errorReply(key.error, wire)
  if (key.value.record.role !== 'app') return errorReply(gatewayError('permission', 'Use an app key here.'), wire)
  return answer(key.value)
}
