import { describe, expect, it } from 'vitest'
import type { Block, ChatCall, Message } from '../../ground/chat-call.ts'
import { type Quirks, STANDARD_QUIRKS } from '../quirks.ts'
import { encodeRequest } from './encode-request.ts'

const text = (words: string): Block => ({ type: 'text', text: words })
const user = (words: string): Message => ({ role: 'user', content: [text(words)] })
const weather: ChatCall['tools'] = [{ kind: 'function', name: 'weather', parameters: { type: 'object' } }]

function encode(fields: Partial<ChatCall>, quirks: Partial<Quirks> = {}) {
  const call: ChatCall = { model: 'm', messages: [user('hi')], stream: false, maxOutputTokens: 9000, ...fields }
  const { value, warnings } = encodeRequest(call, { ...STANDARD_QUIRKS, ...quirks })
  return { body: value, warnings: warnings.map(({ feature, effect }) => `${feature}:${effect}`) }
}

describe('encodeReasoning', () => {
  it('sets the output limit the provider demands and says so', () => {
    expect(encode({ maxOutputTokens: undefined }, { defaultMaxTokens: 8192 })).toMatchObject({
      body: { max_tokens: 8192 },
      warnings: ['max_tokens:changed'],
    })
    expect(encode({ maxOutputTokens: undefined }).body.max_tokens).toBe(4096)
  })

  it('turns an effort into a budget on top of our own limit, or under the client’s', () => {
    const free = encode({ maxOutputTokens: undefined, reasoning: { effort: 'high' } })
    expect(free.body).toMatchObject({ max_tokens: 4096 + 16_384, thinking: { type: 'enabled', budget_tokens: 16_384 } })
    const bound = encode({ reasoning: { effort: 'high' }, temperature: 0.2, topK: 5 })
    expect(bound.body).toMatchObject({ max_tokens: 9000, thinking: { type: 'enabled', budget_tokens: 7199 } })
    expect(bound.body).not.toHaveProperty('temperature')
    expect(bound.warnings).toEqual(['reasoning_effort:changed', 'temperature:dropped', 'top_k:dropped'])
    const small = encode({ maxOutputTokens: 1000, reasoning: { effort: 'low' } })
    expect(small.body).not.toHaveProperty('thinking')
    expect(small.warnings).toEqual(['reasoning_effort:dropped'])
    expect(encode({ reasoning: { effort: 'none' } }).body.thinking).toEqual({ type: 'disabled' })
  })

  it('asks for adaptive thinking where the provider’s row says so', () => {
    const { body, warnings } = encode({ reasoning: { effort: 'minimal' } }, { thinkingRequest: 'adaptive' })
    expect(body).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } })
    expect(warnings).toEqual(['reasoning_effort:changed'])
    const unsaid = encode({ reasoning: { adaptive: true }, maxOutputTokens: undefined })
    expect(unsaid.body.thinking).toEqual({ type: 'enabled', budget_tokens: 8192 })
    expect(unsaid.warnings).toEqual(['reasoning:changed', 'max_tokens:changed'])
  })

  it('gives up thinking where the provider would refuse it', () => {
    const forced = encode({ reasoning: { effort: 'low' }, tools: weather, toolChoice: { type: 'required' } })
    expect(forced.body).not.toHaveProperty('thinking')
    expect(forced.body.tool_choice).toEqual({ type: 'any' })
    expect(forced.warnings).toEqual(['reasoning_effort:dropped'])
    const loop = encode({
      reasoning: { effort: 'low' },
      tools: weather,
      messages: [
        user('hi'),
        { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'weather', arguments: '{}' }] },
        { role: 'tool', content: [{ type: 'tool-result', id: 'a', content: [text('sun')] }] },
      ],
    })
    expect(loop.body).not.toHaveProperty('thinking')
    expect(loop.warnings).toEqual(['reasoning_effort:dropped'])
  })
})
