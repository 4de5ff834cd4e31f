/** The openai-count-tokens wire: a Responses request in, a number out. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import type { ChatCall } from '../../ground/chat-call.ts'
import { asArray, asObject, asString, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { anthropicCountTokens } from '../anthropic-count-tokens/index.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { translateTask } from '../translate-task.ts'
import { openaiCountTokens as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const requests = existsSync(corpus) ? globSync(`${corpus}/openai/count-tokens/*/*.request.json`).sort() : []
const defaults = { id: 'x', model: 'x', createdSeconds: 1 }

function json(file: string): JsonObject {
  return asObject(parseJson(readFileSync(file, 'utf8'))) ?? {}
}

function decoded(body: JsonObject): ChatCall {
  const call = wire.hub.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

const call: ChatCall = {
  model: 'gpt',
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
  ],
  tools: [{ kind: 'function', name: 'now', parameters: { type: 'object' } }],
  toolChoice: { type: 'auto' },
  reasoning: { effort: 'low' },
  format: { type: 'json-schema', name: 'n', schema: { type: 'object' } },
  stream: true,
  maxOutputTokens: 5,
  temperature: 0.1,
  user: 'u',
  metadata: { team: 'blue' },
  serviceTier: 'flex',
}

describe('encodeRequest', () => {
  it('asks with what decides the count and nothing else, without a warning', () => {
    const { value, warnings } = wire.hub.encodeRequest(call, STANDARD_QUIRKS)
    const counted = ['model', 'input', 'instructions', 'tools', 'tool_choice', 'reasoning', 'text']
    for (const field of Object.keys(value)) expect(counted).toContain(field)
    expect(value).toMatchObject({
      model: 'gpt',
      tools: [{ type: 'function', name: 'now' }],
      reasoning: { effort: 'low' },
      text: { format: { type: 'json_schema', name: 'n' } },
    })
    expect(JSON.stringify(value)).toContain('Be brief.')
    expect(warnings).toEqual([])
  })

  it('carries what only this API has', () => {
    const body = { model: 'gpt', input: 'Hi', previous_response_id: 'resp_1', truncation: 'auto', store: true }
    const { value } = wire.hub.encodeRequest(decoded(body), STANDARD_QUIRKS)
    expect(value).toMatchObject({ model: 'gpt', previous_response_id: 'resp_1', truncation: 'auto' })
    expect(value).not.toHaveProperty('store')
  })
})

describe('decodeReply and tap', () => {
  function tapped(body: Json) {
    const tap = wire.tap(STANDARD_QUIRKS, {})
    tap.body(body)
    return tap.result()
  }

  it('reads the number; counting itself consumes nothing', () => {
    const body = { object: 'response.input_tokens', input_tokens: 18 }
    expect(wire.hub.decodeReply(body, STANDARD_QUIRKS)).toEqual({ ok: true, value: { inputTokens: 18 } })
    expect(tapped(body)).toEqual({ usage: { input: 0 }, complete: true })
  })

  it('takes anything else for an error', () => {
    const error = { error: { message: 'No such model.', type: 'invalid_request_error', code: 'model_not_found' } }
    expect(wire.hub.decodeReply(error, STANDARD_QUIRKS)).toMatchObject({ ok: false, error: { kind: 'not-found' } })
    expect(tapped(error)).toMatchObject({ complete: false, error: { kind: 'not-found' } })
    expect(tapped({ input_tokens: -1 })).toMatchObject({ complete: false, error: { kind: 'upstream-error' } })
    expect(tapped('<html>').error?.origin).toBe('upstream')
  })
})

describe('translation', () => {
  it('counts for an Anthropic client, and lets Anthropic count for one of this wire', () => {
    const there = translateTask(anthropicCountTokens, wire)
    const body = { model: 'route', system: 'Be brief.', messages: [{ role: 'user', content: 'Hi' }] }
    const asked = there.ok ? there.value.decode(body) : there
    if (!there.ok || !asked.ok) throw new Error('does not translate')
    expect(there.value.request(asked.value, 'gpt', STANDARD_QUIRKS)).toMatchObject({
      ok: true,
      value: { warnings: [] },
    })
    const context = { call: asked.value, quirks: STANDARD_QUIRKS, defaults, before: [] }
    const reply = there.value.reply({ object: 'response.input_tokens', input_tokens: 9 }, context)
    expect(reply).toEqual({ ok: true, value: { value: { input_tokens: 9 }, warnings: [] } })

    const back = translateTask(wire, anthropicCountTokens)
    const hi = decoded({ model: 'route', input: 'Hi' })
    const again = back.ok ? back.value.request(hi, 'claude', STANDARD_QUIRKS) : back
    expect(again.ok && again.value.value).toEqual({
      model: 'claude',
      messages: [{ role: 'user', content: 'Hi' }],
    })
  })
})

describe('the OpenAI SDK', () => {
  it('reads our count', async () => {
    const { value } = wire.hub.encodeReply({ inputTokens: 9 }, call, defaults)
    const fetch = () => Promise.resolve(Response.json(value))
    const client = new OpenAI({ apiKey: 'k', baseURL: 'http://gateway.invalid/v1', fetch, maxRetries: 0 })
    const count = await client.responses.inputTokens.count({ model: 'm', input: 'Hi' })
    expect(count).toMatchObject({ object: 'response.input_tokens', input_tokens: 9 })
  })
})

/** Every text of a request, in order: how it is wrapped does not matter to the count. */
function textsOf(body: JsonObject): string[] {
  const input = typeof body.input === 'string' ? [body.input] : asArray(body.input)
  const texts = input.flatMap((item) => {
    const content = asObject(item)?.content ?? item
    return typeof content === 'string'
      ? [content]
      : asArray(content).map((part) => asString(asObject(part)?.text) ?? '')
  })
  return [...(typeof body.instructions === 'string' ? [body.instructions] : []), ...texts]
}

const title = requests.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
describe.skipIf(requests.length === 0)(title, () => {
  it('decodes and encodes back every request, and reads every count', () => {
    for (const file of requests) {
      const request = json(file)
      const { value, warnings } = wire.hub.encodeRequest(decoded(request), STANDARD_QUIRKS)
      expect.soft(textsOf(value), file).toEqual(textsOf(request))
      expect.soft({ text: value.text, model: value.model }, file).toEqual({ text: request.text, model: request.model })
      expect.soft(warnings, file).toEqual([])
      const response = json(file.replace('.request.json', '.response.json'))
      const reply = wire.hub.decodeReply(response, STANDARD_QUIRKS)
      expect.soft(reply.ok && wire.hub.encodeReply(reply.value, decoded(request), defaults).value).toEqual(response)
    }
    expect(requests.length).toBeGreaterThan(2)
  })
})
