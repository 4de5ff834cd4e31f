/** What the gemini-generate wire makes of whole requests, its own and those of other wires. */

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

const everything = {
  systemInstruction: { parts: [{ text: 'Be brief.' }] },
  contents: [
    {
      role: 'user',
      parts: [
        { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
        { fileData: { mimeType: 'application/pdf', fileUri: 'gs://bucket/a.pdf' } },
        { text: 'What is it, and what time?' },
      ],
    },
    {
      role: 'model',
      parts: [
        { text: 'I look.', thought: true },
        { functionCall: { id: 'c1', name: 'look', args: { at: 'it' } }, thoughtSignature: 'sig' },
        { functionCall: { id: 'c2', name: 'now', args: {} } },
      ],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { id: 'c1', name: 'look', response: { output: 'A cat' } } },
        { functionResponse: { id: 'c2', name: 'now', response: { error: 'no clock' } } },
      ],
    },
    { role: 'model', parts: [{ text: 'A cat.' }, { text: '', thoughtSignature: 'later' }] },
    { role: 'user', parts: [{ text: 'Sure?' }] },
  ],
  tools: [
    {
      functionDeclarations: [
        {
          name: 'look',
          description: 'Looks.',
          parametersJsonSchema: { type: 'object', properties: { at: { type: 'string' } } },
          behavior: 'NON_BLOCKING',
        },
        { name: 'now' },
      ],
    },
    { googleSearch: { timeRangeFilter: {} } },
    { codeExecution: {} },
  ],
  toolConfig: {
    functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['look', 'now'] },
    retrievalConfig: { languageCode: 'de' },
  },
  generationConfig: {
    temperature: 0.1,
    topP: 0.2,
    topK: 3,
    maxOutputTokens: 5,
    stopSequences: ['END'],
    candidateCount: 2,
    seed: 4,
    presencePenalty: 0.5,
    frequencyPenalty: 0.6,
    responseLogprobs: true,
    logprobs: 3,
    responseMimeType: 'application/json',
    responseJsonSchema: { type: 'object', properties: {} },
    thinkingConfig: { includeThoughts: true, thinkingLevel: 'low' },
    responseModalities: ['TEXT', 'IMAGE'],
    speechConfig: { languageCode: 'de-DE' },
  },
  safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
  cachedContent: 'cachedContents/1',
  labels: { team: 'a' },
}

describe('requests', () => {
  it('keeps everything a client of this wire says', () => {
    const call = decoded(everything)
    expect(call).toMatchObject({
      model: '',
      stream: false,
      toolChoice: { type: 'required' },
      reasoning: { effort: 'low' },
      metadata: { team: 'a' },
    })
    expect(wire.encodeRequest(call, quirks)).toEqual({ value: everything, warnings: [] })
  })

  it('tells other wires which settings and tools they do not get', () => {
    const { wire: _, fields } = decoded(everything).extras ?? {}
    expect(new Set(Object.keys(fields ?? {}))).toEqual(
      new Set([
        'cachedContent',
        'generationConfig.responseModalities',
        'generationConfig.speechConfig',
        'generationConfig.thinkingConfig',
        'safetySettings',
        'toolConfig',
        'tools[look].behavior',
      ]),
    )
  })

  it('takes names in snake case', () => {
    const snake = {
      system_instruction: { parts: { text: 'Be brief.' } },
      contents: { role: 'user', parts: { inline_data: { mime_type: 'image/png', data: 'AAAA' } } },
      tools: [{ function_declarations: [{ name: 'now' }] }, { google_search: {} }],
      tool_config: { function_calling_config: { mode: 'any', allowed_function_names: ['now'] } },
      generation_config: {
        max_output_tokens: 5,
        response_mime_type: 'application/json',
        response_schema: { type: 'OBJECT' },
        thinking_config: { thinking_budget: 0 },
      },
      safety_settings: [],
    }
    expect(wire.encodeRequest(decoded(snake), quirks)).toEqual({
      value: {
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }],
        tools: [{ functionDeclarations: [{ name: 'now' }] }, { googleSearch: {} }],
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['now'] } },
        generationConfig: {
          maxOutputTokens: 5,
          responseMimeType: 'application/json',
          responseJsonSchema: { type: 'object' },
          thinkingConfig: { thinkingBudget: 0 },
        },
        safetySettings: [],
      },
      warnings: [],
    })
  })

  it.each<[JsonObject, string]>([
    [{}, 'contents'],
    [{ contents: 'Hi' }, 'contents'],
    [{ contents: [hi, 'Hi'] }, 'contents[1]'],
    [{ contents: [hi], tools: {} }, 'tools'],
    [{ contents: [hi], tools: ['googleSearch'] }, 'tools[0]'],
    [{ contents: [hi], tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [{ contents: [hi], generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
  ])('refuses %j and says where it is wrong', (body, param) => {
    const call = wire.decodeRequest(body)
    expect(call.ok ? 'ok' : call.error).toMatchObject({ kind: 'invalid-request', param })
  })
})

describe('requests of other wires', () => {
  it('puts instructions in their one place and joins neighbours of one role', () => {
    const { value, warnings } = wire.encodeRequest(
      callOf({
        messages: [
          { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
          { role: 'user', content: [{ type: 'text', text: 'One' }], name: 'ada' },
          { role: 'user', content: [{ type: 'text', text: 'Two' }] },
          { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
          { role: 'assistant', content: [] },
          { role: 'user', content: [{ type: 'text', text: 'Three' }] },
        ],
      }),
      quirks,
    )
    expect(value).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'One' }, { text: 'Two' }] },
        { role: 'user', parts: [{ text: 'Three' }] },
      ],
    })
    expect(features(warnings)).toEqual(['messages:changed', 'messages[1].name:dropped'])
  })

  it('says what the API has no word for', () => {
    const { value, warnings } = wire.encodeRequest(
      callOf({
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Hi', cache: { ttl: '5m' } }] },
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', text: '', redacted: 'dark' },
              { type: 'opaque', wire: 'anthropic-messages', value: { type: 'server_tool_use' } },
              { type: 'tool-call', id: 'c', name: 'f', arguments: '{"cut' },
            ],
          },
        ],
        tools: [
          { kind: 'function', name: 'a', parameters: { type: 'object' }, strict: true },
          { kind: 'provider', wire: 'anthropic-messages', value: { type: 'web_search' } },
        ],
        parallelToolCalls: false,
        minP: 0.1,
        user: 'u',
        logitBias: { '1': 1 },
        metadata: { a: 'b' },
        serviceTier: 'flex',
        format: { type: 'json-schema', name: 'n', description: 'd', schema: { type: 'object' }, strict: true },
        extras: { wire: 'openai-chat', fields: { store: true } },
      }),
      quirks,
    )
    expect(value).toMatchObject({
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }] },
        { role: 'model', parts: [{ functionCall: { id: 'c', name: 'f', args: { unparsed_arguments: '{"cut' } } }] },
      ],
      tools: [{ functionDeclarations: [{ name: 'a', parametersJsonSchema: { type: 'object' } }] }],
    })
    expect(features(warnings)).toEqual([
      'cache_control:dropped',
      'logit_bias:dropped',
      'messages[1].content[0]:dropped',
      'messages[1].content[1]:dropped',
      'messages[1].content[2].arguments:changed',
      'metadata:dropped',
      'min_p:dropped',
      'parallel_tool_calls:dropped',
      'response_format.description:dropped',
      'service_tier:dropped',
      'store:dropped',
      'tools.strict:dropped',
      'tools[1]:dropped',
      'user:dropped',
    ])
  })

  it('leaves out what a provider does not take, and says so', () => {
    const { value, warnings } = wire.encodeRequest(decoded(everything), {
      ...quirks,
      unsupportedFields: ['labels'],
    })
    expect(value.labels).toBeUndefined()
    expect(features(warnings)).toEqual(['labels:dropped'])
  })
})

describe('the patch of a request that passes through', () => {
  const patch = (body: JsonObject, maxOutputTokens?: number) =>
    wire.patchRequest(body, { model: 'm', ...(maxOutputTokens !== undefined && { maxOutputTokens }) }, quirks)

  it.each<[JsonObject, number | undefined, JsonObject]>([
    [{}, undefined, {}],
    [{}, 10, { generationConfig: { maxOutputTokens: 10 } }],
    [{ generationConfig: { maxOutputTokens: 5, topK: 1 } }, 10, {}],
    [
      { generationConfig: { maxOutputTokens: 50, topK: 1 } },
      10,
      { generationConfig: { maxOutputTokens: 10, topK: 1 } },
    ],
    [{ generation_config: { max_output_tokens: 50 } }, 10, { generation_config: { max_output_tokens: 10 } }],
  ])('of %j with a limit of %s', (body, limit, fields) => {
    expect(patch(body, limit)).toEqual({ fields, askedUsage: false })
  })
})
