/** Golden cases of the openai-chat wire: dialects of streams and error envelopes, and requests of other wires. */

import { describe, expect, it } from 'vitest'
import type { ChatCall } from '../../../src/ground/chat-call.ts'
import { Gatherer } from '../../../src/ground/gather.ts'
import type { Json, JsonObject } from '../../../src/ground/json.ts'
import { SseParser } from '../../../src/ground/sse.ts'
import { openaiChat as wire } from '../../../src/wires/openai-chat/index.ts'
import { type Quirks, STANDARD_QUIRKS } from '../../../src/wires/quirks.ts'
import errors from './errors.json' with { type: 'json' }
import streams from './streams.json' with { type: 'json' }

function gatherStream(events: readonly unknown[], quirks: Quirks): Gatherer {
  const text = events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('')
  const parser = new SseParser()
  const decoder = wire.decodeStream(quirks)
  const gatherer = new Gatherer()
  for (const event of [...parser.push(`: comment\n\n${text}`), ...parser.end()]) gatherer.push(decoder.push(event))
  gatherer.push(decoder.end())
  return gatherer
}

describe('streams', () => {
  for (const golden of streams.cases) {
    it(golden.name, () => {
      const quirks = { ...STANDARD_QUIRKS, cumulativeMessage: golden.cumulativeMessage === true }
      const gatherer = gatherStream(golden.stream, quirks)
      if (golden.error) {
        expect(gatherer.error).toMatchObject({ ...golden.error, origin: 'upstream' })
        expect(gatherer.complete).toBe(false)
      } else {
        expect(gatherer.error).toBeUndefined()
        expect(gatherer.reply()).toEqual(golden.reply)
        expect(gatherer.complete).toBe(true)
      }
    })
  }
})

describe('errors', () => {
  for (const golden of errors.cases) {
    it(`reads the envelope: ${golden.name}`, () => {
      const headers = new Headers('headers' in golden ? (golden.headers as Record<string, string>) : {})
      const error = wire.decodeError(golden.status, headers, golden.body as Json)
      expect(error).toMatchObject({ ...golden.error, origin: 'upstream', upstreamStatus: golden.status })
    })
  }
})

const foreign: ChatCall = {
  model: 'm',
  messages: [
    {
      role: 'system',
      content: [
        { type: 'text', text: 'One.' },
        { type: 'text', text: 'Two.', cache: { ttl: '5m' } },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'Look.' }] },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm', signature: 's' },
        { type: 'tool-call', id: 'toolu_1', name: 'see', arguments: '{}' },
        { type: 'tool-call', id: 'toolu_2', name: 'see', arguments: '{}' },
      ],
    },
    {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          id: 'toolu_1',
          content: [
            { type: 'text', text: 'A picture' },
            { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
          ],
        },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-result', id: 'toolu_2', content: [], isError: true }] },
    { role: 'user', content: [{ type: 'text', text: 'What is it?' }] },
  ],
  tools: [
    { kind: 'function', name: 'see', parameters: { type: 'object' } },
    { kind: 'provider', wire: 'anthropic-messages', value: { type: 'web_search_20250305', name: 'web_search' } },
  ],
  stream: true,
  maxOutputTokens: 100,
  topK: 5,
  reasoning: { budgetTokens: 5000 },
  extras: { wire: 'anthropic-messages', fields: { container: 'c' } },
}

describe('requests of another wire', () => {
  it('become what the API takes, with a warning for each loss', () => {
    const { value, warnings } = wire.encodeRequest(foreign, STANDARD_QUIRKS)
    expect(value).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'One.\n\nTwo.' },
        { role: 'user', content: 'Look.' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'toolu_1', type: 'function', function: { name: 'see', arguments: '{}' } },
            { id: 'toolu_2', type: 'function', function: { name: 'see', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'A picture\n\n[image attached below]' },
        { role: 'tool', tool_call_id: 'toolu_2', content: '' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Attachment of tool result toolu_1:' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            { type: 'text', text: 'What is it?' },
          ],
        },
      ],
      tools: [{ type: 'function', function: { name: 'see', parameters: { type: 'object' } } }],
      max_tokens: 100,
      reasoning_effort: 'medium',
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(warnings.map(({ feature, effect }) => `${feature}:${effect}`).sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'cache_control:dropped',
      'container:dropped',
      'messages[2].reasoning_content:dropped',
      'messages[3].content[0].content[1]:changed',
      'messages[4].content[0].is_error:dropped',
      'thinking:changed',
      'tools[1]:dropped',
      'top_k:dropped',
    ])
  })

  it('get tool ids of the length a vendor demands, the same for call and result', () => {
    const { value } = wire.encodeRequest(foreign, {
      ...STANDARD_QUIRKS,
      toolIdLength: 9,
      reasoningField: 'thinking-blocks',
    })
    const text = JSON.stringify(value)
    const ids = [...text.matchAll(/"(?:id|tool_call_id)":"([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toHaveLength(4)
    expect(ids.slice(0, 2)).toEqual(ids.slice(2))
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]{9}$/)
    expect(text).toContain('"thinking":[{"type":"text","text":"Hm"}],"signature":"s"')
  })

  it('keep cache breakpoints and signatures where the vendor takes them', () => {
    const quirks: Quirks = {
      ...STANDARD_QUIRKS,
      cacheControl: true,
      reasoningField: 'reasoning',
      reasoningRequest: 'reasoning-object',
    }
    const { value, warnings } = wire.encodeRequest(foreign, quirks)
    expect(value.reasoning).toEqual({ max_tokens: 5000 })
    expect(Array.isArray(value.messages) && [value.messages[0], value.messages[2]]).toMatchObject([
      {
        content: [
          { type: 'text', text: 'One.' },
          { text: 'Two.', cache_control: { type: 'ephemeral' } },
        ],
      },
      { reasoning: 'Hm', reasoning_details: [{ type: 'reasoning.text', text: 'Hm', signature: 's', index: 0 }] },
    ])
    expect(warnings.map(({ feature }) => feature)).not.toContain('cache_control')
  })
})

describe('patchRequest', () => {
  const patch = (body: JsonObject, quirks: Partial<Quirks> = {}, limit?: number) =>
    wire.patchRequest(
      body,
      { model: 'up', ...(limit !== undefined && { maxOutputTokens: limit }) },
      { ...STANDARD_QUIRKS, ...quirks },
    )

  it('asks for usage in a stream where nobody did, and keeps the other options', () => {
    expect(patch({ stream: true, stream_options: { include_obfuscation: false } })).toEqual({
      fields: { model: 'up', stream_options: { include_obfuscation: false, include_usage: true } },
      askedUsage: true,
    })
    expect(patch({ stream: true, stream_options: { include_usage: true } }).askedUsage).toBe(false)
    expect(patch({ stream: true }, { streamUsage: 'always' })).toEqual({ fields: { model: 'up' }, askedUsage: false })
  })

  it('lowers the output limit under the name the client gave it, or sets one', () => {
    expect(patch({ max_tokens: 50 }, {}, 100).fields).toEqual({ model: 'up' })
    expect(patch({ max_tokens: 500 }, {}, 100).fields).toEqual({ model: 'up', max_tokens: 100 })
    expect(patch({}, { maxTokensField: 'max_completion_tokens' }, 100).fields).toEqual({
      model: 'up',
      max_completion_tokens: 100,
    })
  })

  it('hides the usage chunk that the client did not ask for, and reads it', () => {
    const tap = wire.tap(STANDARD_QUIRKS, true)
    const events: JsonObject[] = [
      { model: 'm', choices: [{ index: 0, delta: { content: 'a' } }] },
      { model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { model: 'm', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
    ]
    expect(events.map((chunk) => tap.event({ event: '', data: JSON.stringify(chunk) }))).toEqual([false, false, true])
    expect(tap.result()).toEqual({ model: 'm', finish: 'stop', usage: { input: 1, output: 2 }, complete: true })
  })
})

describe('usage', () => {
  const usageOf = (usage: JsonObject, quirks: Partial<Quirks> = {}) => {
    const body = { id: 'c', model: 'm', choices: [{ message: { content: 'a' }, finish_reason: 'stop' }], usage }
    const reply = wire.decodeReply(body, { ...STANDARD_QUIRKS, ...quirks })
    return reply.ok ? reply.value.usage : undefined
  }

  it('adds reasoning on top where the total or the vendor says so', () => {
    const details = { completion_tokens_details: { reasoning_tokens: 3 } }
    expect(usageOf({ prompt_tokens: 5, completion_tokens: 4, total_tokens: 9, ...details })).toEqual({
      input: 5,
      output: 1,
      reasoning: 3,
    })
    expect(usageOf({ prompt_tokens: 5, completion_tokens: 4, total_tokens: 12, ...details })).toEqual({
      input: 5,
      output: 4,
      reasoning: 3,
    })
    expect(
      usageOf({ prompt_tokens: 5, completion_tokens: 4, ...details }, { completionIncludesReasoning: false }),
    ).toEqual({ input: 5, output: 4, reasoning: 3 })
  })

  it('finds cached tokens under every vendor name and takes them out of the prompt', () => {
    expect(usageOf({ prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 })).toEqual({
      input: 5,
      cacheRead: 4,
      output: 1,
    })
    expect(usageOf({ prompt_tokens: 9, completion_tokens: 1, cached_tokens: 4 })).toEqual({
      input: 5,
      cacheRead: 4,
      output: 1,
    })
    expect(
      usageOf({ prompt_tokens: 9, completion_tokens: 1, cache_read_input_tokens: 4, cache_creation_input_tokens: 3 }),
    ).toEqual({ input: 2, cacheRead: 4, cacheWrite5m: 3, output: 1 })
  })

  it('counts audio on top of the prompt only where the total proves it', () => {
    const details = { prompt_tokens_details: { audio_tokens: 8 } }
    expect(usageOf({ prompt_tokens: 10, completion_tokens: 1, total_tokens: 11, ...details })).toEqual({
      input: 2,
      audioIn: 8,
      output: 1,
    })
    expect(usageOf({ prompt_tokens: 10, completion_tokens: 1, total_tokens: 19, ...details })).toEqual({
      input: 10,
      audioIn: 8,
      output: 1,
    })
  })
})
