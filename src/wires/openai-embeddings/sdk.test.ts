/** OpenAI's own SDK reads the embeddings we write, which it asks for as base64 unless told otherwise. */

import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { gatewayError } from '../../ground/error.ts'
import { asObject, type JsonObject, parseJson } from '../../ground/json.ts'
import { openaiEmbeddings as wire } from './index.ts'

const vectors = [
  [0.25, -0.5, 1],
  [Math.fround(0.1), 0, -1],
]

function client(answer: (request: JsonObject) => { status: number; body: JsonObject }): OpenAI {
  const fetch = (_url: unknown, init?: { body?: unknown }) => {
    const { status, body } = answer(asObject(parseJson(String(init?.body))) ?? {})
    const headers = { 'content-type': 'application/json' }
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers }))
  }
  return new OpenAI({ apiKey: 'k', baseURL: 'http://gateway.invalid/v1', fetch, maxRetries: 0 })
}

const seen: string[] = []
const gateway = client((request) => {
  const call = wire.hub.decodeRequest(request)
  if (!call.ok) throw new Error(call.error.message)
  seen.push(call.value.encoding)
  const reply = { model: 'm', vectors, usage: { input: 5 } }
  const { value } = wire.hub.encodeReply(reply, call.value, { id: 'x', model: 'x', createdSeconds: 1 })
  return { status: 200, body: value }
})

describe('the OpenAI SDK', () => {
  it('difference 44: asks for base64 by itself and reads our bytes as the same numbers', async () => {
    const reply = await gateway.embeddings.create({ model: 'm', input: ['a', 'b'] })
    expect(seen.pop()).toBe('base64')
    expect(reply.data.map(({ embedding }) => embedding)).toEqual(vectors)
    expect(reply).toMatchObject({ object: 'list', model: 'm', usage: { prompt_tokens: 5, total_tokens: 5 } })
  })

  it('reads our numbers', async () => {
    const reply = await gateway.embeddings.create({ model: 'm', input: ['a', 'b'], encoding_format: 'float' })
    expect(seen.pop()).toBe('float')
    expect(reply.data.map(({ embedding, index }) => [index, embedding])).toEqual([...vectors.entries()])
  })

  it('throws our refusals as its own errors', async () => {
    const error = gatewayError('invalid-request', 'input: must not be an empty list', { param: 'input' })
    const refusing = client(() => wire.encodeError(error, 'req_1'))
    const failure = await refusing.embeddings.create({ model: 'm', input: [] }).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(OpenAI.BadRequestError)
    expect(failure).toMatchObject({ status: 400, param: 'input' })
  })
})
