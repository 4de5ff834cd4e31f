/** Every recorded embeddings exchange of this wire, against a plain second reading of its JSON. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asArray, asObject, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { type Quirks, STANDARD_QUIRKS } from '../quirks.ts'
import { openaiEmbeddings as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const vendors = '{openai,azure,doubleword,llamacpp,mistral,openrouter,perplexity,venice,vllm,voyage}'
const metas = existsSync(corpus) ? globSync(`${corpus}/${vendors}/embeddings/*/*.meta.json`).sort() : []
const title = metas.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'

const QUIRKS: Readonly<Record<string, Partial<Quirks>>> = {
  mistral: { embeddings: { dimensionsField: 'output_dimension' } },
  voyage: {
    embeddings: {
      dimensionsField: 'output_dimension',
      purposeWords: { query: 'query', document: 'document' },
      truncation: true,
    },
  },
  perplexity: { embeddings: { vectorBytes: 'int8' } },
}

interface Exchange {
  readonly name: string
  readonly status: number
  readonly request: JsonObject | undefined
  readonly response: Json
  readonly quirks: Quirks
}

function read(meta: string): Exchange {
  const base = meta.replace(/\.meta\.json$/, '')
  const facts = asObject(parseJson(readFileSync(meta, 'utf8'))) ?? {}
  const text = (ending: string) => (existsSync(base + ending) ? readFileSync(base + ending, 'utf8') : undefined)
  const response = text('.response.json') ?? text('.response.txt') ?? ''
  return {
    name: base.slice(corpus.length + 1),
    status: Number(facts.status ?? 200),
    request: asObject(parseJson(text('.request.json') ?? 'null')),
    response: parseJson(response) ?? response,
    quirks: { ...STANDARD_QUIRKS, ...QUIRKS[String(facts.provider)] },
  }
}

function exchange(path: string): Exchange {
  return read(join(corpus, `${path}.meta.json`))
}

/** Numbers as they stand, or read from base64 by Node's own Buffer. */
function plainVector(value: Json | undefined, bytesEach: 1 | 4 | 8): number[] {
  if (typeof value !== 'string') return asArray(value).map(Number)
  const bytes = Buffer.from(value, 'base64')
  const at = Array.from({ length: bytes.length / bytesEach }, (_, index) => index * bytesEach)
  if (bytesEach === 1) return at.map((place) => bytes.readInt8(place))
  return at.map((place) => (bytesEach === 4 ? bytes.readFloatLE(place) : bytes.readDoubleLE(place)))
}

function bytesEach(name: string): 1 | 4 | 8 {
  if (name.startsWith('perplexity/')) return 1
  return name.startsWith('vllm/') ? 8 : 4
}

function plain(request: JsonObject): JsonObject {
  const { encoding_format, ...rest } = request
  const sent = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null))
  return { ...sent, ...(encoding_format === 'base64' && { encoding_format }) }
}

describe.skipIf(metas.length === 0)(title, () => {
  const all = metas.map(read)

  it('decodes every request and encodes it back to the same request', () => {
    let count = 0
    for (const { name, request, status, quirks } of all) {
      if (!request || status !== 200) continue
      const call = wire.hub.decodeRequest(request)
      expect.soft(call.ok, name).toBe(true)
      if (!call.ok) continue
      const back = wire.hub.encodeRequest(call.value, quirks)
      expect.soft(back.value, name).toEqual(plain(request))
      expect.soft(back.warnings, name).toEqual([])
      count++
    }
    console.log({ requests: count })
    expect(count).toBe(all.filter(({ request, status }) => request !== undefined && status === 200).length)
    expect(count).toBeGreaterThan(30)
  })

  it('decodes every reply as a plain reading of it does, and the tap agrees', () => {
    const counts = { replies: 0, billed: 0 }
    for (const { name, status, response, quirks } of all) {
      if (status !== 200) continue
      expect.soft(isObject(response), name).toBe(true)
      if (!isObject(response)) continue
      const reply = wire.hub.decodeReply(response, quirks)
      expect.soft(reply.ok, name).toBe(true)
      if (!reply.ok) continue
      const vectors = asArray(response.data).map((entry) => plainVector(asObject(entry)?.embedding, bytesEach(name)))
      expect.soft(reply.value.vectors, name).toEqual(vectors)
      expect.soft(reply.value.model, name).toBe(response.model)
      const usage = asObject(response.usage) ?? {}
      expect.soft(reply.value.usage, name).toEqual({ input: usage.prompt_tokens ?? usage.total_tokens })
      const tap = wire.tap(quirks, {})
      tap.body(response)
      expect.soft(tap.result(), name).toMatchObject({ complete: true, model: response.model, usage: reply.value.usage })
      if (tap.result().billedNano !== undefined) counts.billed++
      counts.replies++
    }
    console.log(counts)
    expect(counts.replies).toBe(all.filter(({ status }) => status === 200).length)
    expect(counts.replies).toBeGreaterThan(40)
    expect(counts.billed).toBe(all.filter(({ name }) => /^(openrouter|perplexity)\//.test(name)).length)
  })

  it('gives the vectors of every reply back in both forms', () => {
    const call = { model: 'm', inputs: ['x'], single: false }
    const defaults = { id: 'x', model: 'm', createdSeconds: 1 }
    for (const { name, status, response, quirks } of all) {
      const reply = wire.hub.decodeReply(response, quirks)
      if (status !== 200 || !reply.ok) continue
      const floats = wire.hub.encodeReply(reply.value, { ...call, encoding: 'float' }, defaults).value
      expect.soft(wire.hub.decodeReply(floats, STANDARD_QUIRKS), name).toEqual(reply)
      const base64 = wire.hub.encodeReply(reply.value, { ...call, encoding: 'base64' }, defaults).value
      const vectors = reply.value.vectors.map((vector) => vector.map(Math.fround))
      const again = wire.hub.decodeReply(base64, STANDARD_QUIRKS)
      expect.soft(again.ok && again.value.vectors, name).toEqual(vectors)
    }
  })

  it('gives every recorded error a kind that fits it', () => {
    const kinds: string[] = []
    for (const { status, response } of all.filter(({ status }) => status !== 200)) {
      const error = wire.decodeError(status, new Headers(), response)
      kinds.push(`${status} ${error.kind}`)
      expect.soft(wire.hub.decodeReply(response, STANDARD_QUIRKS).ok).toBe(false)
    }
    expect([...new Set(kinds)].sort()).toEqual([
      '400 invalid-request',
      '401 upstream-credential',
      '403 upstream-credential',
      '404 not-found',
    ])
  })

  it('difference 44: base64 is little-endian 32-bit floats: openai/embeddings/embeddings/ai-gateway--testopenai-embeddings-base64--0', () => {
    const { request, response, quirks } = exchange(
      'openai/embeddings/embeddings/ai-gateway--testopenai-embeddings-base64--0',
    )
    const body = asObject(response) ?? {}
    const text = asObject(asArray(body.data)[0])?.embedding
    const reply = wire.hub.decodeReply(body, quirks)
    const call = wire.hub.decodeRequest(request ?? {})
    if (!reply.ok || !call.ok) throw new Error('the recording does not decode')
    expect(reply.value.vectors).toEqual([plainVector(text, 4)])
    expect(call.value.encoding).toBe('base64')
    const again = wire.hub.encodeReply(reply.value, call.value, { id: 'x', model: 'x', createdSeconds: 1 }).value
    expect(asObject(asArray(again.data)[0])?.embedding).toBe(text)
  })

  it('difference 44: older vLLM packs 64-bit floats: vllm/embeddings/embeddings/openllmetry--test_embeddings-test_embeddings_context_propagation--0', () => {
    const { response, quirks } = exchange(
      'vllm/embeddings/embeddings/openllmetry--test_embeddings-test_embeddings_context_propagation--0',
    )
    const reply = wire.hub.decodeReply(response, quirks)
    const [vector = []] = reply.ok ? reply.value.vectors : []
    expect(vector).toHaveLength(4096)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 2)
  })
})
