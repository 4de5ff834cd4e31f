/** The bounds of calls, worked by hand: what each kind of content and each task may be billed as at most. */

import { describe, expect, it } from 'vitest'
import type { Block, ChatCall } from '../../ground/chat-call.ts'
import { estimateTokens } from '../../ground/estimate-tokens.ts'
import type { TaskName } from '../../wires/task-wire.ts'
import { boundChat, boundUnread } from './bound-chat.ts'
import { boundTask } from './bound-task.ts'

const call = (blocks: readonly Block[], fields: Partial<ChatCall> = {}): ChatCall => ({
  model: 'm',
  messages: [{ role: 'user', content: [...blocks] }],
  stream: false,
  ...fields,
})
const text: Block = { type: 'text', text: 'hello' }
const body = { text: '{}', bytes: 2000, earlier: false }
const inputOf = (blocks: readonly Block[], fields?: Partial<ChatCall>): number =>
  boundChat(call(blocks, fields), body, 9).inputTokens

/** The bytes, what vendors add around a call, and what they add around a message. */
const BASE = 2000 + 1000 + 16

describe('prompt tokens', () => {
  it('of text are its bytes and the frame of each message', () => {
    expect(inputOf([text])).toBe(BASE)
    const two = call([text])
    expect(boundChat({ ...two, messages: [...two.messages, ...two.messages] }, body, 9).inputTokens).toBe(BASE + 16)
  })

  it('of pictures are 5,000 each, whatever their bytes', () => {
    const data = 'A'.repeat(600)
    expect(inputOf([{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data } }])).toBe(
      BASE - 600 + 5000,
    )
    expect(inputOf([{ type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } }])).toBe(BASE + 5000)
  })

  it('of sound are one for 30 characters of base64', () => {
    expect(inputOf([{ type: 'audio', format: 'wav', data: 'A'.repeat(900) }])).toBe(BASE - 900 + 30)
  })

  it('of documents are their bytes and a picture, what is in them, or much', () => {
    const document = (source: unknown): Block => ({ type: 'document', source }) as Block // the kinds of sources are what is tested
    expect(inputOf([document({ kind: 'base64', mediaType: 'application/pdf', data: 'A'.repeat(900) })])).toBe(
      BASE + 5000,
    )
    expect(inputOf([document({ kind: 'text', text: 'words' })])).toBe(BASE)
    expect(inputOf([document({ kind: 'url', url: 'https://example.com/a.pdf' })])).toBe(BASE + 100_000)
    expect(
      inputOf([document({ kind: 'blocks', blocks: [{ type: 'image', source: { kind: 'url', url: 'x' } }] })]),
    ).toBe(BASE + 5000)
    const result = { type: 'tool-result', id: 't', content: [document({ kind: 'file', fileId: 'f' })] } as Block
    expect(inputOf([result])).toBe(BASE + 100_000)
  })

  it('of turns that the provider keeps and of its own tools are much', () => {
    expect(boundChat(call([text]), { ...body, earlier: true }, 9).inputTokens).toBe(BASE + 100_000)
    const search = { kind: 'provider', name: 'web_search' } as unknown as NonNullable<ChatCall['tools']>[number] // its kind decides
    const own = { kind: 'function', name: 'f', parameters: {} } as unknown as NonNullable<ChatCall['tools']>[number]
    const searching = boundChat(call([text], { tools: [own, search] }), body, 9)
    expect([searching.inputTokens, searching.pieces]).toEqual([BASE + 100_000, { search: 20 }])
    const plain = boundChat(call([text], { tools: [own] }), body, 9)
    expect([plain.inputTokens, plain.pieces]).toEqual([BASE, {}])
  })

  it('of a body that cannot be read are its bytes and a picture for each part', () => {
    const said = '[{"type":"input_image"},{"type":"file"},{"type":"text"}]'
    expect(boundUnread({ text: said, bytes: 300, json: {} }, undefined)).toMatchObject({
      inputTokens: 300 + 1000 + 10_000,
      output: { tokens: 131_072, stated: false },
    })
    const capped = boundUnread({ text: '{}', bytes: 301, json: {} }, 70)
    expect([
      capped.inputTokens,
      capped.output.tokens,
      capped.output.stated,
      capped.guessInput(),
      capped.pieces,
    ]).toEqual([1301, 70, true, 76, {}])
  })
})

describe('what prompt tokens may be billed as', () => {
  const units = (said: string) => boundChat(call([text]), { ...body, text: said }, 9).inputUnits

  it.each([
    ['{}', []],
    ['{"cache_control":{}}', ['cacheWrite5m', 'cacheWrite1h']],
    ['{"cachePoint":{}}', ['cacheWrite5m', 'cacheWrite1h']],
    ['{"type":"input_audio"}', ['audioIn']],
    ['{"type":"image_url"}', ['imageIn']],
    ['{"inlineData":{}}', ['imageIn']],
    ['{"inline_data":{}}', ['imageIn']],
  ])('%s: %j', (said, expected) => {
    expect(units(said)).toEqual(expected)
  })

  it('and in which class', () => {
    expect(boundChat(call([text], { serviceTier: 'priority' }), body, 9).serviceClass).toBe('priority')
    for (const tier of ['default', 'flex', undefined] as const)
      expect(boundChat(call([text], tier && { serviceTier: tier }), body, 9)).not.toHaveProperty('serviceClass')
  })
})

describe('the guess and the least answer', () => {
  it('are our own count, and enough for every choice', () => {
    const asked = call([text], { choices: 3 })
    const bound = boundChat(asked, body, 1000)
    expect(bound.guessInput()).toBe(estimateTokens(asked))
    expect(bound.output).toEqual({ tokens: 3000, leastTokens: 768, choices: 3, stated: true })
  })
})

describe('reranking', () => {
  it('reads the query with each document, and long documents in pieces', () => {
    const json = { query: 'q'.repeat(100), documents: ['d'.repeat(900), 'short'] }
    // Two queries more than the body; 902 and 7 bytes in pieces of 400.
    expect(boundTask('rerank', json, 2000)).toMatchObject({ inputTokens: 2200, pieces: { search: 2 } })
    expect(boundTask('rerank', { ...json, documents: Array(40).fill('d'.repeat(900)) }, 2000).pieces).toEqual({
      search: 3,
    })
  })
})

describe('words of a request', () => {
  const bound = (said: string) => boundChat(call([text]), { ...body, text: said }, 9)

  it.each([
    '"item_reference"',
    '"cachedContent": "c"',
    '"cached_content": "c"',
    '"prompt": {"id":"p"}',
    '"container": "c"',
  ])('%s stands for much', (said) => {
    expect(bound(`{${said}}`).inputTokens).toBe(BASE + 100_000)
  })

  it('ask for a dearer class or for searches', () => {
    for (const tier of ['"serviceTier":"priority"', '"service_tier": "auto"', '"SERVICETIER":"FAST"'])
      expect(bound(`{${tier}}`).serviceClass).toBe('priority')
    expect(bound('{"service_tier":"flex"}').serviceClass).toBeUndefined()
    expect(bound('{"web_search_options":{}}').pieces).toEqual({ search: 20 })
    expect(bound('{"prompt":"words"}').inputTokens).toBe(BASE)
  })
})

describe('a length of answer', () => {
  it.each([
    [-1, { tokens: 131_072, stated: false }],
    [0, { tokens: 131_072, stated: false }],
    [10.5, { tokens: 11, leastTokens: 11, stated: true }],
  ])('of %f', (maxOutputTokens, output) => {
    expect(boundChat(call([text], { maxOutputTokens }), body, undefined).output).toMatchObject(output)
  })
})

describe('a task', () => {
  const documents = Array.from({ length: 101 }, () => 'x')

  it.each([
    ['embeddings', {}, 900, {}],
    ['moderations', {}, 900, {}],
    ['count-tokens', {}, 0, {}],
    ['rerank', { documents }, 900, { search: 3 }],
    ['rerank', { documents: documents.slice(1) }, 900, { search: 2 }],
    ['rerank', {}, 900, { search: 1 }],
    ['images', { n: 2 }, 900, { images: 2, imageOut: 20_000 }],
    ['images', { n: 0 }, 900, { images: 1, imageOut: 10_000 }],
    ['image-edits', {}, 900, { images: 1, imageOut: 10_000, imageIn: 80_000 }],
    ['speech', {}, 900, { characters: 900, audioOut: 3600 }],
    ['transcriptions', {}, 0, { audioSeconds: 1, audioIn: 32, output: 8, input: 1000 }],
    ['translations', {}, 0, { audioSeconds: 1, audioIn: 32, output: 8, input: 1000 }],
  ] as const)('%s %j is %i tokens and %j', (task, json, inputTokens, pieces) => {
    const bound = boundTask(task as TaskName, json as never, 900)
    expect(bound).toMatchObject({ inputTokens, pieces, inputUnits: [], output: { tokens: 0 } })
    expect(bound.pieces).toEqual(pieces)
    expect(bound.guessInput()).toBe(task === 'count-tokens' || task === 'moderations' ? 0 : 225)
  })
})
