/** The openai-embeddings wire: requests and replies of all dialects, and what the tap reads. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { EmbedCall } from '../../ground/tasks.ts'
import { type Quirks, STANDARD_QUIRKS } from '../quirks.ts'
import { decodeVector, encodeVector } from './base64-vectors.ts'
import { openaiEmbeddings as wire } from './index.ts'

const defaults = { id: 'x', model: 'route', createdSeconds: 1 }
const VOYAGE: Quirks = {
  ...STANDARD_QUIRKS,
  unsupportedFields: ['user'],
  embeddings: {
    dimensionsField: 'output_dimension',
    purposeWords: { query: 'query', document: 'document' },
    truncation: true,
  },
}

function decoded(body: JsonObject): EmbedCall {
  const call = wire.hub.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

function problem(body: JsonObject): string | undefined {
  const call = wire.hub.decodeRequest(body)
  return call.ok ? undefined : call.error.message
}

function read(body: Json, quirks = STANDARD_QUIRKS) {
  const reply = wire.hub.decodeReply(body, quirks)
  return reply.ok ? reply.value : reply.error
}

describe('decodeRequest', () => {
  it('reads a text, a list of texts, token ids and lists of them', () => {
    expect(decoded({ model: 'm', input: 'a' })).toMatchObject({ inputs: ['a'], single: true, encoding: 'float' })
    expect(decoded({ model: 'm', input: ['a', 'b'] })).toMatchObject({ inputs: ['a', 'b'], single: false })
    expect(decoded({ model: 'm', input: [1, 2] })).toMatchObject({ inputs: [[1, 2]], single: true })
    expect(decoded({ model: 'm', input: [[1], [2, 3]] })).toMatchObject({ inputs: [[1], [2, 3]], single: false })
  })

  it('names the input that is wrong', () => {
    expect(problem({ model: 'm' })).toMatch(/^input: is required/)
    expect(problem({ model: 'm', input: [] })).toMatch(/^input: must not be an empty list/)
    expect(problem({ model: 'm', input: ['a', 3] })).toMatch(/^input\[1\]: must be a text/)
    expect(problem({ model: 'm', input: [1, -2] })).toMatch(/^input\[0\]/)
    expect(problem({ model: 'm', input: [[1], []] })).toMatch(/^input\[1\]/)
    expect(problem({ input: 'a' })).toMatch(/^model: is required/)
    expect(problem({ model: 'm', input: 'a', dimensions: 0.5 })).toMatch(/^dimensions: must be a whole number/)
  })

  it("reads vendors' own words and keeps what it has no word for", () => {
    const call = decoded({
      model: 'm',
      input: 'a',
      input_type: 'document',
      output_dimension: 256,
      truncation: false,
      output_dtype: 'int8',
      user: null,
    })
    expect(call).toMatchObject({ purpose: 'document', dimensions: 256, truncate: false })
    expect(call.extras).toEqual({ wire: 'openai-embeddings', fields: { output_dtype: 'int8' } })
  })

  it('never throws, and what it takes comes back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
        // fast-check's JSON values are JSON; its type says unknown.
        wire.hub.decodeRequest(fields as JsonObject)
        wire.hub.decodeReply(fields as JsonObject, STANDARD_QUIRKS)
        const tap = wire.tap(STANDARD_QUIRKS, {})
        tap.body(fields as JsonObject)
        expect(typeof tap.result().complete).toBe('boolean')
      }),
    )
    const ids = fc.array(fc.nat(), { minLength: 1 })
    const input = fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1 }), ids, fc.array(ids, { minLength: 1 }))
    const request = fc.record(
      {
        model: fc.constant('m'),
        input,
        dimensions: fc.integer({ min: 1 }),
        encoding_format: fc.constant('base64'),
        input_type: fc.constantFrom('query', 'document', 'other'),
        user: fc.string(),
        priority: fc.integer(),
      },
      { requiredKeys: ['model', 'input'] },
    )
    fc.assert(
      fc.property(request, (body) => {
        const back = wire.hub.encodeRequest(decoded(body), STANDARD_QUIRKS)
        expect(back).toEqual({ value: body, warnings: [] })
      }),
    )
  })
})

describe('encodeRequest', () => {
  const call: EmbedCall = {
    model: 'm',
    inputs: ['a'],
    single: false,
    encoding: 'base64',
    purpose: 'query',
    dimensions: 64,
    truncate: true,
    user: 'u',
    extras: { wire: 'other', fields: { texts_only: true } },
  }

  it("speaks the vendor's dialect and tells what it cannot carry", () => {
    const { value, warnings } = wire.hub.encodeRequest(call, VOYAGE)
    expect(value).toEqual({ model: 'm', input: ['a'], output_dimension: 64, input_type: 'query', truncation: true })
    expect(warnings.map(({ feature, effect }) => `${feature}:${effect}`)).toEqual([
      'texts_only:dropped',
      'user:dropped',
    ])
  })

  it('tells what a standard provider cannot be asked by a client of another wire', () => {
    const { value, warnings } = wire.hub.encodeRequest(call, STANDARD_QUIRKS)
    expect(value).toEqual({ model: 'm', input: ['a'], dimensions: 64, user: 'u' })
    expect(warnings.map(({ feature }) => feature)).toEqual(['input_type', 'truncation', 'texts_only'])
  })

  it('asks for numbers where base64 would not be floats', () => {
    const native = decoded({ model: 'm', input: 'a', encoding_format: 'base64', output_dtype: 'int8' })
    expect(wire.hub.encodeRequest(native, VOYAGE).value).not.toHaveProperty('encoding_format')
    const bytes = { ...STANDARD_QUIRKS, embeddings: { vectorBytes: 'int8' } } as const
    const plain = decoded({ model: 'm', input: 'a', encoding_format: 'base64' })
    expect(wire.hub.encodeRequest(plain, bytes).value).toEqual({ model: 'm', input: 'a' })
    const own = decoded({ model: 'm', input: 'a', encoding_format: 'base64_binary' })
    expect(wire.hub.encodeRequest(own, bytes)).toMatchObject({
      value: { model: 'm', input: 'a' },
      warnings: [{ feature: 'encoding_format', effect: 'changed' }],
    })
  })
})

describe('decodeReply', () => {
  it('puts vectors in the order of their index', () => {
    const data = [
      { index: 1, embedding: [2] },
      { index: 0, embedding: [1] },
    ]
    expect(read({ data, model: 'm', usage: { prompt_tokens: 2 } })).toEqual({
      model: 'm',
      vectors: [[1], [2]],
      usage: { input: 2 },
    })
  })

  it('keeps the order of entries whose index says nothing', () => {
    const data = [
      { index: 0, embedding: [2] },
      { index: 0, embedding: [1] },
    ]
    expect(read({ data })).toEqual({ model: '', vectors: [[2], [1]] })
  })

  it('reads the bare lists of llama.cpp and TEI', () => {
    expect(read([{ index: 0, embedding: [[1, 2]] }])).toMatchObject({ vectors: [[1, 2]] })
    expect(
      read([
        [1, 2],
        [3, 4],
      ]),
    ).toMatchObject({
      vectors: [
        [1, 2],
        [3, 4],
      ],
    })
  })

  it('reads signed bytes where the vendor sends them', () => {
    const embedding = Buffer.from([1, 255, 128, 127]).toString('base64')
    const quirks = { ...STANDARD_QUIRKS, embeddings: { vectorBytes: 'int8' } } as const
    expect(read({ data: [{ index: 0, embedding }] }, quirks)).toMatchObject({ vectors: [[1, -1, -128, 127]] })
  })

  it('takes an error with status 200 for an error', () => {
    expect(read({ error: { message: 'No such model', code: 'model_not_found' } })).toMatchObject({ kind: 'not-found' })
    expect(read('<html>')).toMatchObject({ origin: 'upstream' })
  })

  it('says which vector cannot be read', () => {
    const data = [
      { index: 0, embedding: [1] },
      { index: 1, embedding: '!!' },
    ]
    expect(read({ data })).toMatchObject({ kind: 'upstream-error', message: expect.stringMatching(/^data\[1\]/) })
    expect(read({ data: [{ embedding: [1, null] }] })).toMatchObject({ kind: 'upstream-error' })
    expect(read({ data: [{ embedding: [[1], [2]] }] })).toMatchObject({ kind: 'upstream-error' })
    expect(read({ data: [{ embedding: 'AAAAAAA=' }] })).toMatchObject({ kind: 'upstream-error' })
  })
})

describe('encodeReply', () => {
  const call = decoded({ model: 'm', input: ['a', 'b'] })

  it('leaves usage out when nobody counted', () => {
    expect(wire.hub.encodeReply({ model: '', vectors: [[0.5]] }, call, defaults).value).toEqual({
      id: 'x',
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
      model: 'route',
    })
  })

  it('writes base64 where the client asked for it', () => {
    const { value } = wire.hub.encodeReply(
      { model: 'm', vectors: [[1, -0.5]], usage: { input: 3 } },
      { ...call, encoding: 'base64' },
      defaults,
    )
    expect(value.data).toEqual([{ object: 'embedding', index: 0, embedding: 'AACAPwAAAL8=' }])
    expect(value.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 })
  })
})

describe('base64 vectors', () => {
  it('difference 44: 32-bit floats come back to the bit, whatever they are', () => {
    const vector = fc.array(fc.float(), { maxLength: 3000 })
    fc.assert(
      fc.property(vector, (values) => {
        const text = encodeVector(values)
        expect(text).toBe(Buffer.from(Float32Array.from(values).buffer).toString('base64'))
        expect(decodeVector(text, 'float32')).toEqual(values)
      }),
    )
  })

  it('difference 44: takes 64-bit floats made of 32-bit ones for what they are', () => {
    const values = Array.from({ length: 256 }, (_, index) => Math.fround(Math.sin(index + 1)))
    const doubles = Buffer.from(Float64Array.from(values).buffer).toString('base64')
    expect(decodeVector(doubles, 'float32')).toEqual(values)
  })

  it('takes a short or mostly empty vector of 32-bit floats for what it is', () => {
    const oneHot = Array.from({ length: 256 }, (_, index) => (index === 7 ? 1 : 0))
    expect(decodeVector(encodeVector(oneHot), 'float32')).toEqual(oneHot)
    expect(decodeVector(encodeVector([0, 1, 0, 1]), 'float32')).toEqual([0, 1, 0, 1])
  })

  it('is not put out by a text that is no base64', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const vector = decodeVector(text, 'float32')
        expect(vector === undefined || Array.isArray(vector)).toBe(true)
      }),
    )
  })
})

describe('tap', () => {
  function tapped(text: string) {
    const tap = wire.tap(STANDARD_QUIRKS, {})
    tap.body(parseJson(text) ?? text)
    return tap.result()
  }

  it('reads usage, model, id and the stated cost', () => {
    expect(
      tapped('{"data":[],"model":"m","id":"gen-1","usage":{"prompt_tokens":7,"total_tokens":7,"cost":1.4e-7}}'),
    ).toEqual({ usage: { input: 7 }, model: 'm', replyId: 'gen-1', billedNano: 140n, complete: true })
    expect(tapped('{"data":[],"usage":{"total_tokens":7,"cost":{"total_cost":2.8e-8}}}')).toEqual({
      usage: { input: 7 },
      billedNano: 28n,
      complete: true,
    })
  })

  it('leaves usage unknown when nothing is said, and tells an error', () => {
    expect(tapped('{"data":[]}')).toEqual({ complete: true })
    expect(tapped('{"error":{"message":"down"}}')).toMatchObject({ complete: false, error: { message: 'down' } })
  })
})
