/** What a chat model streams through the binding -> chunks in OpenAI's form. */

import { asArray, asObject, type JsonObject, parseJson } from '../../ground/json.ts'
import { formatSse, type SseEvent, SseParser } from '../../ground/sse.ts'
import { type ChatRun, finishOf, textOf, toolCalls } from './chat-reply.ts'

/** A stream that ends without `[DONE]` stays without it: it was cut off. */
export function chatStream(run: ChatRun): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const parser = new SseParser()
  const writer = createChunkWriter(run)
  const send = (events: readonly SseEvent[], controller: TransformStreamDefaultController<Uint8Array>): void => {
    const text = events.map((event) => writer.event(event.data)).join('')
    if (text !== '') controller.enqueue(encoder.encode(text))
  }
  return new TransformStream({
    transform: (chunk, controller) => send(parser.push(decoder.decode(chunk, { stream: true })), controller),
    flush: (controller) => send([...parser.push(decoder.decode()), ...parser.end()], controller),
  })
}

/** The whole reply as a stream: some models answer whole although a stream was asked for. */
export function wholeAsStream(result: JsonObject, run: ChatRun): string {
  const writer = createChunkWriter(run)
  const [choice] = asArray(result.choices)
  const message = asObject(asObject(choice)?.message)
  const native = message ? { response: message.content, tool_calls: message.tool_calls, usage: result.usage } : result
  return writer.event(JSON.stringify(native)) + writer.event('[DONE]')
}

function createChunkWriter(run: ChatRun): { event(data: string): string } {
  let started = false
  let native = false
  let calls = 0
  let usage: JsonObject | undefined
  const chunk = (fields: JsonObject): string =>
    formatSse(
      JSON.stringify({
        id: `id-${run.nowMs}`,
        object: 'chat.completion.chunk',
        created: Math.floor(run.nowMs / 1000),
        model: run.model,
        ...fields,
      }),
    )
  const delta = (fields: JsonObject): string => {
    const role = started ? {} : { role: 'assistant' }
    started = true
    return chunk({ choices: [{ index: 0, delta: { ...role, ...fields }, finish_reason: null }] })
  }
  const finish = (): string => {
    if (!native) return formatSse('[DONE]')
    const reason = finishOf(calls > 0, usage, run)
    const last = chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })
    const counted = usage && run.includeUsage ? chunk({ choices: [], usage }) : ''
    return last + counted + formatSse('[DONE]')
  }
  return {
    event(data) {
      if (data.trim() === '[DONE]') return finish()
      const body = asObject(parseJson(data))
      // Newer models stream in OpenAI's form already.
      if (!body || Array.isArray(body.choices)) return formatSse(data)
      native = true
      usage = asObject(body.usage) ?? usage
      const text = textOf(body.response)
      const called = toolCalls(asArray(body.tool_calls), run, calls).map((call, at) => ({ index: calls + at, ...call }))
      calls += called.length
      return (text ? delta({ content: text }) : '') + (called.length > 0 ? delta({ tool_calls: called }) : '')
    },
  }
}
