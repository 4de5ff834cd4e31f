/** Makes `env.AI` look like an OpenAI-compatible server, so that the rest of the house need not know of bindings. */

import { asArray, asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../../ground/json.ts'
import type { Clock } from '../../ports/clock.ts'
import { BINDING_ORIGIN } from '../cloudflare.ts'
import { isWorkersAi, type WorkersAiBinding } from './binding.ts'
import { type ChatRun, chatReply } from './chat-reply.ts'
import { chatStream, wholeAsStream } from './chat-stream.ts'
import { embeddingsReply } from './embeddings-reply.ts'
import { errorResponse, thrownResponse } from './error-response.ts'

type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A `fetch` that answers requests to the bindings' address itself and hands on all others. */
export function createBindingFetch(parts: { fetch: Fetch; binding(name: string): unknown; clock: Clock }): Fetch {
  return async (url, init) => {
    if (!url.startsWith(`${BINDING_ORIGIN}/`)) return parts.fetch(url, init)
    const [, name = '', ...rest] = new URL(url).pathname.split('/')
    const binding = parts.binding(name)
    if (!isWorkersAi(binding)) return errorResponse(503, missingBinding(name), undefined)
    const body = typeof init.body === 'string' ? asObject(parseJson(init.body)) : undefined
    if (!body) return errorResponse(400, 'Workers AI takes a JSON object here.', undefined)
    const path = rest.join('/')
    try {
      if (path === 'v1/chat/completions') return await runChat(binding, body, init, parts.clock)
      if (path === 'v1/embeddings') return await runEmbeddings(binding, body, init)
    } catch (error) {
      // The caller gave up: that is no error of the service.
      if (init.signal?.aborted) throw error
      return thrownResponse(error)
    }
    return errorResponse(404, `The Workers AI binding does not answer /${path}.`, undefined)
  }
}

function missingBinding(name: string): string {
  return `This worker has no Workers AI binding ${name}: add [ai] with binding = "${name}" to wrangler.toml and deploy again.`
}

function signalOf(init: RequestInit): { signal?: AbortSignal } {
  return init.signal ? { signal: init.signal } : {}
}

async function runChat(
  binding: WorkersAiBinding,
  body: JsonObject,
  init: RequestInit,
  clock: Clock,
): Promise<Response> {
  const { model, stream_options, messages, ...inputs } = body
  const run: ChatRun = {
    model: asString(model) ?? '',
    nowMs: clock.now(),
    maxTokens: asNumber(body.max_tokens),
    includeUsage: asObject(stream_options)?.include_usage === true,
  }
  const result = await binding.run(run.model, { ...inputs, messages: withContent(asArray(messages)) }, signalOf(init))
  if (result instanceof Response) return result
  const events = { headers: { 'content-type': 'text/event-stream' } }
  // A stream of `env.AI.run` is bytes: https://developers.cloudflare.com/workers-ai/configuration/bindings/
  if (result instanceof ReadableStream)
    return new Response((result as ReadableStream<Uint8Array>).pipeThrough(chatStream(run)), events)
  if (!isObject(result)) return errorResponse(502, 'Workers AI gave a reply that is no JSON object.', undefined)
  return body.stream === true ? new Response(wholeAsStream(result, run), events) : Response.json(chatReply(result, run))
}

/** The binding refuses messages whose content is null, which OpenAI has beside tool calls. */
function withContent(messages: readonly unknown[]): unknown[] {
  return messages.map((message) => (isObject(message) ? { ...message, content: message.content ?? '' } : message))
}

async function runEmbeddings(binding: WorkersAiBinding, body: JsonObject, init: RequestInit): Promise<Response> {
  const model = asString(body.model) ?? ''
  const text = typeof body.input === 'string' ? [body.input] : body.input
  const result = await binding.run(model, { text }, signalOf(init))
  const reply = isObject(result) ? embeddingsReply(result, model, body.encoding_format === 'base64') : undefined
  return reply ? Response.json(reply) : errorResponse(502, 'Workers AI gave a reply without vectors.', undefined)
}
