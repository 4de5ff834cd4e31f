/** The anthropic-count-tokens wire: a Messages request in, a number out. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, it } from 'vitest'
import type { ChatCall } from '../../ground/chat-call.ts'
import { asArray, asObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { anthropicCountTokens as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const requests = existsSync(corpus) ? globSync(`${corpus}/anthropic/count-tokens/*/*.request.json`).sort() : []
const defaults = { id: 'x', model: 'x', createdSeconds: 1 }

function json(file: string): JsonObject {
  return asObject(parseJson(readFileSync(file, 'utf8'))) ?? {}
}

function decoded(body: JsonObject): ChatCall {
  const call = wire.hub.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

/** A text alone may stand as it is or in a list of one block, and a cache of five minutes needs no `ttl`: both count the same. */
function plain(body: JsonObject): JsonObject {
  const messages = asArray(body.messages).map((message) => {
    const fields = asObject(message) ?? {}
    const { content } = fields
    return { ...fields, content: typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? null) }
  })
  const text = JSON.stringify({ ...body, messages }).replaceAll(',"ttl":"5m"', '')
  return asObject(parseJson(text)) ?? {}
}

describe('encodeRequest', () => {
  it('asks with what decides the count and nothing else, without a warning', () => {
    const call: ChatCall = {
      model: 'claude',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      stream: true,
      maxOutputTokens: 5,
      temperature: 0.1,
      seed: 7,
      logitBias: { 1: 1 },
    }
    expect(wire.hub.encodeRequest(call, STANDARD_QUIRKS)).toEqual({
      value: { model: 'claude', messages: [{ role: 'user', content: 'Hi' }] },
      warnings: [],
    })
  })

  it('gives a request of its own wire back as it was', () => {
    const body = {
      model: 'claude',
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [{ name: 'now', input_schema: { type: 'object', properties: {} } }],
      tool_choice: { type: 'auto' },
      thinking: { type: 'enabled', budget_tokens: 2048 },
    }
    const { value, warnings } = wire.hub.encodeRequest(decoded(body), STANDARD_QUIRKS)
    expect(value).toMatchObject({ ...body, messages: [{ role: 'user' }], system: expect.anything() })
    expect(value).not.toHaveProperty('max_tokens')
    expect(warnings).toEqual([])
  })
})

describe('decodeReply and tap', () => {
  function tapped(body: Json) {
    const tap = wire.tap(STANDARD_QUIRKS, {})
    tap.body(body)
    return tap.result()
  }

  it('reads the number; counting itself consumes nothing', () => {
    expect(wire.hub.decodeReply({ input_tokens: 14 }, STANDARD_QUIRKS)).toMatchObject({ value: { inputTokens: 14 } })
    expect(tapped({ input_tokens: 14 })).toEqual({ usage: { input: 0 }, complete: true })
  })

  it('takes anything else for an error', () => {
    const error = { type: 'error', error: { type: 'not_found_error', message: 'model: nope' } }
    expect(wire.hub.decodeReply(error, STANDARD_QUIRKS)).toMatchObject({ ok: false, error: { kind: 'not-found' } })
    expect(tapped(error)).toMatchObject({ complete: false, error: { kind: 'not-found' } })
    expect(wire.hub.decodeReply({ input_tokens: '14' }, STANDARD_QUIRKS)).toMatchObject({
      ok: false,
      error: { kind: 'upstream-error' },
    })
  })
})

describe('the Anthropic SDK', () => {
  it('reads our count', async () => {
    const call = decoded({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
    const { value } = wire.hub.encodeReply({ inputTokens: 9 }, call, defaults)
    const fetch = () => Promise.resolve(Response.json(value))
    const client = new Anthropic({ apiKey: 'k', baseURL: 'http://gateway.invalid', fetch, maxRetries: 0 })
    const count = await client.messages.countTokens({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
    expect(count.input_tokens).toBe(9)
  })
})

const title = requests.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
describe.skipIf(requests.length === 0)(title, () => {
  it('decodes and encodes back every request, and reads every count', () => {
    for (const file of requests) {
      const request = json(file)
      const { value, warnings } = wire.hub.encodeRequest(decoded(request), STANDARD_QUIRKS)
      expect.soft(plain(value), file).toEqual(plain(request))
      expect.soft(warnings, file).toEqual([])
      const response = json(file.replace('.request.json', '.response.json'))
      const reply = wire.hub.decodeReply(response, STANDARD_QUIRKS)
      expect.soft(reply.ok && wire.hub.encodeReply(reply.value, decoded(request), defaults).value).toEqual(response)
    }
    expect(requests.length).toBeGreaterThan(2)
  })
})
