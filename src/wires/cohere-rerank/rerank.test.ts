/** The cohere-rerank wire: every recorded ranking against a plain second reading, and what calls and replies become. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asArray, asObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { cohereRerank as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/*/rerank/rerank/*.meta.json`).sort() : []
const title = metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
const defaults = { id: 'x', model: 'm', createdSeconds: 1 }

function read(meta: string) {
  const base = meta.replace(/\.meta\.json$/, '')
  return {
    name: base.slice(corpus.length + 1),
    request: asObject(parseJson(readFileSync(`${base}.request.json`, 'utf8'))) ?? {},
    response: asObject(parseJson(readFileSync(`${base}.response.json`, 'utf8'))) ?? {},
  }
}

function decoded(body: JsonObject) {
  const call = wire.hub.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

function replyOf(body: Json) {
  const reply = wire.hub.decodeReply(body, STANDARD_QUIRKS)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value
}

describe.skipIf(metas.length === 0)(title, () => {
  it.each(metas.map(read))('reads $name, and gives request and ranking back', ({ request, response }) => {
    const call = decoded(request)
    const sent = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null))
    expect(wire.hub.encodeRequest(call, STANDARD_QUIRKS)).toEqual({ value: sent, warnings: [] })

    const reply = replyOf(response)
    const entries = asArray(response.results ?? response.data).map((entry) => asObject(entry) ?? {})
    expect(reply.results.map(({ index, score }) => [index, score])).toEqual(
      entries.map((entry) => [entry.index, entry.relevance_score]),
    )
    const units = asObject(asObject(response.meta)?.billed_units)?.search_units
    const tokens = asObject(response.usage)?.total_tokens
    expect(reply.usage).toEqual(units === undefined ? { input: tokens } : { search: units })

    const back = wire.hub.encodeReply(reply, call, defaults).value
    expect(asArray(back.results)).toEqual(entries.map(({ index, relevance_score }) => ({ index, relevance_score })))
    expect(replyOf(back)).toMatchObject({ usage: reply.usage })
    const tap = wire.tap(STANDARD_QUIRKS, request)
    tap.body(response)
    expect(tap.result()).toMatchObject({ complete: true, usage: reply.usage })
    const cost = asObject(response.usage)?.cost
    expect(tap.result().billedNano).toBe(cost === undefined ? undefined : BigInt(Math.round(Number(cost) * 1e9)))
  })

  it('has recordings of three providers', () => {
    expect(new Set(metas.map((meta) => read(meta).name.split('/')[0]))).toEqual(
      new Set(['cohere', 'openrouter', 'voyage']),
    )
  })
})

describe('requests', () => {
  it('keeps documents that are objects for this wire, and ranks them by their text elsewhere', () => {
    const body = {
      model: 'm',
      query: 'q',
      documents: [{ text: 'a', url: 'u' }, 'b', { title: 't' }],
      rank_fields: ['title'],
    }
    const call = decoded(body)
    expect(call.documents).toEqual(['a', 'b', '{"title":"t"}'])
    expect(wire.hub.encodeRequest(call, STANDARD_QUIRKS)).toEqual({ value: body, warnings: [] })
  })

  it('keeps the name the client has for the number of results', () => {
    for (const field of ['top_n', 'top_k']) {
      const body = { model: 'm', query: 'q', documents: ['a'], [field]: 1 }
      expect(decoded(body).topN).toBe(1)
      expect(wire.hub.encodeRequest(decoded(body), STANDARD_QUIRKS)).toEqual({ value: body, warnings: [] })
    }
  })

  it('leaves out what the vendor does not take, and says so', () => {
    const strict = { ...STANDARD_QUIRKS, unsupportedFields: ['priority'] }
    const asked = wire.hub.encodeRequest(decoded({ model: 'm', query: 'q', documents: ['a'], priority: 1 }), strict)
    expect(asked.value).toEqual({ model: 'm', query: 'q', documents: ['a'] })
    expect(asked.warnings).toMatchObject([{ feature: 'priority', effect: 'dropped' }])
  })

  it.each([
    [{ query: 'q', documents: ['a'] }, 'model'],
    [{ model: 'm', documents: ['a'] }, 'query'],
    [{ model: 'm', query: 'q' }, 'documents'],
    [{ model: 'm', query: 'q', documents: [] }, 'documents'],
    [{ model: 'm', query: 'q', documents: [5] }, 'documents[0]'],
    [{ model: 'm', query: 'q', documents: ['a'], top_n: 0 }, 'top_n'],
  ])('names the field that is wrong: %j', (body, param) => {
    const call = wire.hub.decodeRequest(body)
    expect(call.ok ? 'ok' : call.error.param).toBe(param)
  })
})

describe('replies', () => {
  it('gives a client that asked for documents its own back', () => {
    const call = decoded({ model: 'm', query: 'q', documents: ['a', 'b'], return_documents: true })
    const reply = replyOf({ results: [{ index: 1, relevance_score: 0.5 }] })
    expect(wire.hub.encodeReply(reply, call, defaults).value).toEqual({
      id: 'x',
      results: [{ index: 1, relevance_score: 0.5, document: { text: 'b' } }],
      meta: { api_version: { version: '2' } },
    })
  })

  it('reads bare lists with scores, and puts the best first', () => {
    const reply = replyOf([
      { index: 0, score: 0.1 },
      { index: 1, score: 0.9, text: 'b' },
    ])
    expect(reply.results).toEqual([
      { index: 1, score: 0.9, document: 'b' },
      { index: 0, score: 0.1 },
    ])
  })

  it('counts searches where they are billed, and tokens where those are', () => {
    expect(replyOf({ results: [], usage: { search_units: 1, total_tokens: 9 } }).usage).toEqual({ search: 1 })
    expect(replyOf({ results: [], meta: { tokens: { input_tokens: 9 } } }).usage).toBeUndefined()
  })

  it('takes everything without results for an error, and never throws', () => {
    const error = wire.hub.decodeReply({ message: 'model not found' }, STANDARD_QUIRKS)
    expect(error.ok ? '' : error.error.message).toBe('model not found')
    expect(wire.hub.decodeReply({ results: [{}] }, STANDARD_QUIRKS).ok).toBe(false)
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = JSON.parse(JSON.stringify(value))
        wire.hub.decodeReply(body, STANDARD_QUIRKS)
        if (asObject(body)) wire.hub.decodeRequest(body)
        const tap = wire.tap(STANDARD_QUIRKS, {})
        tap.body(body)
        if (wire.hub.decodeReply(body, STANDARD_QUIRKS).ok) expect(tap.result().complete).toBe(true)
        else if (!Array.isArray(body)) expect(tap.result().error ?? body.results ?? body.data).toBeDefined()
      }),
    )
  })
})
