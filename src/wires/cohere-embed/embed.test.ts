/** The cohere-embed wire: every recorded exchange against a plain second reading, and what calls and replies become. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { EmbedCall } from '../../ground/tasks.ts'
import { openaiEmbeddings } from '../openai-embeddings/index.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { cohereEmbed as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const metas = existsSync(corpus) ? globSync(`${corpus}/cohere/embeddings/*/*.meta.json`).sort() : []
const title = metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
const defaults = { id: 'x', model: 'm', createdSeconds: 1 }
const features = (warnings: readonly { feature: string; effect: string }[]) =>
  warnings.map(({ feature, effect }) => `${feature}:${effect}`).sort()

function read(meta: string) {
  const base = meta.replace(/\.meta\.json$/, '')
  const facts = asObject(parseJson(readFileSync(meta, 'utf8'))) ?? {}
  const json = (ending: string) =>
    existsSync(base + ending) ? parseJson(readFileSync(base + ending, 'utf8')) : undefined
  return {
    name: base.slice(corpus.length + 1),
    status: Number(facts.status ?? 200),
    request: asObject(json('.request.json')),
    response: json('.response.json') ?? null,
  }
}

function decoded(body: JsonObject): EmbedCall {
  const call = wire.hub.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

describe.skipIf(metas.length === 0)(title, () => {
  const all = metas.map(read)

  it('decodes every request and encodes it back to the same request', () => {
    const asked = all.flatMap(({ request }) => (request ? [request] : []))
    for (const request of asked) {
      const sent = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null))
      const back = wire.hub.encodeRequest(decoded(request), STANDARD_QUIRKS)
      expect.soft(back).toEqual({ value: { embedding_types: ['float'], ...sent }, warnings: [] })
    }
    expect(asked.length).toBeGreaterThan(6)
  })

  it('difference 44: vectors are grouped by type in every reply, and the tap agrees: cohere/embeddings/embeddings', () => {
    const replies = all.filter(({ status }) => status === 200)
    for (const { name, response } of replies) {
      const reply = wire.hub.decodeReply(response, STANDARD_QUIRKS)
      const body = asObject(response) ?? {}
      const vectors = asObject(body.embeddings)?.float
      const billed = asObject(asObject(body.meta)?.billed_units) ?? {}
      expect
        .soft(reply, name)
        .toEqual({ ok: true, value: { model: '', vectors, usage: { input: billed.input_tokens } } })
      const tap = wire.tap(STANDARD_QUIRKS, {})
      tap.body(response)
      expect
        .soft(tap.result(), name)
        .toEqual({ usage: { input: billed.input_tokens }, replyId: body.id, complete: true })
      if (!reply.ok) continue
      for (const encoding of ['float', 'base64'] as const) {
        const call = { model: 'm', inputs: ['x'], single: false, encoding }
        const back = wire.hub.decodeReply(wire.hub.encodeReply(reply.value, call, defaults).value, STANDARD_QUIRKS)
        const shown = encoding === 'float' ? vectors : reply.value.vectors.map((vector) => vector.map(Math.fround))
        expect.soft(back.ok && back.value.vectors, name).toEqual(shown)
        expect.soft(back.ok && back.value.usage, name).toEqual(reply.value.usage)
      }
    }
    expect(replies.length).toBeGreaterThan(7)
  })

  it('gives every recorded error a kind that fits it', () => {
    const errors = all.filter(({ status }) => status !== 200)
    expect(errors.map(({ status, response }) => wire.decodeError(status, new Headers(), response).kind)).toEqual([
      'not-found',
    ])
  })
})

describe('requests', () => {
  it('keeps everything a client of this wire says', () => {
    const body = {
      model: 'm',
      texts: ['a', 'b'],
      input_type: 'search_query',
      embedding_types: ['int8', 'float'],
      output_dimension: 256,
      truncate: 'START',
      priority: 1,
    }
    const call = decoded(body)
    expect(call).toMatchObject({ inputs: ['a', 'b'], purpose: 'query', truncate: true, dimensions: 256 })
    expect(features(wire.hub.encodeRequest(call, STANDARD_QUIRKS).warnings)).toEqual([])
    expect(wire.hub.encodeRequest(call, STANDARD_QUIRKS).value).toMatchObject({
      priority: 1,
      input_type: 'search_query',
    })
  })

  it('asks for base64 and for cutting as the client did', () => {
    const body = { model: 'm', texts: ['a'], input_type: 'image', embedding_types: ['base64'], truncate: 'NONE' }
    expect(wire.hub.encodeRequest(decoded(body), STANDARD_QUIRKS)).toEqual({ value: body, warnings: [] })
  })

  it('takes no word for a purpose that every object inherits', () => {
    const body = { model: 'm', texts: ['a'], input_type: 'constructor', embedding_types: ['float'] }
    expect(decoded(body)).not.toHaveProperty('purpose')
    expect(wire.hub.encodeRequest(decoded(body), STANDARD_QUIRKS)).toEqual({ value: body, warnings: [] })
  })

  it('takes texts given one by one', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]
    expect(decoded({ model: 'm', inputs: [{ content }] }).inputs).toEqual(['a\nb'])
  })

  it('is told what the texts of another wire are for, and says so', () => {
    const asked = openaiEmbeddings.hub?.decodeRequest({ model: 'm', input: 'a', user: 'u', encoding_format: 'base64' })
    if (!asked?.ok || !('inputs' in asked.value)) throw new Error('no call')
    const { value, warnings } = wire.hub.encodeRequest(asked.value, STANDARD_QUIRKS)
    expect(value).toEqual({ model: 'm', texts: ['a'], input_type: 'search_document', embedding_types: ['float'] })
    expect(features(warnings)).toEqual(['input_type:changed', 'user:dropped'])
  })

  it.each([
    [{ texts: ['a'] }, 'model'],
    [{ model: 'm' }, 'texts'],
    [{ model: 'm', texts: [] }, 'texts'],
    [{ model: 'm', texts: [1] }, 'texts[0]'],
    [{ model: 'm', texts: ['a'], images: ['data:image/png;base64,AAAA'] }, 'images'],
    [{ model: 'm', inputs: [{ content: [{ type: 'image_url' }] }] }, 'inputs[0]'],
    [{ model: 'm', texts: ['a'], output_dimension: -1 }, 'output_dimension'],
  ])('names the field that is wrong: %j', (body, param) => {
    const call = wire.hub.decodeRequest(body)
    expect(call.ok ? 'ok' : call.error.param).toBe(param)
  })
})

describe('replies', () => {
  it('shows vectors of another wire as this API would', () => {
    const call = decoded({ model: 'm', texts: ['a'] })
    const reply = { model: 'up', vectors: [[0.5]], usage: { input: 3 } }
    expect(wire.hub.encodeReply(reply, call, defaults)).toEqual({
      value: {
        id: 'x',
        embeddings: { float: [[0.5]] },
        texts: ['a'],
        meta: { api_version: { version: '2' }, billed_units: { input_tokens: 3 } },
        response_type: 'embeddings_by_type',
      },
      warnings: [],
    })
    const wanted = decoded({ model: 'm', texts: ['a'], embedding_types: ['int8'] })
    expect(features(wire.hub.encodeReply(reply, wanted, defaults).warnings)).toEqual(['embedding_types:changed'])
  })

  it('reads the bare list of version 1, whole numbers, and tokens of pictures', () => {
    const usage = { meta: { billed_units: { input_tokens: 1, image_tokens: 2 } } }
    const vectors = (body: Json) => {
      const reply = wire.hub.decodeReply(body, STANDARD_QUIRKS)
      return reply.ok ? reply.value : reply.error.message
    }
    expect(vectors({ embeddings: [[1, 2]], ...usage })).toEqual({
      model: '',
      vectors: [[1, 2]],
      usage: { input: 1, imageIn: 2 },
    })
    expect(vectors({ embeddings: { int8: [[-3]] } })).toEqual({ model: '', vectors: [[-3]] })
    expect(vectors({ message: 'no such model' })).toBe('no such model')
    expect(vectors({ embeddings: { float: [['x']] } })).toContain('Vector 0')
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = JSON.parse(JSON.stringify(value))
        const reply = wire.hub.decodeReply(body, STANDARD_QUIRKS)
        if (asObject(body)) wire.hub.decodeRequest(body)
        const tap = wire.tap(STANDARD_QUIRKS, {})
        tap.body(body)
        if (reply.ok) expect(tap.result().complete).toBe(true)
      }),
    )
  })
})
