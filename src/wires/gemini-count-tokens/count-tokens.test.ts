/** The gemini-count-tokens wire: a generateContent request in, a number out. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ChatCall } from '../../ground/chat-call.ts'
import { asArray, asObject, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { plainSchema } from '../gemini-generate/schema.ts'
import { callOf, features } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { geminiCountTokens as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const requests = existsSync(corpus) ? globSync(`${corpus}/{gemini,vertex}/count-tokens/*/*.request.json`).sort() : []
const defaults = { id: 'x', model: 'x', createdSeconds: 1 }
const vertex = { ...quirks, flatCountRequest: true }
const hi = { role: 'user', parts: [{ text: 'Hi' }] }

function decoded(body: JsonObject): ChatCall {
  const call = wire.hub.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

describe('requests', () => {
  it('reads the short form, the long form and the flat one alike', () => {
    const rest = { systemInstruction: { parts: [{ text: 'Be brief.' }] }, tools: [{ googleSearch: {} }] }
    const flat = decoded({ contents: [hi], ...rest })
    expect(decoded({ generateContentRequest: { model: 'models/m', contents: [hi], ...rest } })).toEqual(flat)
    expect(decoded({ generate_content_request: { contents: [hi], system_instruction: 'Be brief.', ...rest } })).toEqual(
      flat,
    )
    expect(flat.messages.map(({ role }) => role)).toEqual(['system', 'user'])
  })

  it('asks in short where that says everything, else at length, and Vertex AI always flat', () => {
    const short = callOf({ model: 'm', temperature: 0.1, maxOutputTokens: 5, stop: ['x'] })
    for (const dialect of [quirks, vertex])
      expect(wire.hub.encodeRequest(short, dialect)).toEqual({ value: { contents: [hi] }, warnings: [] })
    const long = callOf({
      model: 'm',
      messages: [{ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] }, ...short.messages],
      tools: [{ kind: 'function', name: 'now' }],
      toolChoice: { type: 'required' },
    })
    const request = {
      contents: [hi],
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      tools: [{ functionDeclarations: [{ name: 'now' }] }],
    }
    expect(wire.hub.encodeRequest(long, quirks)).toEqual({
      value: {
        generateContentRequest: {
          model: 'models/m',
          ...request,
          toolConfig: { functionCallingConfig: { mode: 'ANY' } },
        },
      },
      warnings: [],
    })
    expect(wire.hub.encodeRequest(long, vertex)).toEqual({ value: request, warnings: [] })
  })

  it('says what of a prompt cannot be counted', () => {
    const opaque = { type: 'opaque' as const, wire: 'anthropic-messages', value: { type: 'container_upload' } }
    const call = callOf({ messages: [{ role: 'user', content: [opaque, { type: 'text', text: 'Hi' }] }] })
    expect(features(wire.hub.encodeRequest(call, quirks).warnings)).toEqual(['messages[0].content[0]:dropped'])
  })

  it('names the field that is wrong', () => {
    for (const body of [{}, { generateContentRequest: {} }])
      expect(wire.hub.decodeRequest(body)).toMatchObject({ ok: false, error: { param: 'contents' } })
  })

  it('overwrites the model where a request that passes through names it, and passes none to Vertex AI', () => {
    expect(wire.patchRequest({ contents: [] }, 'up')).toEqual({})
    expect(wire.patchRequest({ generateContentRequest: { model: 'models/route', contents: [] } }, 'up')).toEqual({
      generateContentRequest: { model: 'models/up', contents: [] },
    })
    expect(wire.patchRequest({ generate_content_request: { model: 'models/route' } }, 'up')).toEqual({
      generate_content_request: { model: 'models/up' },
    })
    expect([wire.passesTo?.(quirks), wire.passesTo?.(vertex)]).toEqual([true, false])
  })
})

describe('replies', () => {
  function tapped(body: Json) {
    const tap = wire.tap(quirks, {})
    tap.body(body)
    return tap.result()
  }

  it('reads the number; counting itself consumes nothing', () => {
    const body = { totalTokens: 14, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 14 }] }
    expect(wire.hub.decodeReply(body, quirks)).toEqual({ ok: true, value: { inputTokens: 14 } })
    expect(tapped(body)).toEqual({ usage: { input: 0 }, complete: true })
    expect(wire.hub.encodeReply({ inputTokens: 9 }, decoded({ contents: [hi] }), defaults)).toEqual({
      value: { totalTokens: 9 },
      warnings: [],
    })
  })

  it.each<[Json, string]>([
    [{ error: { code: 404, status: 'NOT_FOUND', message: 'models/nope is not found.' } }, 'not-found'],
    [[{ error: { code: 404, status: 'NOT_FOUND', message: 'models/nope is not found.' } }], 'not-found'],
    [{ totalTokens: '14' }, 'upstream-error'],
    [{ totalTokens: -1 }, 'upstream-error'],
    [{}, 'upstream-error'],
    [null, 'upstream-error'],
  ])('takes %j for an error', (body, kind) => {
    expect(wire.hub.decodeReply(body, quirks)).toMatchObject({ ok: false, error: { kind } })
    expect(tapped(body)).toMatchObject({ complete: false, error: { kind } })
  })
})

/** Without what says nothing: empty instructions and settings, roles of instructions, and schemas in the older words. */
function plain(body: JsonObject): JsonObject {
  const {
    model: _,
    generationConfig,
    systemInstruction,
    tools,
    ...rest
  } = asObject(body.generateContentRequest) ?? body
  const { parts } = asObject(systemInstruction) ?? {}
  const said = (isObject(parts) ? [parts] : asArray(parts)).filter((part) => asObject(part)?.text !== '')
  const { functionDeclarations, ...others } = asObject(asArray(tools)[0]) ?? {}
  const functions = asArray(functionDeclarations).flatMap((entry): JsonObject[] => {
    const { parameters, parametersJsonSchema, ...declaration } = asObject(entry) ?? {}
    const schema = asObject(parametersJsonSchema) ?? plainSchema(asObject(parameters) ?? {})
    return [{ ...declaration, parametersJsonSchema: schema }]
  })
  const group: JsonObject = functions.length > 0 ? { functionDeclarations: functions } : others
  return {
    ...rest,
    ...(said.length > 0 && { systemInstruction: { parts: said } }),
    ...(tools !== undefined && { tools: [group] }),
    ...(Object.keys(asObject(generationConfig) ?? {}).length > 0 && { generationConfig: generationConfig ?? null }),
  }
}

const title = requests.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
describe.skipIf(requests.length === 0)(title, () => {
  it('decodes and encodes back every request, and reads every count', () => {
    const json = (file: string) => asObject(parseJson(readFileSync(file, 'utf8'))) ?? {}
    for (const file of requests) {
      const request = json(file)
      const dialect = file.includes('/vertex/') ? vertex : quirks
      const { value, warnings } = wire.hub.encodeRequest({ ...decoded(request), model: 'm' }, dialect)
      expect.soft(plain(value), file).toEqual(plain(request))
      expect.soft(warnings, file).toEqual([])
      // What Vertex AI was sent was flat, whatever it held.
      if (dialect === vertex) expect.soft(Object.keys(value), file).toContain('contents')
      const response = json(file.replace('.request.json', '.response.json'))
      const reply = wire.hub.decodeReply(response, dialect)
      expect.soft(reply, file).toEqual({ ok: true, value: { inputTokens: response.totalTokens } })
    }
    console.log({ counts: requests.length })
    expect(requests.length).toBeGreaterThan(4)
  })
})
