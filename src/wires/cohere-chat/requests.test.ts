/** What the cohere-chat wire makes of requests, its own and those of other wires. */

import { describe, expect, it } from 'vitest'
import { callOf, features } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { cohereChat as wire } from './index.ts'

describe('requests', () => {
  it('keeps everything a client of this wire says', () => {
    const body = {
      model: 'command',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
          mood: 'gay',
        },
        {
          role: 'assistant',
          tool_plan: 'I will look.',
          tool_calls: [{ id: 'look_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
        },
        {
          role: 'tool',
          tool_call_id: 'look_1',
          content: [{ type: 'document', document: { id: 'd', data: { text: 'Red' } } }],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm' },
            { type: 'text', text: 'Red.' },
          ],
          citations: [{ start: 0, end: 3, text: 'Red', sources: [] }],
        },
        { role: 'user', content: 'Sure?' },
      ],
      documents: ['plain', { data: { title: 'T', text: 'titled' } }, { id: 'x', data: { snippet: 's' } }],
      tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' }, returns: 'text' } }],
      tool_choice: 'REQUIRED',
      response_format: { type: 'json_object', json_schema: { type: 'object' } },
      thinking: { type: 'enabled', token_budget: 99 },
      max_tokens: 5,
      temperature: 0.1,
      p: 0.2,
      k: 3,
      seed: 4,
      frequency_penalty: 0.5,
      presence_penalty: 0.6,
      stop_sequences: ['END'],
      logprobs: true,
      strict_tools: true,
      safety_mode: 'OFF',
      citation_options: { mode: 'FAST' },
      stream: true,
    }
    const decoded = wire.decodeRequest(body)
    if (!decoded.ok) throw new Error(decoded.error.message)
    expect(decoded.value).toMatchObject({ topP: 0.2, topK: 3, toolChoice: { type: 'required' } })
    expect(wire.encodeRequest(decoded.value, quirks)).toEqual({ value: body, warnings: [] })
  })

  it('puts the documents of another wire beside the conversation, and thinking before calls into the plan', () => {
    const { value, warnings } = wire.encodeRequest(
      callOf({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'document', source: { kind: 'text', mediaType: 'text/plain', text: 'Facts' }, title: 'F' },
              { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'AAAA' } },
              { type: 'text', text: 'Who?' },
            ],
          },
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', text: 'Look it up', signature: 'sig' },
              { type: 'tool-call', id: 'toolu_1', name: 'find', arguments: '{}' },
            ],
          },
          { role: 'user', content: [{ type: 'tool-result', id: 'toolu_1', content: [{ type: 'text', text: 'Ada' }] }] },
        ],
      }),
      quirks,
    )
    expect(value).toEqual({
      model: 'm',
      messages: [
        { role: 'user', content: 'Who?' },
        {
          role: 'assistant',
          tool_plan: 'Look it up',
          tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'find', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'Ada' },
      ],
      documents: [{ data: { title: 'F', text: 'Facts' } }],
      stream: false,
    })
    expect(features(warnings)).toEqual(['messages[0].content[1]:dropped', 'messages[1].content[0].signature:dropped'])
  })

  it('says what the API has no word for', () => {
    const { value, warnings } = wire.encodeRequest(
      callOf({
        tools: [
          { kind: 'function', name: 'a', parameters: {}, strict: true },
          { kind: 'function', name: 'b' },
          { kind: 'provider', wire: 'anthropic-messages', value: { type: 'web_search' } },
        ],
        toolChoice: { type: 'tool', name: 'b' },
        reasoning: { effort: 'low' },
        choices: 2,
        minP: 0.1,
        user: 'u',
        logprobs: { top: 3 },
        parallelToolCalls: false,
        format: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
        extras: { wire: 'openai-chat', fields: { store: true } },
      }),
      quirks,
    )
    expect(value).toMatchObject({
      tools: [{ type: 'function', function: { name: 'b', parameters: { type: 'object', properties: {} } } }],
      tool_choice: 'REQUIRED',
      thinking: { type: 'enabled', token_budget: 2048 },
      response_format: { type: 'json_object', json_schema: { type: 'object' } },
      logprobs: true,
    })
    expect(features(warnings)).toEqual([
      'min_p:dropped',
      'n:dropped',
      'parallel_tool_calls:dropped',
      'store:dropped',
      'thinking:changed',
      'tool_choice:changed',
      'top_logprobs:dropped',
      'user:dropped',
    ])
  })

  it.each([
    [{ messages: [] }, 'model'],
    [{ model: 'm', message: 'Hi' }, 'messages'],
    [{ model: 'm', messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ model: 'm', messages: [{ role: 'x' }] }, 'messages[0]'],
    [{ model: 'm', messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ model: 'm', messages: [{ role: 'user', content: 'x' }], tool_choice: 'auto' }, 'tool_choice'],
    [{ model: 'm', messages: [{ role: 'user', content: 'x' }], p: '1' }, 'p'],
  ])('names the field that is wrong: %j', (body, param) => {
    const decoded = wire.decodeRequest(body)
    expect(decoded.ok ? 'ok' : decoded.error.param).toBe(param)
  })

  it('lowers the output limit to what policy allows', () => {
    const patch = { model: 'up', maxOutputTokens: 10 }
    expect(wire.patchRequest({}, patch, quirks).fields).toEqual({ model: 'up', max_tokens: 10 })
    expect(wire.patchRequest({ max_tokens: 50 }, patch, quirks).fields).toEqual({ model: 'up', max_tokens: 10 })
    expect(wire.patchRequest({ max_tokens: 5 }, patch, quirks).fields).toEqual({ model: 'up' })
  })
})
