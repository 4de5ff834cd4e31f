import { describe, expect, it } from 'vitest'
import type { Outcome } from './ask.ts'
import { compareTranslated } from './compare.ts'
import type { Exchange } from './corpus.ts'
import { dialects } from './dialects/index.ts'
import { readAnthropic } from './dialects/read-anthropic.ts'
import { readOpenai } from './dialects/read-openai.ts'
import { createExceptionList } from './exceptions.ts'
import { isCut } from './prove-crosswise.ts'
import { piecesOf } from './replay-server.ts'
import { changedRequest } from './requests.ts'

// Every reply here is synthetic.
const openaiStream = [
  { choices: [{ index: 0, delta: { role: 'assistant', reasoning_content: 'Hm.' } }] },
  { choices: [{ index: 0, delta: { content: 'Hi' } }] },
  {
    choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }] } }],
  },
  { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] } }] },
  { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'b', function: { name: 'g', arguments: '' } }] } }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
  {
    choices: [],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 22,
      completion_tokens_details: { reasoning_tokens: 7 },
    },
  },
]

const anthropicStream = [
  {
    type: 'message_start',
    message: { type: 'message', usage: { input_tokens: 4, cache_read_input_tokens: 6, output_tokens: 1 } },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hi' } },
  { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"x": 1}' } },
  { type: 'content_block_start', index: 3, content_block: { type: 'tool_use', id: 'b', name: 'g', input: {} } },
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { input_tokens: null, output_tokens: 12 } },
  { type: 'message_stop' },
]

describe('compareTranslated', () => {
  it('finds no difference between one answer told in two wires, in both directions', () => {
    const openai = readOpenai(openaiStream)
    const anthropic = readAnthropic(anthropicStream)
    if (!openai || !anthropic?.usage) throw new Error('both are replies')
    // The OpenAI vendor counts reasoning on top of completion tokens and says nothing of caches.
    expect(openai.usage).toEqual({ prompt: 10, cached: 0, completion: 12 })
    expect(anthropic.usage).toEqual({ prompt: 10, cached: 6, completion: 12 })
    anthropic.usage.cached = 0
    expect(compareTranslated(dialects['openai-chat'], dialects['anthropic-messages'], openai, anthropic)).toEqual([])
    expect(compareTranslated(dialects['anthropic-messages'], dialects['openai-chat'], anthropic, openai)).toEqual([])
  })

  it.each([
    ['text', 1, { choices: [{ index: 0, delta: { content: 'Ho' } }] }],
    ['thinking', 0, { choices: [{ index: 0, delta: {} }] }],
    [
      'tool arguments',
      3,
      { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: ':2}' } }] } }] },
    ],
    ['finish', 5, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }],
    ['usage', 6, { choices: [], usage: { prompt_tokens: 10, completion_tokens: 6 } }],
  ])('notices another %s', (check, position, chunk) => {
    const original = readAnthropic(anthropicStream)
    const changed = readOpenai(openaiStream.with(position, chunk as (typeof openaiStream)[number]))
    if (!original?.usage || !changed) throw new Error('both are replies')
    original.usage.cached = 0
    expect(
      compareTranslated(dialects['anthropic-messages'], dialects['openai-chat'], original, changed).map(
        (one) => one.check,
      ),
    ).toEqual([check])
  })
})

describe('isCut', () => {
  const outcome = (objects: unknown[]): Outcome => ({
    sent: '',
    status: 200,
    headers: new Headers({ 'content-type': 'text/event-stream' }),
    bytes: Buffer.alloc(0),
    objects,
  })

  it('is true only for a stream that stops before its end', () => {
    expect(isCut({ wire: 'openai-chat', streaming: true }, outcome(openaiStream))).toBe(false)
    expect(isCut({ wire: 'openai-chat', streaming: true }, outcome(openaiStream.slice(0, 5)))).toBe(true)
    expect(isCut({ wire: 'anthropic-messages', streaming: true }, outcome(anthropicStream))).toBe(false)
    expect(isCut({ wire: 'anthropic-messages', streaming: true }, outcome(anthropicStream.slice(0, -1)))).toBe(true)
  })
})

describe('piecesOf', () => {
  it('splits the ends finely, the middle coarsely, and loses no byte', () => {
    const response = Buffer.alloc(20_000)
    for (const chunking of ['0', '1', '2', '7']) {
      const sizes = piecesOf({ response }, chunking)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(response.length)
    }
    expect(piecesOf({ response }, '1').slice(0, 3)).toEqual([1, 1, 1])
    expect(piecesOf({ response }, '1').at(-1)).toBe(1)
  })

  it('lets the last recorded piece take the difference when masking changed the length', () => {
    expect(piecesOf({ response: Buffer.alloc(10), chunkSizes: [4, 4] }, 'r')).toEqual([4, 4, 2])
    expect(piecesOf({ response: Buffer.alloc(6), chunkSizes: [4, 4] }, 'r')).toEqual([4, 2])
  })
})

describe('changedRequest', () => {
  it('allows another model name and an added request for usage, nothing else', () => {
    const sent = '{"model":"a","seed":9007199254740993,"stream":true}'
    expect(changedRequest(sent, '{"model":"b","seed":9007199254740993,"stream":true}')).toBeUndefined()
    expect(
      changedRequest(
        sent,
        '{"model":"b","seed":9007199254740993,"stream":true,"stream_options":{"include_usage":true}}',
      ),
    ).toBeUndefined()
    expect(changedRequest(sent, '{"model":"b","seed":9007199254740992,"stream":true}')).toContain('bytes')
    expect(changedRequest(sent, '{"model":"b","stream":true}')).toContain('seed')
  })
})

describe('createExceptionList', () => {
  it('covers what it lists, by id or pattern, and counts each use', () => {
    const exchange = { id: '00ff', provider: 'p', wire: 'openai-chat', kind: 'stream-plain' } as Exchange
    const reason = 'A reason long enough to be one.'
    const list = createExceptionList([
      { match: 'p/*/stream-plain/*', check: 'same-wire bytes', reason, pointer: 'x' },
      { match: '1234', check: 'same-wire bytes', reason, pointer: 'x' },
    ])
    expect(list.covers(exchange, 'same-wire bytes')).toBe(true)
    expect(list.covers(exchange, 'same-wire status')).toBe(false)
    expect(list.uses().map(({ count }) => count)).toEqual([1, 0])
  })
})
