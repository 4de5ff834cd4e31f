/** What the gemini-generate wire makes of whole replies, its own and those of other wires. */

import { describe, expect, it } from 'vitest'
import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { DEFAULTS, features } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { geminiGenerate as wire } from './index.ts'

function decoded(body: Json): ChatReply {
  const reply = wire.decodeReply(body, quirks)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value
}

const answered = (candidate: JsonObject, more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP', index: 0, ...candidate }],
  modelVersion: 'gemini-x',
  responseId: 'r1',
  ...more,
})

describe('replies', () => {
  it('keeps everything a provider of this wire says', () => {
    const body = {
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'Hm', thought: true },
              { text: 'It is so.' },
              { functionCall: { id: 'c1', name: 'look', args: { at: 'it' } }, thoughtSignature: 'sig' },
              { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
            ],
          },
          finishReason: 'STOP',
          index: 0,
          logprobsResult: {
            chosenCandidates: [{ token: 'It', logProbability: -0.5 }],
            topCandidates: [{ candidates: [{ token: 'It', logProbability: -0.5 }] }],
          },
          groundingMetadata: {
            groundingChunks: [{ web: { uri: 'https://example.com/a', title: 'A' } }],
            groundingSupports: [
              { segment: { startIndex: 0, endIndex: 9, text: 'It is so.' }, groundingChunkIndices: [0] },
            ],
            webSearchQueries: ['is it so'],
          },
          safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' }],
          avgLogprobs: -0.5,
        },
        { content: { role: 'model', parts: [{ text: 'No.' }] }, finishReason: 'MAX_TOKENS', index: 1 },
      ],
      usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 5, thoughtsTokenCount: 3, totalTokenCount: 15 },
      modelVersion: 'gemini-x',
      responseId: 'r1',
      createTime: '2026-01-02T03:04:05.000Z',
      promptFeedback: { safetyRatings: [] },
    }
    const reply = decoded(body)
    expect(reply).toMatchObject({
      createdSeconds: 1_767_323_045,
      choices: [{ finish: 'tool-calls' }, { finish: 'length' }],
    })
    expect(wire.encodeReply(reply, DEFAULTS)).toEqual({ value: body, warnings: [] })
  })

  it('shows the reply of another wire as this API would', () => {
    const foreign: ChatReply = {
      id: 'msg_1',
      model: 'other',
      choices: [
        {
          content: [
            { type: 'reasoning', text: 'Hm', signature: 's' },
            {
              type: 'text',
              text: 'See there.',
              citations: [
                { url: 'https://example.com/', title: 'E', quote: 'q' },
                { url: 'https://example.com/', start: 4, end: 9 },
                { title: 'without an address' },
              ],
            },
            { type: 'tool-call', id: 'toolu_1', name: 'now', arguments: '{}' },
          ],
          finish: 'tool-calls',
          rawFinish: 'tool_use',
          logprobs: { content: [{ token: 'See', logprob: -0.5 }] },
        },
      ],
      usage: { input: 3, cacheRead: 4, audioIn: 1, output: 5, imageOut: 2, reasoning: 6 },
    }
    const { value, warnings } = wire.encodeReply(foreign, DEFAULTS)
    expect(value).toEqual({
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'Hm', thought: true },
              { text: '', thoughtSignature: 's' },
              { text: 'See there.' },
              { functionCall: { id: 'toolu_1', name: 'now', args: {} } },
            ],
          },
          finishReason: 'STOP',
          index: 0,
          logprobsResult: {
            chosenCandidates: [{ token: 'See', logProbability: -0.5 }],
            topCandidates: [{ candidates: [] }],
          },
          groundingMetadata: {
            groundingChunks: [{ web: { uri: 'https://example.com/', title: 'E' } }],
            groundingSupports: [
              { segment: { text: 'q' }, groundingChunkIndices: [0] },
              { segment: { startIndex: 4, endIndex: 9 }, groundingChunkIndices: [0] },
            ],
          },
        },
      ],
      usageMetadata: {
        promptTokenCount: 8,
        cachedContentTokenCount: 4,
        candidatesTokenCount: 7,
        thoughtsTokenCount: 6,
        totalTokenCount: 21,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 7 },
          { modality: 'AUDIO', tokenCount: 1 },
        ],
        candidatesTokensDetails: [
          { modality: 'TEXT', tokenCount: 5 },
          { modality: 'IMAGE', tokenCount: 2 },
        ],
      },
      modelVersion: 'other',
      responseId: 'msg_1',
    })
    expect(features(warnings)).toEqual(['citations:dropped'])
  })

  it('says what the API has no word for', () => {
    const choice: Choice = {
      content: [
        { type: 'refusal', text: 'No.' },
        { type: 'reasoning', text: '', redacted: 'dark' },
        { type: 'opaque', wire: 'anthropic-messages', value: { type: 'server_tool_use' } },
        { type: 'image', source: { kind: 'file', fileId: 'f' } },
      ],
      finish: 'refusal',
      stopSequence: 'END',
      logprobs: { refusal: [{ token: 'No', logprob: -1 }] },
    }
    const extras = { wire: 'openai-chat', fields: { system_fingerprint: 'f', annotations: [] } }
    const { value, warnings } = wire.encodeReply({ id: '', model: '', choices: [choice], extras }, DEFAULTS)
    expect(value).toEqual({
      candidates: [
        {
          content: { role: 'model', parts: [{ text: 'No.' }] },
          finishReason: 'SAFETY',
          index: 0,
          logprobsResult: {
            chosenCandidates: [{ token: 'No', logProbability: -1 }],
            topCandidates: [{ candidates: [] }],
          },
        },
      ],
      modelVersion: 'x',
      responseId: 'x',
    })
    expect(features(warnings)).toEqual([
      'annotations:dropped',
      'candidates[0].content[1]:dropped',
      'content:dropped',
      'finish_reason:changed',
      'refusal:changed',
      'stop_sequence:dropped',
      'thinking:dropped',
    ])
  })

  it('gives calls without ids one each, and never shows those', () => {
    const parts = [{ functionCall: { name: 'f', args: {} } }, { functionCall: { name: 'f', args: {} } }]
    const reply = decoded(answered({ content: { parts } }))
    const ids = reply.choices[0]?.content.map((block) => (block.type === 'tool-call' ? block.id : ''))
    expect(new Set(ids).size).toBe(2)
    expect(wire.encodeReply(reply, DEFAULTS).value.candidates).toMatchObject([{ content: { parts } }])
  })

  it('reads what a quotation rests on, with and without a span', () => {
    const sources = {
      groundingMetadata: {
        groundingChunks: [
          { web: { uri: 'https://example.com/a', title: 'A' } },
          { retrievedContext: { uri: 'gs://b/c', title: 'C' } },
          { maps: {} },
        ],
        groundingSupports: [
          { segment: { endIndex: 2, text: 'Hi' }, groundingChunkIndices: [0, 2, 9] },
          { groundingChunkIndices: 'x' },
        ],
      },
      citationMetadata: { citationSources: [{ uri: 'https://example.com/q', startIndex: 1, endIndex: 2 }, {}] },
    }
    expect(decoded(answered(sources)).choices[0]?.content).toEqual([
      {
        type: 'text',
        text: 'Hi',
        citations: [
          { url: 'https://example.com/a', title: 'A', quote: 'Hi', end: 2 },
          { url: 'gs://b/c', title: 'C' },
          { url: 'https://example.com/q', start: 1, end: 2 },
        ],
      },
    ])
  })
})

describe('endings', () => {
  it.each<[Json, string, string | undefined]>([
    ['STOP', 'stop', 'STOP'],
    [1, 'stop', 'STOP'],
    ['MAX_TOKENS', 'length', 'MAX_TOKENS'],
    [2, 'length', 'MAX_TOKENS'],
    ['SAFETY', 'content-filter', 'SAFETY'],
    ['RECITATION', 'content-filter', 'RECITATION'],
    ['SPII', 'content-filter', 'SPII'],
    ['IMAGE_SAFETY', 'content-filter', 'IMAGE_SAFETY'],
    ['OTHER', 'unknown', 'OTHER'],
    ['NO_IMAGE', 'unknown', 'NO_IMAGE'],
    [18, 'unknown', 'FINISH_REASON_18'],
    [0, 'unknown', undefined],
  ])('reads %j as %s, and says the same word again', (finishReason, finish, rawFinish) => {
    const reply = decoded(answered({ finishReason }))
    expect(reply.choices[0]).toEqual({
      content: [{ type: 'text', text: 'Hi' }],
      finish,
      ...(rawFinish !== undefined && { rawFinish }),
    })
    const again = wire.encodeReply(reply, DEFAULTS)
    expect(again.value.candidates).toMatchObject([{ finishReason: rawFinish ?? 'OTHER' }])
    expect(again.warnings).toEqual([])
  })

  it.each<[Choice['finish'], string, string[]]>([
    ['stop', 'STOP', []],
    ['tool-calls', 'STOP', []],
    ['stop-sequence', 'STOP', []],
    ['length', 'MAX_TOKENS', []],
    ['content-filter', 'SAFETY', []],
    ['refusal', 'SAFETY', ['finish_reason:changed']],
    ['pause', 'STOP', ['finish_reason:changed']],
    ['unknown', 'OTHER', []],
  ])('says %s of another wire as %s', (finish, word, told) => {
    const { value, warnings } = wire.encodeReply(
      { id: 'r', model: 'm', choices: [{ content: [], finish, rawFinish: 'whatever' }] },
      DEFAULTS,
    )
    expect(value.candidates).toMatchObject([{ finishReason: word }])
    expect(features(warnings)).toEqual(told)
  })

  it.each(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'MISSING_THOUGHT_SIGNATURE'])(
    'takes an answer that ends with %s for none',
    (finishReason) => {
      const reply = wire.decodeReply(answered({ finishReason, finishMessage: 'print(f())' }), quirks)
      expect(reply.ok ? 'ok' : reply.error).toMatchObject({
        kind: 'upstream-error',
        code: finishReason,
        message: `The provider ended its answer with ${finishReason}: print(f()).`,
      })
    },
  )

  it.each(['SAFETY', 'OTHER', 'PROHIBITED_CONTENT'])('reads a prompt that was blocked for %s', (blockReason) => {
    const body = { promptFeedback: { blockReason }, usageMetadata: { promptTokenCount: 4 }, responseId: 'r1' }
    const reply = decoded(body)
    expect(reply).toMatchObject({
      usage: { input: 4 },
      choices: [{ content: [], finish: 'content-filter', rawFinish: blockReason }],
    })
    expect(wire.encodeReply(reply, DEFAULTS).value).toMatchObject({ promptFeedback: { blockReason } })
  })
})

describe('usage', () => {
  it.each<[JsonObject, ChatReply['usage']]>([
    [
      { promptTokenCount: 100, cachedContentTokenCount: 40, candidatesTokenCount: 5, thoughtsTokenCount: 30 },
      { input: 60, cacheRead: 40, output: 5, reasoning: 30 },
    ],
    [
      { promptTokenCount: 10, toolUsePromptTokenCount: 90, candidatesTokenCount: 5 },
      { input: 100, output: 5 },
    ],
    [
      {
        promptTokenCount: 100,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 20 },
          { modality: 'AUDIO', tokenCount: 80 },
        ],
        cachedContentTokenCount: 30,
        cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 30 }],
      },
      { input: 20, cacheRead: 30, audioIn: 50 },
    ],
    [
      {
        promptTokenCount: 1,
        candidatesTokenCount: 1300,
        candidatesTokensDetails: [
          { modality: 'IMAGE', tokenCount: 1290 },
          { modality: 'TEXT', tokenCount: 10 },
        ],
      },
      { input: 1, output: 10, imageOut: 1290 },
    ],
    [
      {
        promptTokenCount: 1,
        candidatesTokenCount: 9,
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 99 }],
      },
      { input: 1, audioOut: 9 },
    ],
    [{ promptTokenCount: 3, cachedContentTokenCount: 9 }, { cacheRead: 3 }],
    [{ promptTokenCount: 0 }, { input: 0 }],
    [{ promptTokenCount: -1, trafficType: 'ON_DEMAND' }, undefined],
    [{}, undefined],
  ])('counts every token once: %j', (usageMetadata, usage) => {
    expect(decoded(answered({}, { usageMetadata })).usage).toEqual(usage)
  })
})
