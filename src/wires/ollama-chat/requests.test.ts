/** What the ollama-chat wire makes of requests, its own and those of other wires. */

import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../ground/json.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { ollamaChat as wire } from './index.ts'
import { callOf, features } from './streams.fixture.ts'

function roundTrip(body: JsonObject) {
  const decoded = wire.decodeRequest(body)
  if (!decoded.ok) throw new Error(decoded.error.message)
  return wire.encodeRequest(decoded.value, quirks)
}

describe('ollama-chat requests', () => {
  it('keeps everything a client of this wire says', () => {
    const body = {
      model: 'qwen3',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is this?', images: ['iVBORw0KGgoAAA'] },
        {
          role: 'assistant',
          content: 'Let me see.',
          thinking: 'Hm',
          tool_calls: [
            { function: { name: 'look', arguments: { deep: true } } },
            { function: { name: 'now', arguments: {} } },
          ],
        },
        { role: 'tool', content: '12:00', tool_name: 'now' },
        { role: 'tool', content: 'A cat', tool_name: 'look' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: {} } }],
        },
        { role: 'tool', content: 'A dog', tool_name: 'look', tool_call_id: 'c1', certain: true },
      ],
      tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' }, returns: 'text' } }],
      format: { type: 'object' },
      think: 'high',
      options: {
        num_predict: 9,
        temperature: 0.1,
        top_p: 0.2,
        top_k: 3,
        min_p: 0.4,
        frequency_penalty: 0.5,
        presence_penalty: 0.6,
        seed: 7,
        stop: ['END'],
        num_ctx: 4096,
      },
      logprobs: true,
      top_logprobs: 2,
      stream: false,
      keep_alive: '5m',
    }
    expect(roundTrip(body)).toEqual({ value: body, warnings: [] })
    const decoded = wire.decodeRequest(body)
    const blocks = decoded.ok ? decoded.value.messages.flatMap(({ content }) => content) : []
    const ids = (name: string) =>
      blocks.flatMap((block) =>
        (block.type === 'tool-call' || block.type === 'tool-result') && block.name === name ? [block.id] : [],
      )
    expect(new Set(ids('now')).size).toBe(1)
    expect(ids('look')[0]).toBe(ids('look')[1])
    expect(ids('look').slice(2)).toEqual(['c1', 'c1'])
  })

  it('streams unless told otherwise, and takes a limit below zero for none', () => {
    const decoded = wire.decodeRequest({ model: 'm', messages: [], options: { num_predict: -1, stop: 'x' } })
    expect(decoded.ok && decoded.value).toMatchObject({ stream: true, stop: ['x'] })
    expect(decoded.ok && decoded.value.maxOutputTokens).toBeUndefined()
    expect(decoded.ok && wire.encodeRequest(decoded.value, quirks).value.options).toEqual({
      num_predict: -1,
      stop: ['x'],
    })
  })

  it('writes a call of another wire with objects for arguments and names for results', () => {
    const { value, warnings } = wire.encodeRequest(
      callOf({
        messages: [
          { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'A' },
              { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
              { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
              { type: 'document', source: { kind: 'text', mediaType: 'text/plain', text: 'Facts' }, title: 'F' },
            ],
          },
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', text: 'Hm', signature: 's' },
              { type: 'tool-call', id: 'toolu_1', name: 'look', arguments: '{"a":1}' },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool-result', id: 'toolu_1', content: [{ type: 'text', text: 'Red' }], isError: true },
              { type: 'text', text: 'And?' },
            ],
          },
        ],
        stream: true,
      }),
      quirks,
    )
    expect(value).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'A\nF\n\nFacts', images: ['AAAA'] },
        {
          role: 'assistant',
          content: '',
          thinking: 'Hm',
          tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'look', arguments: { a: 1 } } }],
        },
        { role: 'tool', content: 'Red', tool_name: 'look', tool_call_id: 'toolu_1' },
        { role: 'user', content: 'And?' },
      ],
      stream: true,
    })
    expect(features(warnings)).toEqual([
      'messages.role:changed',
      'messages[1].content[2]:dropped',
      'messages[2].content[0].signature:dropped',
      'messages[3].is_error:dropped',
    ])
  })

  it('says what the API has no word for', () => {
    const { value, warnings } = wire.encodeRequest(
      callOf({
        tools: [
          { kind: 'function', name: 'a' },
          { kind: 'function', name: 'b' },
        ],
        toolChoice: { type: 'tool', name: 'b' },
        reasoning: { budgetTokens: 100 },
        choices: 2,
        user: 'u',
        extras: { wire: 'openai-chat', fields: { store: true } },
      }),
      quirks,
    )
    expect(value).toMatchObject({ think: true, tools: [{ function: { name: 'b' } }] })
    expect(features(warnings)).toEqual([
      'n:dropped',
      'store:dropped',
      'thinking:changed',
      'tool_choice:changed',
      'user:dropped',
    ])
  })

  it.each([
    [{ messages: [] }, 'model'],
    [{ model: 'm', messages: 'x' }, 'messages'],
    [{ model: 'm', messages: [{ role: 'x' }] }, 'messages[0]'],
    [{ model: 'm', messages: [{ role: 'user', content: [] }] }, 'messages[0].content'],
    [{ model: 'm', think: 'very' }, 'think'],
    [{ model: 'm', think: 'constructor' }, 'think'],
    [{ model: 'm', format: 'xml' }, 'format'],
    [{ model: 'm', options: { temperature: 'hot' } }, 'options.temperature'],
  ])('names the field that is wrong: %j', (body, param) => {
    const decoded = wire.decodeRequest(body)
    expect(decoded.ok ? 'ok' : decoded.error.param).toBe(param)
  })
})
