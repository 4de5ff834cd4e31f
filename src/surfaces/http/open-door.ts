/** From a path that was called to the endpoint behind it, with what the URL says about model and stream. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { assertNever, err, ok, type Result } from '../../ground/result.ts'
import type { Endpoint, PlainWire } from '../../journey/endpoint.ts'
import { chatWires, taskWires } from '../../wires/index.ts'
import type { HandlerContext } from './app.ts'
import type { Door } from './call-doors.ts'
import { callerWire } from './error-shape.ts'

const NOTHING_SAID = {}

/** Fails when the path names a call of Google's that does not exist. */
export function openDoor(door: Door, context: HandlerContext): Result<Endpoint, GatewayError> {
  const { request, parameters } = context
  switch (door.kind) {
    case 'chat':
      return ok({ kind: 'chat', name: door.name, wire: chatWires[door.wire], address: NOTHING_SAID })
    case 'task':
      return ok({ kind: 'task', name: door.name, wire: taskWires[door.wire], address: NOTHING_SAID })
    case 'gemini':
      return openGeminiDoor(parameters.call ?? '', request)
    case 'classify':
      return ok({ kind: 'classify', name: 'classify', wire: plainWire('classify', request), address: NOTHING_SAID })
    case 'realtime': {
      const model = new URL(request.url).searchParams.get('model')
      const address = model === null ? NOTHING_SAID : { model }
      return ok({ kind: 'realtime', name: 'realtime', wire: plainWire('openai-realtime', request), address })
    }
    case 'stored':
      return ok(storedEndpoint(door, context))
    default:
      return assertNever(door)
  }
}

/** `{model}:{verb}`; the model is a route's name and may hold slashes and colons. */
export function openGeminiDoor(call: string, request: Request): Result<Endpoint, GatewayError> {
  const at = call.lastIndexOf(':')
  const verb = call.slice(at + 1)
  const model = at < 0 ? '' : decoded(call.slice(0, at))
  const chat = { kind: 'chat', name: 'gemini', wire: chatWires['gemini-generate'] } as const
  switch (at < 0 ? '' : verb) {
    case 'generateContent':
      return ok({ ...chat, address: { model, stream: false } })
    case 'streamGenerateContent': {
      const framing = new URL(request.url).searchParams.get('alt') === 'sse' ? 'sse' : 'json-array'
      return ok({ ...chat, address: { model, stream: true, framing } })
    }
    case 'embedContent':
      return ok({ kind: 'task', name: 'embeddings', wire: taskWires['gemini-embed'], address: { model } })
    case 'batchEmbedContents':
      return ok({ kind: 'task', name: 'embeddings', wire: taskWires['gemini-batch-embed'], address: { model } })
    case 'countTokens':
      return ok({ kind: 'task', name: 'gemini', wire: taskWires['gemini-count-tokens'], address: { model } })
    default:
      return err(unknownVerb(verb))
  }
}

function storedEndpoint(
  door: Extract<Door, { kind: 'stored' }>,
  { request, parameters, row }: HandlerContext,
): Endpoint {
  const { shelf, part } = door
  return {
    kind: 'stored',
    name: shelf,
    shelf,
    wire: plainWire(shelf, request),
    address: NOTHING_SAID,
    method: row.method,
    ...(parameters.id === undefined ? {} : { id: decoded(parameters.id) }),
    ...(part === undefined ? {} : { part }),
  }
}

function plainWire(name: string, request: Request): PlainWire {
  return { name, encodeError: chatWires[callerWire(request)].encodeError }
}

/** A percent sign that encodes nothing stands for itself: the name is then not found, which is the truth. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function unknownVerb(verb: string): GatewayError {
  const message = `There is no call "${verb.slice(0, 60)}" here. Use generateContent, streamGenerateContent, embedContent, batchEmbedContents or countTokens, as in /v1beta/models/my-route:generateContent.`
  return gatewayError('not-found', message)
}
