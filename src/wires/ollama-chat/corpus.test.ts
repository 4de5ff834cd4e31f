/** Decodes every recorded native exchange, chats and single prompts, and compares it with a plain second reading of the JSON. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatReply, Part } from '../../ground/chat-reply.ts'
import { Gatherer } from '../../ground/gather.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { ollamaGenerate } from '../ollama-generate/index.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import type { ChatWire } from '../wire.ts'
import { ollamaChat } from './index.ts'
import { eventsOf, partsOf } from './streams.fixture.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/ollama/ollama-{chat,generate}/*/*.meta.json`).sort() : []
const title = metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
const defaults = { id: 'x', model: 'x', createdSeconds: 1 }

/** Filed here, but an answer of the server's OpenAI door: its body has `choices`. */
const NOT_NATIVE: ReadonlySet<string> = new Set([
  'ollama/ollama-chat/parallel-tool-calls/prism--ollama-structured-with-multiple-tools-structured-mode-1--0',
])

interface Exchange {
  readonly name: string
  readonly status: number
  readonly wire: ChatWire
  readonly request: JsonObject | undefined
  readonly response: Json | undefined
  readonly stream: Uint8Array | undefined
}

function read(meta: string): Exchange {
  const base = meta.replace(/\.meta\.json$/, '')
  const facts = asObject(parseJson(readFileSync(meta, 'utf8'))) ?? {}
  const text = (ending: string) => (existsSync(base + ending) ? readFileSync(base + ending, 'utf8') : undefined)
  const response = text('.response.json') ?? text('.response.txt')
  const stream = text('.stream.ndjson')
  return {
    name: base.slice(corpus.length + 1),
    status: Number(facts.status ?? 200),
    wire: base.includes('/ollama-generate/') ? ollamaGenerate : ollamaChat,
    request: asObject(parseJson(text('.request.json') ?? 'null')),
    response: response === undefined ? undefined : (parseJson(response) ?? response),
    stream: stream === undefined ? undefined : new TextEncoder().encode(stream),
  }
}

function exchange(path: string): Exchange {
  return read(join(corpus, 'ollama', `${path}.meta.json`))
}

function gathered(parts: readonly Part[]): Gatherer {
  const gatherer = new Gatherer()
  gatherer.push(parts)
  return gatherer
}

interface Plain {
  text: string
  thinking: string
  calls: { name: Json | undefined; arguments: Json | undefined }[]
}

/** What one body, or all lines of a stream, say; read with none of the wire's code. */
function plainReading(bodies: readonly JsonObject[]): Plain {
  const messages = bodies.map((body) => asObject(body.message) ?? { content: body.response, thinking: body.thinking })
  return {
    text: messages.map((message) => asString(message.content) ?? '').join(''),
    thinking: messages.map((message) => asString(message.thinking) ?? '').join(''),
    calls: messages
      .flatMap((message) => asArray(message.tool_calls))
      .map((call) => asObject(asObject(call)?.function) ?? {})
      .map((target) => ({ name: target.name, arguments: target.arguments })),
  }
}

function hubReading(reply: ChatReply): Plain {
  const plain: Plain = { text: '', thinking: '', calls: [] }
  for (const block of reply.choices[0]?.content ?? []) {
    if (block.type === 'text') plain.text += block.text
    if (block.type === 'reasoning') plain.thinking += block.text
    if (block.type === 'tool-call') plain.calls.push({ name: block.name, arguments: parseJson(block.arguments) })
  }
  return plain
}

function expectEnd(reply: ChatReply, last: JsonObject, name: string): void {
  const { prompt_eval_count: input, eval_count: output } = last
  expect.soft(reply.usage, name).toEqual({ ...(input !== undefined && { input }), output })
  const calls = reply.choices[0]?.content.some(({ type }) => type === 'tool-call')
  expect.soft(reply.choices[0]?.finish, name).toBe(calls ? 'tool-calls' : last.done_reason)
  expect.soft(reply.model, name).toBe(last.model ?? '')
  expect.soft(reply.extras?.fields, name).toMatchObject({ total_duration: last.total_duration })
}

/** Ids of calls the server gave none for stand for the time and place of the answer. */
function withoutIds(reply: ChatReply): ChatReply {
  const choices = reply.choices.map((choice) => ({
    ...choice,
    content: choice.content.map((block) => ('id' in block ? { ...block, id: '' } : block)),
  }))
  // Recordings with the time masked get one of ours.
  const { createdSeconds: _, ...rest } = reply
  return { ...rest, model: reply.model || 'x', choices }
}

/** A request without what says nothing. */
function canonical(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => canonical(item) ?? null)
  if (!isObject(value)) return value
  const result: JsonObject = {}
  for (const [field, inner] of Object.entries(value)) {
    if (field === 'type' && inner === 'function') continue
    if (['null', '""', '[]', '{}', 'false', undefined].includes(JSON.stringify(inner)) && field !== 'think') continue
    result[field] = canonical(inner)
  }
  return result
}

describe.skipIf(metas.length === 0)(title, () => {
  const all = metas.map(read).filter(({ name }) => !NOT_NATIVE.has(name))

  it('decodes every request and encodes it back to the same request', () => {
    let count = 0
    for (const { name, request, wire } of all) {
      if (!request) continue
      const call = wire.decodeRequest(request)
      expect.soft(call.ok, name).toBe(true)
      if (!call.ok) continue
      expect.soft(call.value.stream, name).toBe(request.stream ?? true)
      const back = wire.encodeRequest(call.value, STANDARD_QUIRKS)
      expect.soft(canonical(back.value), name).toEqual(canonical({ stream: true, ...request }))
      expect.soft(back.warnings, name).toEqual([])
      count++
    }
    console.log({ requests: count })
    expect(count).toBeGreaterThan(40)
  })

  it('decodes every whole reply as a plain reading of it does, and gives it back', () => {
    let count = 0
    for (const { name, status, response, wire } of all) {
      if (status !== 200 || !isObject(response)) continue
      const decoded = wire.decodeReply(response, STANDARD_QUIRKS)
      expect.soft(decoded.ok, name).toBe(true)
      if (!decoded.ok) continue
      const reply = decoded.value
      expect.soft(hubReading(reply), name).toEqual(plainReading([response]))
      expectEnd(reply, response, name)
      const back = wire.encodeReply(reply, defaults)
      expect.soft(back.warnings, name).toEqual([])
      const again = wire.decodeReply(back.value, STANDARD_QUIRKS)
      expect.soft(again.ok && withoutIds(again.value), name).toEqual(withoutIds(reply))
      const tap = wire.tap(STANDARD_QUIRKS, false)
      tap.body(response)
      const { usage } = reply
      expect.soft(tap.result(), name).toMatchObject({ complete: true, usage, finish: reply.choices[0]?.finish })
      count++
    }
    console.log({ replies: count })
    expect(count).toBeGreaterThan(25)
  })

  it('decodes every stream as a plain reading of it does, at any split, and gives it back', () => {
    let count = 0
    for (const { name, stream, wire } of all) {
      if (!stream) continue
      const parts = partsOf(wire, stream)
      const gatherer = gathered(parts)
      expect.soft(gatherer.error, name).toBeUndefined()
      expect.soft(gatherer.complete, name).toBe(true)
      const reply = gatherer.reply()
      const lines = eventsOf(stream, 'ndjson').map(({ data }) => asObject(parseJson(data)) ?? {})
      expect.soft(hubReading(reply), name).toEqual(plainReading(lines))
      expectEnd(reply, lines.at(-1) ?? {}, name)
      const tap = wire.tap(STANDARD_QUIRKS, false)
      for (const event of eventsOf(stream, 'ndjson')) tap.event(event)
      const { usage, model } = reply
      expect.soft(tap.result(), name).toMatchObject({ complete: true, usage, model, finish: reply.choices[0]?.finish })
      const encoder = wire.encodeStream({ ...defaults, includeUsage: true })
      const text = encoder.push(parts) + encoder.end()
      expect.soft(encoder.warnings, name).toEqual([])
      expect.soft(gathered(partsOf(wire, new TextEncoder().encode(text))).reply(), name).toEqual(reply)
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => {
          expect(partsOf(wire, stream, cuts)).toEqual(parts)
        }),
        { numRuns: 3 },
      )
      count++
    }
    console.log({ streams: count })
    expect(count).toBeGreaterThan(25)
  })

  it('difference 35: an error is one text: ollama-chat/error-404/openinference--test_instrumentor-test_chat_error_records_model_name--0', () => {
    const path = 'ollama-chat/error-404/openinference--test_instrumentor-test_chat_error_records_model_name--0'
    const { status, response, wire } = exchange(path)
    const error = wire.decodeError(status, new Headers(), response ?? null)
    expect(error).toMatchObject({ kind: 'not-found', message: "model 'nonexistent-model:latest' not found" })
    expect(wire.decodeReply(response ?? null, STANDARD_QUIRKS).ok).toBe(false)
  })

  it('difference 10: streams are lines of JSON: ollama-chat/stream-plain/langchaingo--ollama-TestWithThink--0', () => {
    const { stream, wire } = exchange('ollama-chat/stream-plain/langchaingo--ollama-TestWithThink--0')
    if (!stream) throw new Error('no stream')
    expect(wire.framings).toEqual(['ndjson'])
    expect(eventsOf(stream, 'ndjson').length).toBeGreaterThan(10)
  })

  it('differences 23, 28: stop means tool calls, whose arguments are objects: ollama-chat/stream-tool-call/prism--ollama-stream-with-tools-2--0', () => {
    const { stream, wire } = exchange('ollama-chat/stream-tool-call/prism--ollama-stream-with-tools-2--0')
    if (!stream) throw new Error('no stream')
    expect(gathered(partsOf(wire, stream)).reply().choices[0]).toMatchObject({
      finish: 'tool-calls',
      rawFinish: 'stop',
      content: [{ type: 'tool-call', name: 'weather', arguments: '{"city":"Detroit"}' }],
    })
  })

  it('difference 26: calls without ids get ids that differ: ollama-chat/stream-parallel-tool-calls/prism--ollama-stream-with-tools-1--0', () => {
    const { stream, wire } = exchange('ollama-chat/stream-parallel-tool-calls/prism--ollama-stream-with-tools-1--0')
    if (!stream) throw new Error('no stream')
    const calls = gathered(partsOf(wire, stream)).reply().choices[0]?.content ?? []
    const ids = calls.flatMap((block) => (block.type === 'tool-call' ? [block.id] : []))
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(2)
  })
})
