/** What the gemini-generate wire makes of the parts of a turn: calls and results, signatures, media. */

import { describe, expect, it } from 'vitest'
import type { Block, ChatCall } from '../../ground/chat-call.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { callOf, features } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { geminiGenerate as wire } from './index.ts'

function decoded(body: JsonObject): ChatCall {
  const call = wire.decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return call.value
}

const hi = { role: 'user', parts: [{ text: 'Hi' }] }
/** The blocks of one turn of the model. */
const modelSays = (...parts: Json[]): Block[] => {
  const turn = decoded({ contents: [hi, { role: 'model', parts }] }).messages.at(-1)
  return turn?.content ?? []
}
const userSays = (...parts: Json[]): Block[] => decoded({ contents: [{ parts }] }).messages[0]?.content ?? []
/** The parts that one message becomes. */
const partsOf = (role: 'user' | 'assistant', ...content: Block[]) =>
  wire.encodeRequest(callOf({ messages: [{ role, content }] }), quirks)

describe('calls and results without ids', () => {
  const asked = {
    contents: [
      hi,
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'look', args: { at: 1 } } },
          { functionCall: { name: 'look', args: { at: 1 } } },
          { functionCall: { name: 'now', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'now', response: { output: 'noon' } } },
          { functionResponse: { name: 'look', response: { output: 'first' } } },
          { functionResponse: { name: 'look', response: { output: 'second' } } },
          { text: 'Well?' },
        ],
      },
    ],
  }

  it('keeps equal calls apart, and matches results by name and order', () => {
    const [, called, ...results] = decoded(asked).messages
    const ids = called?.content.map((block) => (block.type === 'tool-call' ? block.id : ''))
    expect(new Set(ids).size).toBe(3)
    const answered = results.flatMap(({ role, content }) =>
      content.map((block) => (block.type === 'tool-result' ? [role, ids?.indexOf(block.id)] : [role])),
    )
    expect(answered).toEqual([['tool', 2], ['tool', 0], ['tool', 1], ['user']])
  })

  it('shows Google none of the ids that were given here', () => {
    expect(wire.encodeRequest(decoded(asked), quirks)).toEqual({ value: asked, warnings: [] })
  })
})

describe('signatures', () => {
  it.each<[string, Json[], Block[]]>([
    [
      'on a call',
      [{ functionCall: { id: 'c', name: 'f', args: {} }, thoughtSignature: 's' }],
      [
        { type: 'reasoning', text: '', signature: 's' },
        { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
      ],
    ],
    [
      'on a call after thinking',
      [
        { text: 'Hm', thought: true },
        { functionCall: { id: 'c', name: 'f', args: {} }, thoughtSignature: 's' },
      ],
      [
        { type: 'reasoning', text: 'Hm', signature: 's' },
        { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
      ],
    ],
    [
      'on a picture',
      [{ inlineData: { mimeType: 'image/png', data: 'AA' }, thoughtSignature: 's' }],
      [
        { type: 'reasoning', text: '', signature: 's' },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA' } },
      ],
    ],
    [
      'on an empty text',
      [{ text: 'Yes' }, { text: '', thoughtSignature: 's' }],
      [
        { type: 'text', text: 'Yes' },
        { type: 'reasoning', text: '', signature: 's' },
      ],
    ],
    [
      'on the thinking itself',
      [{ text: 'Hm', thought: true, thoughtSignature: 's' }, { text: 'Yes' }],
      [
        {
          type: 'reasoning',
          text: 'Hm',
          signature: 's',
          raw: { wire: 'gemini-generate', value: { signed: 'thought' } },
        },
        { type: 'text', text: 'Yes' },
      ],
    ],
    [
      'on code that Google ran',
      [{ executableCode: { code: '1' }, thoughtSignature: 's' }],
      [
        {
          type: 'opaque',
          wire: 'gemini-generate',
          value: { executableCode: { code: '1' }, thoughtSignature: 's' },
        },
      ],
    ],
  ])('stay where they stand: %s', (_, parts, blocks) => {
    expect(modelSays(...parts)).toEqual(blocks)
    expect(partsOf('assistant', ...blocks)).toEqual({ value: { contents: [{ role: 'model', parts }] }, warnings: [] })
  })

  // vertex/gemini-generate/reasoning/ruby_llm--t_with_schema_with_vertexai_gemini-3-flash-preview_allows_removing_schema_mid-conversation--2
  it('stay on thinking that has no text at all', () => {
    const blocks = modelSays({ thought: true, thoughtSignature: 's' }, { text: 'Yes' })
    expect(blocks).toMatchObject([
      { type: 'reasoning', text: '', signature: 's' },
      { type: 'text', text: 'Yes' },
    ])
    expect(partsOf('assistant', ...blocks).value).toEqual({
      contents: [{ role: 'model', parts: [{ text: '', thought: true, thoughtSignature: 's' }, { text: 'Yes' }] }],
    })
  })

  it('move from a text onto an empty one after it', () => {
    const blocks = modelSays({ text: 'Yes', thoughtSignature: 's' })
    expect(partsOf('assistant', ...blocks).value).toEqual({
      contents: [{ role: 'model', parts: [{ text: 'Yes' }, { text: '', thoughtSignature: 's' }] }],
    })
  })
})

describe('media', () => {
  it.each<[Json, Block]>([
    [{ inlineData: { mimeType: 'audio/mpeg', data: 'AA' } }, { type: 'audio', format: 'mp3', data: 'AA' }],
    [
      { inlineData: { mimeType: 'application/pdf', data: 'AA', displayName: 'Report' } },
      { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA' }, title: 'Report' },
    ],
    [
      { inlineData: { data: 'AA' } },
      { type: 'document', source: { kind: 'base64', mediaType: 'application/octet-stream', data: 'AA' } },
    ],
    [
      { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/x' } },
      { type: 'image', source: { kind: 'url', url: 'https://example.com/x' } },
    ],
    [
      { fileData: { fileUri: 'https://example.com/x' } },
      { type: 'document', source: { kind: 'url', url: 'https://example.com/x' } },
    ],
    [
      { inlineData: { mimeType: 'image/png', data: 'AA' }, mediaResolution: { level: 'MEDIA_RESOLUTION_HIGH' } },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA' }, detail: 'high' },
    ],
    [
      { fileData: { mimeType: 'video/mp4', fileUri: 'gs://b/v' }, videoMetadata: { startOffset: '5s' } },
      {
        type: 'opaque',
        wire: 'gemini-generate',
        value: { fileData: { mimeType: 'video/mp4', fileUri: 'gs://b/v' }, videoMetadata: { startOffset: '5s' } },
      },
    ],
    [
      { inlineData: { mimeType: 'image/png', data: 'AA' }, thought: true },
      {
        type: 'opaque',
        wire: 'gemini-generate',
        value: { inlineData: { mimeType: 'image/png', data: 'AA' }, thought: true },
      },
    ],
  ])('reads %j', (part, block) => {
    expect(userSays(part)).toEqual([block])
  })

  it('says what it cannot tell Google of a file', () => {
    const { value, warnings } = partsOf(
      'user',
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.webp?x' }, detail: 'low' },
      {
        type: 'document',
        source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA' },
        title: 'Report',
        context: 'Yearly',
        citations: true,
      },
      { type: 'document', source: { kind: 'text', mediaType: 'text/plain', text: 'Facts' }, title: 'F' },
      {
        type: 'document',
        source: {
          kind: 'blocks',
          blocks: [
            { type: 'text', text: 'One' },
            { type: 'audio', format: 'wav', data: 'A' },
          ],
        },
      },
      { type: 'document', source: { kind: 'file', fileId: 'file_1' } },
    )
    expect(value.contents).toEqual([
      {
        role: 'user',
        parts: [
          { fileData: { mimeType: 'image/webp', fileUri: 'https://example.com/a.webp?x' } },
          { inlineData: { mimeType: 'application/pdf', data: 'AA' } },
          { text: 'F\n\nFacts' },
          { text: 'One' },
        ],
      },
    ])
    expect(features(warnings)).toEqual([
      'messages[0].content[0].detail:dropped',
      'messages[0].content[1].citations:dropped',
      'messages[0].content[1].context:dropped',
      'messages[0].content[1].title:dropped',
      'messages[0].content[3].source.content[1]:dropped',
      'messages[0].content[3]:changed',
      'messages[0].content[4]:dropped',
    ])
  })
})

describe('results of functions', () => {
  const resultOf = (response: Json, more: JsonObject = {}) =>
    userSays({ functionResponse: { id: 'c', name: 'f', response, ...more } })[0]

  it.each<[Json, string | undefined, boolean]>([
    [{ output: 'A cat' }, 'A cat', false],
    [{ result: 'A cat' }, 'A cat', false],
    [{ name: 'f', content: 'A cat' }, 'A cat', false],
    [{ error: 'no clock' }, 'no clock', true],
    [{ error: { code: 5 } }, '{"code":5}', true],
    [{ result: 5 }, '{"result":5}', false],
    [{ temp: 20, unit: 'C' }, '{"temp":20,"unit":"C"}', false],
    ['A cat', 'A cat', false],
    [{ output: '' }, undefined, false],
    [null, undefined, false],
  ])('reads %j', (response, text, isError) => {
    const content = text === undefined ? [] : [{ type: 'text', text }]
    expect(resultOf(response)).toEqual({
      type: 'tool-result',
      id: 'c',
      name: 'f',
      content,
      ...(isError && { isError }),
    })
  })

  it('takes pictures beside a result, and says them again', () => {
    const parts = [{ inlineData: { mimeType: 'image/png', data: 'AA' } }]
    const block = resultOf({ output: 'See' }, { parts })
    if (!block) throw new Error('no result')
    expect(block).toMatchObject({ content: [{ type: 'text' }, { type: 'image' }] })
    expect(partsOf('user', block).value.contents).toEqual([
      { role: 'user', parts: [{ functionResponse: { id: 'c', name: 'f', response: { output: 'See' }, parts } }] },
    ])
  })

  it('names the function that a result of another wire is for, and sends JSON as it is', () => {
    const { value } = wire.encodeRequest(
      callOf({
        messages: [
          { role: 'assistant', content: [{ type: 'tool-call', id: 'toolu_1', name: 'look', arguments: '{"a":1}' }] },
          {
            role: 'tool',
            content: [{ type: 'tool-result', id: 'toolu_1', content: [{ type: 'text', text: ' {"temp": 20}' }] }],
          },
          { role: 'user', content: [{ type: 'text', text: 'So?' }] },
        ],
      }),
      quirks,
    )
    expect(value.contents).toEqual([
      { role: 'model', parts: [{ functionCall: { id: 'toolu_1', name: 'look', args: { a: 1 } } }] },
      {
        role: 'user',
        parts: [{ functionResponse: { id: 'toolu_1', name: 'look', response: { temp: 20 } } }, { text: 'So?' }],
      },
    ])
  })
})
