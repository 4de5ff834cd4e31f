/** Decodes every recorded chat exchange of this wire and compares it with a plain second reading of the JSON. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatReply, Part } from '../../ground/chat-reply.ts'
import type { Framing } from '../../ground/framing.ts'
import { Gatherer } from '../../ground/gather.ts'
import { asObject, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { eventsOf, partsOf as partsBy } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { cohereChat as wire } from './index.ts'
import { canonical, hubReading, plainReply, plainStream } from './plain-reading.fixture.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/cohere/cohere-chat/*/*.meta.json`).sort() : []
const title = metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
const defaults = { id: 'x', model: 'x', createdSeconds: 1 }

interface Exchange {
  readonly name: string
  readonly status: number
  /** Version 1 of the API, whose requests are not taken. */
  readonly isOld: boolean
  readonly request: JsonObject | undefined
  readonly response: Json | undefined
  readonly stream: { bytes: Uint8Array; framing: Framing } | undefined
}

function read(meta: string): Exchange {
  const base = meta.replace(/\.meta\.json$/, '')
  const facts = asObject(parseJson(readFileSync(meta, 'utf8'))) ?? {}
  const text = (ending: string) => (existsSync(base + ending) ? readFileSync(base + ending, 'utf8') : undefined)
  const response = text('.response.json') ?? text('.response.txt')
  const sse = text('.stream.txt')
  const lines = text('.stream.ndjson')
  return {
    name: base.slice(corpus.length + 1),
    status: Number(facts.status ?? 200),
    isOld: String(facts.url).endsWith('/v1/chat'),
    request: asObject(parseJson(text('.request.json') ?? 'null')),
    response: response === undefined ? undefined : (parseJson(response) ?? response),
    stream:
      sse === undefined && lines === undefined
        ? undefined
        : { bytes: new TextEncoder().encode(sse ?? lines), framing: sse === undefined ? 'ndjson' : 'sse' },
  }
}

function exchange(path: string): Exchange {
  return read(join(corpus, 'cohere/cohere-chat', `${path}.meta.json`))
}

function partsOf(bytes: Uint8Array, framing: Framing, cuts: readonly number[] = []): Part[] {
  return partsBy(wire, bytes, cuts, framing)
}

function gathered(parts: readonly Part[]): Gatherer {
  const gatherer = new Gatherer()
  gatherer.push(parts)
  return gatherer
}

/** What the provider bills, which is what the hub counts. */
function expectUsage(reply: ChatReply, raw: JsonObject | undefined, name: string): void {
  const billed = asObject(raw?.billed_units) ?? {}
  const { input = 0, cacheRead = 0, imageIn = 0, output = 0, reasoning = 0 } = reply.usage ?? {}
  expect.soft(input + cacheRead + imageIn, name).toBe(billed.input_tokens)
  expect.soft(output + reasoning, name).toBe(billed.output_tokens)
  expect.soft(imageIn, name).toBe(Number(asObject(raw?.tokens)?.image_tokens ?? 0))
}

describe.skipIf(metas.length === 0)(title, () => {
  const all = metas.map(read)

  it('decodes every request and encodes it back to the same request', () => {
    const counts = { requests: 0, old: 0 }
    for (const { name, request, isOld } of all) {
      if (!request) continue
      const call = wire.decodeRequest(request)
      expect.soft(call.ok, name).toBe(!isOld)
      if (!call.ok) {
        expect.soft(call.error.message).toContain('version 1')
        counts.old++
        continue
      }
      const back = wire.encodeRequest(call.value, STANDARD_QUIRKS)
      expect.soft(canonical(back.value), name).toEqual(canonical(request))
      expect.soft(back.warnings, name).toEqual([])
      counts.requests++
    }
    console.log(counts)
    expect(counts.requests).toBeGreaterThan(60)
  })

  it('decodes every whole reply as a plain reading of it does, and gives it back', () => {
    const counts = { replies: 0, old: 0 }
    for (const { name, status, response, isOld } of all) {
      if (status !== 200 || !isObject(response)) continue
      const decoded = wire.decodeReply(response, STANDARD_QUIRKS)
      expect.soft(decoded.ok, name).toBe(true)
      if (!decoded.ok) continue
      const reply = decoded.value
      expect.soft(hubReading(reply), name).toEqual(plainReply(response))
      expectUsage(reply, asObject(response.usage ?? response.meta), name)
      const back = wire.encodeReply(reply, defaults)
      expect.soft(back.warnings, name).toEqual([])
      if (isOld) counts.old++
      else expect.soft(canonical(back.value), name).toEqual(canonical(nullArguments(response)))
      expect.soft(wire.decodeReply(back.value, STANDARD_QUIRKS), name).toEqual(decoded)
      const tap = wire.tap(STANDARD_QUIRKS, false)
      tap.body(response)
      expect.soft(tap.result(), name).toMatchObject({
        complete: true,
        replyId: reply.id,
        usage: reply.usage,
        finish: reply.choices[0]?.finish,
      })
      counts.replies++
    }
    console.log(counts)
    expect(counts.replies).toBeGreaterThan(50)
  })

  it('decodes every stream as a plain reading of it does, at any split, and gives it back', () => {
    let count = 0
    for (const { name, stream } of all) {
      if (!stream) continue
      const { bytes, framing } = stream
      const parts = partsOf(bytes, framing)
      const gatherer = gathered(parts)
      expect.soft(gatherer.error, name).toBeUndefined()
      expect.soft(gatherer.complete, name).toBe(true)
      const reply = gatherer.reply()
      const events = eventsOf(bytes, framing)
        .map(({ data }) => asObject(parseJson(data)))
        .filter(isObject)
      expect.soft(hubReading(reply), name).toEqual(plainStream(events))
      const end = events.at(-1)
      expectUsage(reply, asObject(asObject(end?.delta)?.usage) ?? asObject(asObject(end?.response)?.meta), name)
      const tap = wire.tap(STANDARD_QUIRKS, false)
      for (const event of eventsOf(bytes, framing)) tap.event(event)
      const { usage } = reply
      expect.soft(tap.result(), name).toMatchObject({ complete: true, usage, finish: reply.choices[0]?.finish })
      const encoder = wire.encodeStream({ ...defaults, includeUsage: true })
      const text = encoder.push(parts) + encoder.end()
      expect.soft(encoder.warnings, name).toEqual([])
      expect.soft(gathered(partsOf(new TextEncoder().encode(text), 'sse')).reply(), name).toEqual(reply)
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => {
          expect(partsOf(bytes, framing, cuts)).toEqual(parts)
        }),
        { numRuns: 5 },
      )
      count++
    }
    console.log({ streams: count })
    expect(count).toBeGreaterThan(20)
  })

  it('gives every recorded error a kind that fits it', () => {
    const kinds = all
      .filter(({ status }) => status !== 200)
      .map(({ status, response }) => {
        const error = wire.decodeError(status, new Headers(), response ?? null)
        expect.soft(wire.decodeReply(response ?? null, STANDARD_QUIRKS).ok).toBe(false)
        expect.soft(error.message).not.toMatch(/^[{[]/)
        return `${status} ${error.kind} ${error.origin}`
      })
    expect([...new Set(kinds)].sort()).toEqual([
      '400 context-too-long upstream',
      '401 upstream-credential upstream',
      '404 not-found upstream',
    ])
  })

  it('difference 4: [DONE] ends a stream and is no event of it: stream-cache-usage/openllmetry--test_chains-test_stream--0', () => {
    const { stream } = exchange('stream-cache-usage/openllmetry--test_chains-test_stream--0')
    if (!stream) throw new Error('no stream')
    const events = eventsOf(stream.bytes, 'sse')
    expect(events.at(-1)?.data).toBe('[DONE]')
    const encoder = wire.encodeStream({ ...defaults, includeUsage: true })
    const text = encoder.push(partsOf(stream.bytes, 'sse')) + encoder.end()
    expect(text.endsWith('\n\ndata: [DONE]\n\n')).toBe(true)
  })

  it('difference 10: version 1 streams lines of JSON: stream-plain/openllmetry--test_chat-test_cohere_chat_legacy_with_streaming--0', () => {
    const { stream } = exchange('stream-plain/openllmetry--test_chat-test_cohere_chat_legacy_with_streaming--0')
    if (!stream) throw new Error('no stream')
    expect(stream.framing).toBe('ndjson')
    const reply = gathered(partsOf(stream.bytes, stream.framing)).reply()
    expect(reply).toMatchObject({ id: 'a7cd9d01-255f-44a2-a186-834f942bf61e', choices: [{ finish: 'stop' }] })
    expect(reply.extras?.fields.chat_history).toHaveLength(2)
  })

  it('difference 19: billed units count, not the tokens of the template: stream-cache-usage/openllmetry--test_chains-test_stream--0', () => {
    const { stream } = exchange('stream-cache-usage/openllmetry--test_chains-test_stream--0')
    if (!stream) throw new Error('no stream')
    const reply = gathered(partsOf(stream.bytes, 'sse')).reply()
    expect(reply.usage?.input).toBe(12)
    expect(reply.extras?.fields['usage.tokens']).toMatchObject({ tokens: { input_tokens: 212 } })
  })

  it.each(['stream-tool-call/ai--cohere-cohere-empty-tool-call.chunks--0', 'tool-call/ai--cohere-cohere-null-args--0'])(
    'differences 26, 27, 30: no arguments are {}, ids are kept, the plan is no content: %s',
    (path) => {
      const { stream, response } = exchange(path)
      const whole = wire.decodeReply(response ?? null, STANDARD_QUIRKS)
      const reply = stream ? gathered(partsOf(stream.bytes, 'sse')).reply() : whole.ok ? whole.value : undefined
      expect(reply?.choices[0]?.content).toMatchObject([
        { type: 'reasoning', raw: { value: { type: 'tool_plan' } } },
        { type: 'tool-call', id: expect.stringMatching(/^currentTime_\w{12}$/), name: 'currentTime', arguments: '{}' },
      ])
    },
  )

  it('differences 32, 43: thinking is a block of its own, and citations are spans of the text: stream-reasoning/ruby_llm--chat_citations_with_cohere_command-a-plus-05-2026_streams_citations--0', () => {
    const path = 'ruby_llm--chat_citations_with_cohere_command-a-plus-05-2026_streams_citations--0'
    const { stream } = exchange(`stream-reasoning/${path}`)
    if (!stream) throw new Error('no stream')
    const [thinking, text, ...more] = gathered(partsOf(stream.bytes, 'sse')).reply().choices[0]?.content ?? []
    expect(more).toEqual([])
    expect(thinking?.type).toBe('reasoning')
    if (text?.type !== 'text') throw new Error('no text')
    const cited = text.citations?.map(({ start, end }) => text.text.slice(start, end))
    expect(cited).toEqual(text.citations?.map(({ raw }) => raw?.value.text))
    expect(text.citations?.[0]).toMatchObject({ title: 'facts.txt' })
  })
})

/** Arguments that say nothing are given back as an empty object. */
function nullArguments(body: JsonObject): JsonObject {
  const text = JSON.stringify(body)
  return asObject(parseJson(text.replaceAll('"arguments":"null"', '"arguments":"{}"'))) ?? {}
}
