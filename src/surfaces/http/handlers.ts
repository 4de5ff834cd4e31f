/** The app-facing handlers: chat, classification, models, health. */

import { gatewayError } from '../../ground/error.ts'
import type { ChatEndpoint, ClassifyEndpoint, Endpoint } from '../../journey/endpoint.ts'
import type { Gateway, VerifiedKey } from '../../journey/gateway.ts'
import { handle } from '../../journey/handle.ts'
import { readKeys } from '../../services/keys/read-keys.ts'
import { chatWires } from '../../wires/index.ts'
import type { Handler, HandlerContext } from './app.ts'
import { callerWire, errorReply } from './error-shape.ts'
import { listModels, showModel } from './list-models.ts'
import type { HandlerName } from './route-table.ts'

const CHAT: ChatEndpoint = { kind: 'chat', name: 'chat', wire: chatWires['openai-chat'] }
const MESSAGES: ChatEndpoint = { kind: 'chat', name: 'messages', wire: chatWires['anthropic-messages'] }
const CLASSIFY: ClassifyEndpoint = {
  kind: 'classify',
  name: 'classify',
  wire: { name: 'classify', encodeError: chatWires['openai-chat'].encodeError },
}

type AppHandlers = Pick<
  Record<HandlerName, Handler>,
  'chat' | 'messages' | 'classify' | 'listModels' | 'showModel' | 'health' | 'home'
>

export function appHandlers(gateway: Gateway): AppHandlers {
  const call =
    (endpoint: Endpoint): Handler =>
    ({ request, waitUntil }) =>
      handle(request, endpoint, gateway, { waitUntil })
  const createdSeconds = (): number => Math.floor(gateway.clock.now() / 1000)
  return {
    chat: call(CHAT),
    messages: call(MESSAGES),
    classify: call(CLASSIFY),
    listModels: (context) =>
      withKey(context, gateway, (key) => listModels(context.request, key, gateway, createdSeconds())),
    showModel: (context) =>
      withKey(context, gateway, (key) => {
        const id = decodeURIComponent(context.parameters.model ?? '')
        return showModel(context.request, id, key, gateway, createdSeconds())
      }),
    health: () =>
      Response.json({
        status: 'ok',
        revision: gateway.revision.hash.slice(0, 12),
        routes: gateway.routes.routes.length,
      }),
    home: () => new Response(HOME, { headers: { 'content-type': 'text/plain; charset=utf-8' } }),
  }
}

async function withKey(
  { request, waitUntil }: HandlerContext,
  gateway: Gateway,
  answer: (key: VerifiedKey) => Response,
): Promise<Response> {
  const text = readKeys(request.headers)
  if (!text.ok) return errorReply(text.error, callerWire(request))
  const key = gateway.keys.peek(text.value) ?? (await gateway.keys.verify(text.value, waitUntil))
  if (!('ok' in key)) return answer(key)
  if (!key.ok) return errorReply(key.error, callerWire(request))
  if (key.value.record.role !== 'app')
    return errorReply(gatewayError('permission', 'Use an app key here.'), callerWire(request))
  return answer(key.value)
}

const HOME = `Sluice, an AI gateway.

POST /v1/chat/completions   OpenAI chat format
POST /v1/messages           Anthropic messages format
POST /v1/classify           embedded classifiers
GET  /v1/models             the routes your key may use
GET  /health

Send your key as "Authorization: Bearer sk-sluice-..." or "x-api-key".
`
