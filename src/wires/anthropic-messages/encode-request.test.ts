import { describe, expect, it } from 'vitest'
import type { Block, ChatCall, Message } from '../../ground/chat-call.ts'
import { type Quirks, STANDARD_QUIRKS } from '../quirks.ts'
import { encodeRequest } from './encode-request.ts'

const text = (words: string): Block => ({ type: 'text', text: words })
const user = (words: string): Message => ({ role: 'user', content: [text(words)] })

function call(fields: Partial<ChatCall>): ChatCall {
  return { model: 'm', messages: [user('hi')], stream: false, maxOutputTokens: 9000, ...fields }
}

function encode(fields: Partial<ChatCall>, quirks: Partial<Quirks> = {}) {
  const { value, warnings } = encodeRequest(call(fields), { ...STANDARD_QUIRKS, ...quirks })
  return { body: value, warnings: warnings.map(({ feature, effect }) => `${feature}:${effect}`) }
}

const weather: ChatCall['tools'] = [{ kind: 'function', name: 'weather', parameters: { type: 'object' } }]

describe('encodeRequest', () => {
  it('puts leading system messages on top and moves later ones there with a warning', () => {
    const { body, warnings } = encode({
      messages: [
        { role: 'system', content: [text('one')] },
        { role: 'developer', content: [text('two')] },
        user('hi'),
        { role: 'system', content: [text('three')] },
      ],
    })
    expect(body.system).toEqual([
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
      { type: 'text', text: 'three' },
    ])
    expect(body.messages).toEqual([{ role: 'user', content: 'hi' }])
    expect(warnings).toEqual(['messages[1].role:changed', 'messages[3]:changed'])
  })

  it('leaves a system message amid the conversation where a Messages client put it', () => {
    const { body, warnings } = encode({
      messages: [user('hi'), { role: 'system', content: [text('be brief')] }],
      extras: { wire: 'anthropic-messages', fields: {} },
    })
    expect(body.messages).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'system', content: 'be brief' },
    ])
    expect(warnings).toEqual([])
  })

  it('joins tool results and the words after them into one user turn, results first', () => {
    const { body } = encode({
      tools: weather,
      messages: [
        user('hi'),
        {
          role: 'assistant',
          content: [
            { type: 'tool-call', id: 'a', name: 'weather', arguments: '{}' },
            { type: 'tool-call', id: 'b', name: 'weather', arguments: '{"x":1}' },
          ],
        },
        user('hurry'),
        { role: 'tool', content: [{ type: 'tool-result', id: 'a', content: [text('sun')] }] },
        { role: 'tool', content: [{ type: 'tool-result', id: 'b', content: [], isError: true }] },
      ],
    })
    expect(body.messages).toEqual([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'weather', input: {} },
          { type: 'tool_use', id: 'b', name: 'weather', input: { x: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'sun' },
          { type: 'tool_result', tool_use_id: 'b', is_error: true },
          { type: 'text', text: 'hurry' },
        ],
      },
    ])
  })

  it('makes ids that the provider accepts and keeps calls and results together', () => {
    const turn = (id: string): Message[] => [
      { role: 'assistant', content: [{ type: 'tool-call', id, name: 'weather', arguments: '{}' }] },
      { role: 'tool', content: [{ type: 'tool-result', id, content: [text('sun')] }] },
    ]
    // Kimi repeats ids across turns, Gemini has none.
    const ids = ['functions.add:0', 'functions.add:0', '', '', 'functions_add:0']
    const { body } = encode({ tools: weather, messages: [user('hi'), ...ids.flatMap(turn)] })
    const given = JSON.stringify(body.messages).match(/"(?:id|tool_use_id)":"[^"]*"/g) ?? []
    const values = given.map((pair) => pair.replace(/.*:"|"$/g, ''))
    const calls = values.filter((_, index) => index % 2 === 0)
    expect(values.filter((_, index) => index % 2 === 1)).toEqual(calls)
    expect(new Set(calls).size).toBe(5)
    for (const id of calls) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/)
  })

  it('carries cut-off arguments whole under one key and says so', () => {
    const { body, warnings } = encode({
      messages: [
        user('hi'),
        { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'weather', arguments: '{"city":"Par' }] },
        { role: 'tool', content: [{ type: 'tool-result', id: 'a', content: [text('?')] }] },
      ],
    })
    expect(JSON.stringify(body)).toContain('"input":{"unparsed_arguments":"{\\"city\\":\\"Par"}')
    expect(warnings).toEqual(['messages[1].content[0].arguments:changed'])
  })

  it('drops unsigned reasoning and keeps signed and redacted thinking', () => {
    const { body, warnings } = encode({
      messages: [
        user('hi'),
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'hm' },
            { type: 'reasoning', text: '', signature: 's' },
            { type: 'reasoning', text: '', redacted: 'r' },
            text('yes'),
          ],
        },
        user('go on'),
      ],
    })
    expect(body.messages).toContainEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: '', signature: 's' },
        { type: 'redacted_thinking', data: 'r' },
        { type: 'text', text: 'yes' },
      ],
    })
    expect(warnings).toEqual(['messages[1].content[0]:dropped'])
  })

  it('warns of everything the Messages API lacks', () => {
    const { body, warnings } = encode({
      messages: [{ role: 'user', name: 'Ann', content: [text('hi'), { type: 'audio', format: 'wav', data: 'AA' }] }],
      choices: 2,
      logprobs: { top: 3 },
      logitBias: { '1': 2 },
      frequencyPenalty: 1,
      presencePenalty: 1,
      seed: 7,
      minP: 0.1,
      metadata: { a: 'b' },
      serviceTier: 'flex',
      format: { type: 'json' },
      toolChoice: { type: 'required' },
      temperature: 1.5,
      extras: { wire: 'openai-chat', fields: { store: true } },
    })
    expect(body).toEqual({
      model: 'm',
      max_tokens: 9000,
      messages: [{ role: 'user', content: 'hi' }],
      temperature: 1,
    })
    expect(new Set(warnings)).toEqual(
      new Set([
        'messages[0].name:dropped',
        'messages[0].content[1]:dropped',
        'n:dropped',
        'logprobs:dropped',
        'logit_bias:dropped',
        'frequency_penalty:dropped',
        'presence_penalty:dropped',
        'seed:dropped',
        'min_p:dropped',
        'metadata:dropped',
        'service_tier:dropped',
        'response_format:dropped',
        'tool_choice:dropped',
        'temperature:changed',
        'store:dropped',
      ]),
    )
  })

  it('drops top_p beside a temperature and blank stop words', () => {
    const { body, warnings } = encode({ temperature: 1, topP: 1, stop: ['\n', 'END'] })
    expect(body).toMatchObject({ temperature: 1, stop_sequences: ['END'] })
    expect(body).not.toHaveProperty('top_p')
    expect(warnings).toEqual(['stop:dropped', 'top_p:dropped'])
  })

  it('asks for one call at a time inside the tool choice', () => {
    expect(encode({ tools: weather, parallelToolCalls: false }).body.tool_choice).toEqual({
      type: 'auto',
      disable_parallel_tool_use: true,
    })
    expect(encode({ tools: weather, parallelToolCalls: true }).body).not.toHaveProperty('tool_choice')
  })

  it('sends a JSON schema as output_config and says what does not go along', () => {
    const format = { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: false } as const
    const { body, warnings } = encode({ format })
    expect(body.output_config).toEqual({ format: { type: 'json_schema', schema: { type: 'object' } } })
    expect(warnings).toEqual(['response_format.json_schema.name:dropped', 'response_format.json_schema.strict:changed'])
    expect(encode({ format }, { structuredOutput: 'json' })).toMatchObject({ warnings: ['response_format:dropped'] })
  })

  it('reads data addresses and text files, and tells what it cannot show', () => {
    const { body, warnings } = encode({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { kind: 'url', url: 'data:image/png;base64,AAAA' }, detail: 'high' },
            { type: 'document', source: { kind: 'base64', mediaType: 'text/csv', data: 'YSxiCg==' }, title: 't' },
            { type: 'document', source: { kind: 'base64', mediaType: 'application/zip', data: 'AAAA' } },
          ],
        },
      ],
    })
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b\n' }, title: 't' },
        ],
      },
    ])
    expect(warnings).toEqual(['messages[0].content[0].detail:dropped', 'messages[0].content[2]:dropped'])
  })

  it('makes conversations sendable that other wires allow', () => {
    const { body, warnings } = encode({
      messages: [
        { role: 'assistant', content: [text('Hello')] },
        user(''),
        user('hi'),
        { role: 'assistant', content: [text('The answer is ')] },
      ],
    })
    expect(body.messages).toEqual([
      { role: 'user', content: '(conversation continues)' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'The answer is' },
    ])
    expect(warnings).toEqual(['messages:changed'])
    expect(encode({ messages: [{ role: 'system', content: [text('Write a poem')] }] }).body).toMatchObject({
      messages: [{ role: 'user', content: 'Write a poem' }],
    })
  })

  it('drops tools and blocks of other wires', () => {
    const { body, warnings } = encode({
      tools: [{ kind: 'provider', wire: 'openai-chat', value: { type: 'x' } }],
      messages: [user('hi'), { role: 'assistant', content: [{ type: 'opaque', wire: 'openai-chat', value: {} }] }],
    })
    expect(body).toEqual({ model: 'm', max_tokens: 9000, messages: [{ role: 'user', content: 'hi' }] })
    expect(warnings).toEqual(['tools[0]:dropped', 'messages[1].content[0]:dropped'])
  })
})
