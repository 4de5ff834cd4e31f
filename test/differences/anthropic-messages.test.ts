/** Differences that apps and providers of Anthropic's format meet; each also against its recording where the corpus is. */

import { describe, expect, it } from 'vitest'
import { anthropicMessages } from '../../src/wires/anthropic-messages/index.ts'
import { openaiChat } from '../../src/wires/openai-chat/index.ts'
import { STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import { callsOf, chunks, events, hearStream, hearWhole, recorded, textOf } from './read.ts'

const start = {
  type: 'message_start',
  message: {
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    usage: { input_tokens: 10, output_tokens: 1 },
  },
}
const block = (content: object, index = 0) => ({
  type: 'content_block_start',
  index,
  content_block: JSON.parse(JSON.stringify(content)),
})
const delta = (content: object, index = 0) => ({
  type: 'content_block_delta',
  index,
  delta: JSON.parse(JSON.stringify(content)),
})
const blockEnd = (index = 0) => ({ type: 'content_block_stop', index })
const end = (stop: string, usage: object = { output_tokens: 5 }) => ({
  type: 'message_delta',
  delta: { stop_reason: stop },
  usage: JSON.parse(JSON.stringify(usage)),
})
const STOP = { type: 'message_stop' }
const text = [block({ type: 'text', text: '' }), delta({ type: 'text_delta', text: 'Hi' }), blockEnd()]
const message = (more: object) =>
  JSON.parse(
    JSON.stringify({
      id: 'm1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 10, output_tokens: 5 },
      ...more,
    }),
  )

describe('framing', () => {
  it('difference 4: an end mark of another format is read over and never written', () => {
    const heard = hearStream(anthropicMessages, `${events(start, ...text, end('end_turn'), STOP)}data: [DONE]\n\n`)
    expect([textOf(heard), heard.error]).toEqual(['Hi', undefined])
    const other = hearStream(
      openaiChat,
      chunks({ id: 'c', model: 'm', choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] }),
    )
    const encoder = anthropicMessages.encodeStream({ includeUsage: true, model: 'm', id: 'x', createdSeconds: 0 })
    expect(encoder.push(other.parts) + encoder.end()).not.toContain('[DONE]')
    const real = recorded(4, anthropicMessages)
    if (real) expect([real.error, real.tapped.complete]).toEqual([undefined, true])
  })

  it('difference 6: spaces before a closing brace are no text', () => {
    const padded = events(start, ...text, end('end_turn'), STOP).replaceAll('}\n\n', '          }\n\n')
    expect(textOf(hearStream(anthropicMessages, padded))).toBe('Hi')
  })

  it('difference 7: pings may come anywhere', () => {
    const ping = { type: 'ping' }
    const heard = hearStream(anthropicMessages, events(start, ping, ...text, ping, end('end_turn'), ping, STOP))
    expect([textOf(heard), heard.error, heard.tapped.complete]).toEqual(['Hi', undefined, true])
    const real = recorded(7, anthropicMessages)
    if (real) expect(real.reply.choices[0]?.finish).toBe('refusal')
  })
})

describe('usage', () => {
  it('difference 12: counts in message_delta are totals, and the last one counts', () => {
    const heard = hearStream(
      anthropicMessages,
      events(
        start,
        ...text,
        end('end_turn', { input_tokens: 104, output_tokens: 3 }),
        end('end_turn', { output_tokens: 5 }),
        STOP,
      ),
    )
    expect([heard.tapped.usage, heard.reply.usage]).toEqual([
      { input: 104, output: 5 },
      { input: 104, output: 5 },
    ])
    const real = recorded(12, anthropicMessages)
    if (real) expect(real.tapped.usage?.input).toBeGreaterThan(10_000)
  })

  it('difference 13: a prompt count without cached tokens, and one with them, become the same units', () => {
    const apart = hearWhole(
      anthropicMessages,
      message({ usage: { input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 5 } }),
    )
    const within = hearWhole(openaiChat, {
      id: 'c',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 100, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 90 } },
    })
    expect(apart.tapped.usage).toEqual({ input: 10, cacheRead: 90, output: 5 })
    expect(within.tapped.usage).toEqual(apart.tapped.usage)
  })

  it('difference 14: cache writes are counted by how long they live', () => {
    const usage = {
      input_tokens: 10,
      output_tokens: 5,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    }
    expect(hearWhole(anthropicMessages, message({ usage })).tapped.usage).toEqual({
      input: 10,
      cacheWrite5m: 10,
      cacheWrite1h: 20,
      output: 5,
    })
  })

  it('difference 21: work beside the reply is counted, and the model that answered is told', () => {
    const usage = {
      input_tokens: 10,
      output_tokens: 5,
      server_tool_use: { web_search_requests: 2 },
      iterations: [
        { type: 'message', input_tokens: 10, output_tokens: 5 },
        { type: 'compaction', input_tokens: 100, output_tokens: 20 },
      ],
    }
    const heard = hearWhole(anthropicMessages, message({ model: 'answered', usage }))
    expect(heard.tapped).toMatchObject({ model: 'answered', usage: { input: 110, output: 25, search: 2 } })
    const real = recorded(21, anthropicMessages)
    if (real) expect(real.tapped.usage).toEqual(real.reply.usage)
  })
})

describe('stop reasons and tools', () => {
  it.each([
    ['end_turn', 'stop'],
    ['tool_use', 'tool-calls'],
    ['max_tokens', 'length'],
    ['stop_sequence', 'stop-sequence'],
    ['refusal', 'refusal'],
    ['pause_turn', 'pause'],
  ])('difference 22: %s is understood as %s', (word, finish) => {
    expect(hearWhole(anthropicMessages, message({ stop_reason: word })).reply.choices[0]?.finish).toBe(finish)
  })

  it('difference 27: a call without arguments has {}', () => {
    const heard = hearStream(
      anthropicMessages,
      events(
        start,
        block({ type: 'tool_use', id: 'toolu_1', name: 'now', input: {} }),
        delta({ type: 'input_json_delta', partial_json: '' }),
        blockEnd(),
        end('tool_use'),
        STOP,
      ),
    )
    expect(callsOf(heard)).toEqual([{ id: 'toolu_1', name: 'now', arguments: '{}' }])
    const real = recorded(27, anthropicMessages)
    if (real) for (const each of callsOf(real)) expect(() => JSON.parse(each.arguments)).not.toThrow()
  })

  it('difference 33: a signature without thinking comes back as it was', () => {
    const heard = hearWhole(
      anthropicMessages,
      message({
        content: [
          { type: 'thinking', thinking: '', signature: 'c2ln' },
          { type: 'text', text: 'Hi' },
        ],
      }),
    )
    const call = {
      model: 'm',
      stream: false,
      maxOutputTokens: 10,
      messages: [
        { role: 'user' as const, content: [{ type: 'text' as const, text: 'q' }] },
        { role: 'assistant' as const, content: heard.reply.choices[0]?.content ?? [] },
      ],
    }
    const { value } = anthropicMessages.encodeRequest(call, STANDARD_QUIRKS)
    expect(JSON.stringify(value)).toContain('{"type":"thinking","thinking":"","signature":"c2ln"}')
    const real = recorded(33, anthropicMessages)
    if (real) expect(real.error).toBeUndefined()
  })

  it('difference 43: citations keep their addresses', () => {
    const citation = {
      type: 'web_search_result_location',
      url: 'https://example.com/a',
      title: 'A',
      cited_text: 'x',
      encrypted_index: 'e',
    }
    const heard = hearStream(
      anthropicMessages,
      events(
        start,
        block({ type: 'text', text: '', citations: [] }),
        delta({ type: 'citations_delta', citation }),
        delta({ type: 'text_delta', text: 'Hi' }),
        blockEnd(),
        end('end_turn'),
        STOP,
      ),
    )
    expect(heard.reply.choices[0]?.content).toMatchObject([
      { type: 'text', citations: [{ url: 'https://example.com/a' }] },
    ])
    const real = recorded(43, anthropicMessages)
    if (real) expect(JSON.stringify(real.reply)).toContain('"citations"')
  })
})
