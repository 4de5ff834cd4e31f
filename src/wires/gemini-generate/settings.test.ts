/** How the gemini-generate wire reads and writes formats, thinking and tool choice. */

import { describe, expect, it } from 'vitest'
import type { ChatCall } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import { callOf, features } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { geminiGenerate as wire } from './index.ts'

function decoded(body: JsonObject): ChatCall {
  const call = wire.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

const hi = { role: 'user', parts: [{ text: 'Hi' }] }

describe('settings', () => {
  const settingsOf = (generationConfig: JsonObject) => decoded({ contents: [hi], generationConfig })

  it.each<[JsonObject, ChatCall['format'] | undefined]>([
    [
      {
        responseMimeType: 'application/json',
        responseSchema: { type: 'OBJECT', properties: { nullable: { type: 'STRING', nullable: true } } },
      },
      { type: 'json-schema', schema: { type: 'object', properties: { nullable: { type: ['string', 'null'] } } } },
    ],
    [
      { responseJsonSchema: { type: 'object', enum: ['A'] }, responseSchema: { type: 'STRING' } },
      { type: 'json-schema', schema: { type: 'object', enum: ['A'] } },
    ],
    [{ responseMimeType: 'application/json' }, { type: 'json' }],
    [{ responseMimeType: 'text/plain' }, { type: 'text' }],
    [
      { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['A'] } },
      { type: 'json-schema', schema: { type: 'string', enum: ['A'] } },
    ],
    [{}, undefined],
  ])('reads the format of %j', (config, format) => {
    const call = settingsOf(config)
    expect(call.format).toEqual(format)
    const again = wire.encodeRequest(call, quirks).value
    const mime = config.responseMimeType ?? (format ? 'application/json' : undefined)
    expect(again.generationConfig ?? {}).toMatchObject(mime === undefined ? {} : { responseMimeType: mime })
  })

  it.each<[JsonObject, ChatCall['reasoning'] | undefined]>([
    [{ thinkingLevel: 'HIGH' }, { effort: 'high' }],
    [{ thinkingLevel: 'minimal' }, { effort: 'minimal' }],
    [{ thinkingLevel: 'ULTRA' }, undefined],
    [{ thinkingBudget: 0 }, { effort: 'none' }],
    [{ thinkingBudget: 512 }, { budgetTokens: 512 }],
    [{ thinkingBudget: -1 }, { adaptive: true }],
    [{ thinkingBudget: -1, includeThoughts: true }, { adaptive: true }],
    [{ includeThoughts: true }, { adaptive: true }],
    [{ includeThoughts: false }, undefined],
  ])('reads the thinking %j, and says it again', (thinkingConfig, reasoning) => {
    const call = settingsOf({ thinkingConfig })
    expect(call.reasoning).toEqual(reasoning)
    const again = wire.encodeRequest(call, quirks).value
    const level = typeof thinkingConfig.thinkingLevel === 'string' ? thinkingConfig.thinkingLevel : undefined
    const isKnown = level !== undefined && reasoning !== undefined
    expect(again.generationConfig).toEqual({
      thinkingConfig: { ...thinkingConfig, ...(isKnown && { thinkingLevel: level.toLowerCase() }) },
    })
  })

  it.each<[string, NonNullable<ChatCall['reasoning']>, JsonObject, string[]]>([
    ['gemini-2.5-flash', { effort: 'low' }, { includeThoughts: true, thinkingBudget: 2048 }, []],
    ['gemini-3-pro', { effort: 'low' }, { includeThoughts: true, thinkingLevel: 'low' }, []],
    ['gemini-3-pro', { effort: 'max' }, { includeThoughts: true, thinkingLevel: 'high' }, ['reasoning_effort:changed']],
    ['gemini-3-pro', { effort: 'none' }, { thinkingBudget: 0 }, []],
    ['gemini-3-pro', { budgetTokens: 99 }, { includeThoughts: true, thinkingBudget: 99 }, []],
    ['gemini-3-pro', { adaptive: true }, { includeThoughts: true, thinkingBudget: -1 }, []],
  ])('asks %s for %j of another wire', (model, reasoning, thinkingConfig, told) => {
    const { value, warnings } = wire.encodeRequest(callOf({ model, reasoning }), quirks)
    expect(value.generationConfig).toEqual({ thinkingConfig })
    expect(features(warnings)).toEqual(told)
  })

  it.each<[JsonObject, ChatCall['toolChoice'] | undefined]>([
    [{ functionCallingConfig: { mode: 'AUTO' } }, { type: 'auto' }],
    [{ functionCallingConfig: { mode: 'NONE' } }, { type: 'none' }],
    [{ functionCallingConfig: { mode: 'ANY' } }, { type: 'required' }],
    [{ functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } }, { type: 'tool', name: 'f' }],
    [{ functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f', 'g'] } }, { type: 'required' }],
    [
      {
        functionCallingConfig: { mode: 'AUTO', streamFunctionCallArguments: true },
        retrievalConfig: { latLng: { latitude: 47, longitude: 8 } },
      },
      { type: 'auto' },
    ],
    [{ functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['f'] } }, undefined],
    [{ retrievalConfig: { languageCode: 'de' } }, undefined],
  ])('reads the tool choice %j, and says it again', (toolConfig, choice) => {
    const call = decoded({ contents: [hi], toolConfig })
    expect(call.toolChoice).toEqual(choice)
    expect(wire.encodeRequest(call, quirks)).toMatchObject({ value: { toolConfig }, warnings: [] })
  })
})
