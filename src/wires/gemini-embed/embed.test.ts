/** The two wires of Google's embeddings: every recorded exchange against a plain second reading, and what calls and replies become. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asArray, asObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { EmbedCall } from '../../ground/tasks.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { geminiBatchEmbed, geminiEmbed } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/gemini/embeddings/*/*.meta.json`).sort() : []
const title = metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
const defaults = { id: 'x', model: 'm', createdSeconds: 1 }
const features = (warnings: readonly { feature: string; effect: string }[]) =>
  warnings.map(({ feature, effect }) => `${feature}:${effect}`).sort()
const sent = (value: Json): Json => JSON.parse(JSON.stringify(value))

function read(meta: string) {
  const base = meta.replace(/\.meta\.json$/, '')
  const facts = asObject(parseJson(readFileSync(meta, 'utf8'))) ?? {}
  const json = (ending: string) =>
    existsSync(base + ending) ? parseJson(readFileSync(base + ending, 'utf8')) : undefined
  const [, model = '', method = ''] = /models\/([^:]+):(\w+)/.exec(String(facts.url)) ?? []
  return {
    name: base.slice(corpus.length + 1),
    status: Number(facts.status ?? 200),
    model,
    wire: method === 'embedContent' ? geminiEmbed : geminiBatchEmbed,
    request: asObject(json('.request.json')),
    response: json('.response.json') ?? null,
  }
}

/** Requests without their roles and empty fields, which say nothing here; one text for its parts. */
function plain(body: JsonObject, model: string): JsonObject {
  const one = (entry: Json) => {
    const { content, model: _, ...rest } = asObject(entry) ?? {}
    const words = asArray(asObject(content)?.parts).map((part) => String(asObject(part)?.text))
    return { ...rest, content: { parts: [{ text: words.join('') }] } }
  }
  if (body.requests === undefined) return one(body)
  return { requests: asArray(body.requests).map((entry) => ({ model: `models/${model}`, ...one(entry) })) }
}

describe.skipIf(metas.length === 0)(title, () => {
  const all = metas.map(read)
  const hasPicture = (request: JsonObject) => JSON.stringify(request).includes('inline_data')

  it('decodes every request of texts and encodes it back to the same request', () => {
    let count = 0
    for (const { name, wire, request, model } of all) {
      if (!request) continue
      const call = wire.hub.decodeRequest(request)
      if (hasPicture(request)) {
        // Embedded by a provider of this wire alone, to which the request passes unread.
        expect.soft(call, name).toMatchObject({ ok: false, error: { param: 'requests[0].content' } })
        continue
      }
      expect.soft(call.ok, name).toBe(true)
      if (!call.ok) continue
      const back = wire.hub.encodeRequest({ ...call.value, model }, quirks)
      expect.soft(back, name).toEqual({ value: plain(request, model), warnings: [] })
      count++
    }
    console.log({ requests: count })
    expect(count).toBe(all.filter(({ request }) => request && !hasPicture(request)).length)
    expect(count).toBeGreaterThan(8)
  })

  it('difference 44: reads the vectors of every reply as they stand, and the tap agrees: gemini/embeddings/embeddings', () => {
    const replies = all.filter(({ status }) => status === 200)
    for (const { name, wire, response } of replies) {
      const body = asObject(response) ?? {}
      const entries = body.embedding === undefined ? asArray(body.embeddings) : [body.embedding]
      const vectors = entries.map((entry) => asObject(entry)?.values)
      const counted = asObject(body.usageMetadata)?.promptTokenCount
      const usage = counted === undefined ? {} : { usage: { input: counted } }
      const reply = wire.hub.decodeReply(response, quirks)
      expect.soft(reply, name).toEqual({ ok: true, value: { model: '', vectors, ...usage } })
      const tap = wire.tap(quirks, {})
      tap.body(response)
      expect.soft(tap.result(), name).toEqual({ complete: true, ...usage })
      if (!reply.ok) continue
      const call: EmbedCall = { model: 'm', inputs: ['x'], single: false, encoding: 'float' }
      const again = wire.hub.encodeReply(reply.value, call, defaults).value
      expect.soft(wire.hub.decodeReply(sent(again), quirks), name).toEqual(reply)
    }
    console.log({ replies: replies.length })
    expect(replies.length).toBeGreaterThan(10)
  })

  it('gives every recorded error a kind that fits it', () => {
    const errors = all.filter(({ status }) => status !== 200)
    expect(errors.map(({ wire, status, response }) => wire.decodeError(status, new Headers(), response).kind)).toEqual([
      'not-found',
    ])
  })
})

function decoded(wire: typeof geminiEmbed, body: JsonObject): EmbedCall {
  const call = wire.hub.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}
const content = (...texts: string[]) => ({ parts: texts.map((text) => ({ text })) })

describe('requests', () => {
  it('keeps everything a client of one text says', () => {
    const body = {
      content: content('a'),
      taskType: 'RETRIEVAL_DOCUMENT',
      outputDimensionality: 256,
      title: 'A letter',
    }
    const call = decoded(geminiEmbed, body)
    expect(call).toMatchObject({ inputs: ['a'], single: true, purpose: 'document', dimensions: 256 })
    expect(geminiEmbed.hub.encodeRequest(call, quirks)).toEqual({ value: body, warnings: [] })
  })

  it('keeps everything a client of many texts says, each title with its own text', () => {
    const shared = { model: 'models/m', taskType: 'QUESTION_ANSWERING', outputDimensionality: 4 }
    const body = {
      requests: [
        { ...shared, content: content('a'), title: 'A' },
        { ...shared, content: content('b') },
        { ...shared, content: content('c'), title: 'C' },
      ],
    }
    const call = decoded(geminiBatchEmbed, body)
    expect(call.extras?.fields).toEqual({
      taskType: 'QUESTION_ANSWERING',
      'requests[0].title': 'A',
      'requests[2].title': 'C',
    })
    expect(geminiBatchEmbed.hub.encodeRequest({ ...call, model: 'm' }, quirks)).toEqual({ value: body, warnings: [] })
  })

  it('takes names in snake case, a part without a list, several parts and plain text', () => {
    const body = {
      requests: [
        { content: { parts: { text: 'a' } }, task_type: 'CLUSTERING', output_dimensionality: 4 },
        { content: content('b', 'c'), taskType: 'CLUSTERING', outputDimensionality: 4 },
        { content: 'd', taskType: 'CLUSTERING', outputDimensionality: 4 },
      ],
    }
    expect(decoded(geminiBatchEmbed, body)).toMatchObject({
      inputs: ['a', 'bc', 'd'],
      single: false,
      purpose: 'clustering',
      dimensions: 4,
    })
  })

  it('says what of another wire it cannot send', () => {
    const call: EmbedCall = {
      model: 'm',
      inputs: ['a', [1, 2]],
      single: false,
      encoding: 'base64',
      purpose: 'query',
      truncate: false,
      user: 'u',
      extras: { wire: 'cohere-embed', fields: { embedding_types: ['int8'] } },
    }
    const { value, warnings } = geminiBatchEmbed.hub.encodeRequest(call, quirks)
    expect(value).toEqual({
      requests: [
        { model: 'models/m', content: content('a'), taskType: 'RETRIEVAL_QUERY' },
        { model: 'models/m', content: content('1 2'), taskType: 'RETRIEVAL_QUERY' },
      ],
    })
    expect(features(warnings)).toEqual(['embedding_types:dropped', 'input:changed', 'truncate:dropped', 'user:dropped'])
    expect(features(geminiEmbed.hub.encodeRequest({ ...call, inputs: ['a', 'b'] }, quirks).warnings)).toContain(
      'input:dropped',
    )
  })

  it.each<[typeof geminiEmbed, JsonObject, string]>([
    [geminiEmbed, {}, 'content'],
    [geminiEmbed, { content: { parts: [] } }, 'content'],
    [geminiEmbed, { content: { parts: [{ inlineData: {} }] } }, 'content'],
    [geminiEmbed, { content: content('a'), taskType: 5 }, 'taskType'],
    [geminiEmbed, { content: content('a'), outputDimensionality: '4' }, 'outputDimensionality'],
    [geminiBatchEmbed, {}, 'requests'],
    [geminiBatchEmbed, { requests: [] }, 'requests'],
    [geminiBatchEmbed, { requests: ['a'] }, 'requests[0]'],
    [geminiBatchEmbed, { requests: [{ content: content('a') }, {}] }, 'requests[1].content'],
    [
      geminiBatchEmbed,
      { requests: [{ content: content('a'), taskType: 'CLUSTERING' }, { content: content('a') }] },
      'requests',
    ],
  ])('names the field that is wrong', (wire, body, param) => {
    const call = wire.hub.decodeRequest(body)
    expect(call.ok ? 'ok' : call.error.param).toBe(param)
  })

  it('takes no word for a task that every object inherits', () => {
    const call = decoded(geminiEmbed, { content: content('a'), taskType: 'constructor' })
    expect(call).toMatchObject({ extras: { fields: { taskType: 'constructor' } } })
    expect(call.purpose).toBeUndefined()
  })

  it('overwrites the model where a request that passes through names it', () => {
    expect(geminiEmbed.patchRequest({ content: 'a' }, 'up')).toEqual({})
    expect(geminiEmbed.patchRequest({ model: 'models/route' }, 'up')).toEqual({ model: 'models/up' })
    expect(geminiBatchEmbed.patchRequest({ requests: [{ content: 'a' }, 5] }, 'up')).toEqual({
      requests: [{ content: 'a', model: 'models/up' }, 5],
    })
  })
})

describe('replies', () => {
  it('shows vectors of another wire as these APIs would', () => {
    const call = decoded(geminiEmbed, { content: content('a') })
    const reply = { model: 'up', vectors: [[0.5, 1]], usage: { input: 3 } }
    const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 0, totalTokenCount: 3 }
    expect(geminiEmbed.hub.encodeReply(reply, call, defaults)).toEqual({
      value: { embedding: { values: [0.5, 1] }, usageMetadata },
      warnings: [],
    })
    expect(geminiBatchEmbed.hub.encodeReply(reply, call, defaults)).toEqual({
      value: { embeddings: [{ values: [0.5, 1] }], usageMetadata },
      warnings: [],
    })
  })

  it.each<[Json]>([
    [{}],
    [{ embeddings: [] }],
    [{ embedding: {} }],
    [{ embedding: { values: [] } }],
    [{ embeddings: [{ values: [1] }, { values: [1, 'x'] }] }],
    [{ error: { code: 500, message: 'Oh.' } }],
    ['Oh.'],
  ])('takes %j for no answer', (body) => {
    expect(geminiEmbed.hub.decodeReply(body, quirks)).toMatchObject({ ok: false, error: { kind: 'upstream-error' } })
    const tap = geminiEmbed.tap(quirks, {})
    tap.body(body)
    expect(tap.result()).toMatchObject({ complete: false, error: { kind: 'upstream-error' } })
  })

  it('never throws', () => {
    const known = fc.dictionary(
      fc.constantFrom('content', 'requests', 'embedding', 'embeddings', 'values', 'taskType', 'usageMetadata', 'error'),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.array(fc.record({ content: fc.jsonValue(), values: fc.jsonValue() }))),
    )
    fc.assert(
      fc.property(fc.oneof(known, fc.jsonValue()), (value) => {
        const body = sent(value as Json) // `jsonValue` and the records above make JSON, nothing else
        for (const wire of [geminiEmbed, geminiBatchEmbed]) {
          const reply = wire.hub.decodeReply(body, quirks)
          const given = asObject(body)
          const call = given && wire.hub.decodeRequest(given)
          if (call?.ok) wire.hub.encodeRequest(call.value, quirks)
          const tap = wire.tap(quirks, {})
          tap.body(body)
          expect(tap.result().complete).toBe(reply.ok)
        }
      }),
    )
  })
})
