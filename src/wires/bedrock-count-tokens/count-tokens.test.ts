/** The bedrock-count-tokens wire: a Converse request in, a number out. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ChatCall } from '../../ground/chat-call.ts'
import { asArray, asObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { bedrockCountTokens as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const requests = existsSync(corpus) ? globSync(`${corpus}/bedrock/count-tokens/*/*.request.json`).sort() : []
const defaults = { id: 'x', model: 'x', createdSeconds: 1 }

function json(file: string): JsonObject {
  return asObject(parseJson(readFileSync(file, 'utf8'))) ?? {}
}

function decoded(body: JsonObject): ChatCall {
  const call = wire.hub.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

describe('encodeRequest', () => {
  it('asks with what decides the count and nothing else', () => {
    const call: ChatCall = {
      model: 'claude',
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      ],
      tools: [{ kind: 'function', name: 'now', parameters: { type: 'object' } }],
      stream: true,
      maxOutputTokens: 5,
      temperature: 0.1,
      seed: 7,
      serviceTier: 'flex',
    }
    expect(wire.hub.encodeRequest(call, STANDARD_QUIRKS)).toEqual({
      value: {
        input: {
          converse: {
            system: [{ text: 'Be brief.' }],
            messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
            toolConfig: { tools: [{ toolSpec: { name: 'now', inputSchema: { json: { type: 'object' } } } }] },
          },
        },
      },
      warnings: [],
    })
  })

  it('tells that the format of the answer is not counted', () => {
    const call: ChatCall = {
      model: 'claude',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      stream: false,
      format: { type: 'json-schema', schema: { type: 'object' } },
    }
    const { value, warnings } = wire.hub.encodeRequest(call, STANDARD_QUIRKS)
    expect(JSON.stringify(value)).not.toContain('outputConfig')
    expect(warnings).toMatchObject([{ feature: 'response_format', effect: 'dropped' }])
  })
})

describe('decodeRequest', () => {
  it('takes a Converse request, and says what is missing', () => {
    const call = decoded({ input: { converse: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] } } })
    expect(call.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])
    for (const body of [{}, { input: { invokeModel: { body: 'e30=' } } }])
      expect(wire.hub.decodeRequest(body)).toMatchObject({ ok: false, error: { param: 'input.converse' } })
  })
})

describe('decodeReply and tap', () => {
  function tapped(body: Json) {
    const tap = wire.tap(STANDARD_QUIRKS, {})
    tap.body(body)
    return tap.result()
  }

  it('reads the number; counting itself consumes nothing', () => {
    expect(wire.hub.decodeReply({ inputTokens: 14 }, STANDARD_QUIRKS)).toMatchObject({ value: { inputTokens: 14 } })
    expect(tapped({ inputTokens: 14 })).toEqual({ usage: { input: 0 }, complete: true })
  })

  it('takes anything else for an error', () => {
    const error = { message: 'The provided model identifier is invalid.' }
    expect(wire.hub.decodeReply(error, STANDARD_QUIRKS)).toMatchObject({ ok: false, error })
    expect(tapped(error)).toMatchObject({ complete: false, error })
    expect(wire.hub.decodeReply({ inputTokens: '14' }, STANDARD_QUIRKS)).toMatchObject({
      ok: false,
      error: { kind: 'upstream-error' },
    })
  })

  it('leaves the model to the URL', () => {
    expect(wire.patchRequest({ input: {} }, 'claude')).toEqual({})
  })
})

const title = requests.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
describe.skipIf(requests.length === 0)(title, () => {
  it('decodes and encodes back every request, and reads every count or refusal', () => {
    for (const file of requests) {
      const request = json(file)
      const { value, warnings } = wire.hub.encodeRequest(decoded(request), STANDARD_QUIRKS)
      const { system, ...converse } = asObject(asObject(request.input)?.converse) ?? {}
      // An empty system prompt is none.
      const expected = asArray(system).length > 0 ? { system, ...converse } : converse
      expect({ value, warnings }, file).toEqual({ value: { input: { converse: expected } }, warnings: [] })
      const response = json(file.replace('.request.json', '.response.json'))
      const reply = wire.hub.decodeReply(response, STANDARD_QUIRKS)
      if (reply.ok) expect(wire.hub.encodeReply(reply.value, decoded(request), defaults).value).toEqual(response)
      else expect(wire.decodeError(400, new Headers(), response)).toMatchObject({ kind: 'not-found', ...response })
    }
    expect(requests.length).toBeGreaterThan(2)
  })
})
