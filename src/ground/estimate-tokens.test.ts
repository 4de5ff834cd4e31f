/** estimateTokens: rough, but never zero, growing with what is said, and within a factor of two of real counts. */

import { describe, expect, it } from 'vitest'
import type { Block, ChatCall } from './chat-call.ts'
import { estimateTokens } from './estimate-tokens.ts'

function callOf(...content: Block[]): ChatCall {
  return { model: 'm', messages: [{ role: 'user', content }], stream: false }
}

const text = (words: string): Block => ({ type: 'text', text: words })

describe('estimateTokens', () => {
  // openai/count-tokens, anthropic/count-tokens and gemini/count-tokens, with what their chat format adds.
  const counted: [string, string, number][] = [
    ['OpenAI', 'And tomorrow?', 9],
    ['Anthropic', 'And tomorrow?', 13],
    ['Anthropic', 'What is the capital of France?', 14],
    ['Gemini', 'What is the capital of France?', 8],
  ]

  it.each(counted)('is within a factor of two of what %s counts', (_, words, tokens) => {
    const estimate = estimateTokens(callOf(text(words)))
    expect(estimate).toBeGreaterThanOrEqual(tokens / 2)
    expect(estimate).toBeLessThanOrEqual(tokens * 2)
  })

  it('is never zero for a call that says anything', () => {
    expect(estimateTokens(callOf(text('')))).toBeGreaterThan(0)
    expect(estimateTokens(callOf(text('a')))).toBeGreaterThan(estimateTokens(callOf(text(''))))
  })

  it('counts every kind of block', () => {
    const base = estimateTokens(callOf())
    const long = 'x'.repeat(4000)
    const blocks: Block[] = [
      text(long),
      { type: 'refusal', text: long },
      { type: 'reasoning', text: long },
      { type: 'reasoning', text: '', redacted: long },
      { type: 'tool-call', id: 'a', name: 'f', arguments: long },
      { type: 'tool-result', id: 'a', content: [text(long)] },
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
      { type: 'document', source: { kind: 'text', mediaType: 'text/plain', text: long } },
      { type: 'document', source: { kind: 'blocks', blocks: [text(long)] } },
      { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: long.repeat(10) } },
      { type: 'document', source: { kind: 'file', fileId: 'file_1' } },
      { type: 'audio', format: 'wav', data: long.repeat(100) },
      { type: 'opaque', wire: 'w', value: { text: long } },
    ]
    for (const block of blocks) expect.soft(estimateTokens(callOf(block)), block.type).toBeGreaterThan(base + 900)
  })

  it('counts tools and the schema of the answer', () => {
    const schema = { type: 'object', properties: { city: { type: 'string', description: 'x'.repeat(400) } } }
    const plain = callOf(text('Hi'))
    const base = estimateTokens(plain)
    const tools: ChatCall['tools'] = [{ kind: 'function', name: 'weather', parameters: schema }]
    expect(estimateTokens({ ...plain, tools })).toBeGreaterThan(base + 100)
    expect(estimateTokens({ ...plain, format: { type: 'json-schema', schema } })).toBeGreaterThan(base + 100)
    expect(estimateTokens({ ...plain, format: { type: 'json' } })).toBe(base)
  })
})
