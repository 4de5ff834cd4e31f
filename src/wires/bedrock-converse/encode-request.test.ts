import { describe, expect, it } from 'vitest'
import type { ChatCall, Message } from '../../ground/chat-call.ts'
import { type Quirks, STANDARD_QUIRKS } from '../quirks.ts'
import { bedrockConverse as wire } from './index.ts'

const quirks: Quirks = {
  ...STANDARD_QUIRKS,
  defaultMaxTokens: 8192,
  modelFamilies: [
    { models: /claude-new/, reasoning: 'thinking', thinkingRequest: 'adaptive', topK: 'top_k', oneSampling: true },
    { models: /claude/, reasoning: 'thinking', topK: 'top_k', oneSampling: true },
    { models: /nova/, reasoning: 'reasoningConfig', topK: 'inferenceConfig.topK' },
    { models: /gpt-oss/, reasoning: 'reasoning_effort' },
  ],
}

const hello: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }] }

function encoded(call: Partial<ChatCall>) {
  const { value, warnings } = wire.encodeRequest({ model: 'x', messages: [hello], stream: false, ...call }, quirks)
  return { value, told: warnings.map(({ feature, effect }) => `${feature}:${effect}`) }
}

describe('encodeRequest: tools', () => {
  const tools: ChatCall['tools'] = [{ kind: 'function', name: 'now', strict: false }]
  const called: Message[] = [
    hello,
    { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'then', arguments: '{}' }] },
    { role: 'tool', content: [{ type: 'tool-result', id: 'a', content: [] }] },
  ]

  it('has a word for every choice but none', () => {
    const choice = (toolChoice: NonNullable<ChatCall['toolChoice']>) => encoded({ tools, toolChoice }).value.toolConfig
    const spec = { toolSpec: { name: 'now', inputSchema: { json: { type: 'object', properties: {} } } } }
    expect(choice({ type: 'auto' })).toEqual({ tools: [spec], toolChoice: { auto: {} } })
    expect(choice({ type: 'required' })).toEqual({ tools: [spec], toolChoice: { any: {} } })
    expect(choice({ type: 'tool', name: 'now' })).toEqual({ tools: [spec], toolChoice: { tool: { name: 'now' } } })
    expect(choice({ type: 'none' })).toBeUndefined()
  })

  it('keeps the tools where none was chosen but earlier turns hold calls', () => {
    const { value, told } = encoded({ messages: called, tools, toolChoice: { type: 'none' } })
    expect(value.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: 'now' } }] })
    expect(told).toEqual(['tool_choice:dropped'])
  })

  it('lists the tools of earlier turns where the request lists none', () => {
    const { value, told } = encoded({ messages: called })
    expect(value.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: 'then' } }] })
    expect(told).toEqual(['tools:changed'])
  })

  it('tells what it cannot carry', () => {
    const search = { kind: 'provider', wire: 'anthropic-messages', value: { type: 'web_search' } } as const
    expect(encoded({ tools: [search, ...tools], parallelToolCalls: false }).told).toEqual([
      'tools[0]:dropped',
      'parallel_tool_calls:dropped',
    ])
  })
})

describe('encodeRequest: settings', () => {
  it('maps limits and sampling, and tells what has no setting', () => {
    const { value, told } = encoded({
      maxOutputTokens: 9,
      temperature: 1.5,
      topP: 0.9,
      stop: ['END', ' '],
      seed: 1,
      user: 'u',
      topK: 5,
      choices: 2,
    })
    expect(value.inferenceConfig).toEqual({ maxTokens: 9, temperature: 1, topP: 0.9, stopSequences: ['END'] })
    expect(told).toEqual([
      'top_k:dropped',
      'seed:dropped',
      'user:dropped',
      'n:dropped',
      'temperature:changed',
      'stop:dropped',
    ])
  })

  it('sends one of temperature and top-p to models that take only one', () => {
    const { value, told } = encoded({ model: 'eu.claude', temperature: 0.5, topP: 0.9, topK: 3 })
    expect(value.inferenceConfig).toEqual({ temperature: 0.5 })
    expect(value.additionalModelRequestFields).toEqual({ top_k: 3 })
    expect(told).toEqual(['top_p:dropped'])
  })

  it('asks each family for thinking in its own words', () => {
    const fields = (model: string, call: Partial<ChatCall>) => encoded({ model, ...call })
    const high = { reasoning: { effort: 'high' } } as const
    const claude = fields('claude', { ...high, temperature: 0.2, topK: 3 })
    expect(claude.value).toMatchObject({
      inferenceConfig: { maxTokens: 8192 + 16_384 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 16_384 } },
    })
    expect(claude.told).toEqual(['max_tokens:changed', 'top_k:dropped', 'temperature:dropped'])
    expect(fields('claude-new', high).value).toEqual({
      messages: expect.anything(),
      additionalModelRequestFields: { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    })
    expect(fields('nova', { ...high, topK: 5 }).value.additionalModelRequestFields).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' },
      inferenceConfig: { topK: 5 },
    })
    expect(fields('gpt-oss', { reasoning: { budgetTokens: 1024 } })).toMatchObject({
      value: { additionalModelRequestFields: { reasoning_effort: 'low' } },
      told: ['reasoning_effort:changed'],
    })
    expect(fields('nova', { reasoning: { effort: 'none' } }).value.additionalModelRequestFields).toEqual({
      reasoningConfig: { type: 'disabled' },
    })
    expect(fields('other', high).told).toEqual(['reasoning_effort:dropped'])
    expect(fields('other', { reasoning: { effort: 'none' } }).told).toEqual([])
  })

  it('gives a schema as text, and tells of a format it has not', () => {
    const schema = { type: 'object' }
    expect(encoded({ format: { type: 'json-schema', schema, name: 'n', strict: true } })).toMatchObject({
      value: {
        outputConfig: {
          textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}', name: 'n' } } },
        },
      },
      told: [],
    })
    expect(encoded({ format: { type: 'json' } }).told).toEqual(['response_format:dropped'])
  })

  it('maps metadata and tiers', () => {
    expect(encoded({ metadata: { team: 'blue', note: 'ü' }, serviceTier: 'flex' })).toMatchObject({
      value: { requestMetadata: { team: 'blue' }, serviceTier: { type: 'flex' } },
      told: ['metadata:dropped'],
    })
    expect(encoded({ serviceTier: 'auto' })).toMatchObject({
      value: { serviceTier: { type: 'default' } },
      told: ['service_tier:changed'],
    })
    expect(encoded({ serviceTier: 'scale' }).told).toEqual(['service_tier:dropped'])
  })

  it('tells of fields that only the client knows', () => {
    const extras = { wire: 'openai-chat', fields: { store: true } }
    expect(encoded({ extras }).told).toEqual(['store:dropped'])
  })
})
