/** Calls and replies of other wires through this one, and what is told as lost. */

import { describe, expect, it } from 'vitest'
import type { ChatCall } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { anthropicMessages } from '../anthropic-messages/index.ts'
import { openaiChat } from '../openai-chat/index.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { openaiResponses as wire } from './index.ts'

const defaults = { id: 'x', model: 'm', createdSeconds: 1 }

function call(fields: Partial<ChatCall>): ChatCall {
  return { model: 'm', stream: false, messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }], ...fields }
}

function decoded(body: JsonObject): ChatCall {
  const result = wire.decodeRequest({ model: 'm', ...body })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

describe('a call of another wire', () => {
  it('sends what chat clients send, stored nowhere, with schemas taken as they are', () => {
    const chat = openaiChat.decodeRequest({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'hi' },
            { type: 'image_url', image_url: { url: 'https://example.com/a' } },
          ],
        },
        {
          role: 'assistant',
          content: 'One moment.',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: 'done' },
      ],
      tools: [{ type: 'function', function: { name: 'f' } }],
      max_completion_tokens: 8,
      reasoning_effort: 'xhigh',
      verbosity: 'low',
      service_tier: 'flex',
      response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } },
      seed: 1,
    })
    if (!chat.ok) throw new Error(chat.error.message)
    const { value, warnings } = wire.encodeRequest(chat.value, STANDARD_QUIRKS)
    expect(value).toEqual({
      model: 'm',
      instructions: 'Be brief.',
      input: [
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'hi' },
            { type: 'input_image', image_url: 'https://example.com/a' },
          ],
        },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'One moment.' }] },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: 'done' },
      ],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false }],
      max_output_tokens: 16,
      reasoning: { effort: 'high', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      text: { format: { type: 'json_schema', name: 'response', schema: { type: 'object' } }, verbosity: 'low' },
      service_tier: 'flex',
      store: false,
    })
    expect(warnings.map(({ feature, effect }) => `${feature} ${effect}`)).toEqual([
      'seed dropped',
      'thinking changed',
      'max_tokens changed',
    ])
  })

  it('tells everything that has no form here', () => {
    const { value, warnings } = wire.encodeRequest(
      call({
        messages: [
          { role: 'developer', content: [{ type: 'text', text: 'd', cache: { ttl: '5m' } }] },
          {
            role: 'user',
            name: 'Ann',
            content: [
              { type: 'opaque', wire: 'other', value: {} },
              { type: 'text', text: 'u' },
            ],
          },
          { role: 'assistant', content: [{ type: 'reasoning', text: 'hm', signature: 'theirs' }] },
          {
            role: 'user',
            content: [
              {
                type: 'tool-result',
                id: 'c',
                isError: true,
                content: [{ type: 'image', source: { kind: 'file', fileId: 'f' } }],
              },
              {
                type: 'document',
                source: { kind: 'text', mediaType: 'text/plain', text: 'words' },
                title: 'T',
                citations: true,
              },
            ],
          },
        ],
        stop: ['x'],
        topK: 3,
        choices: 2,
        reasoning: { budgetTokens: 3000 },
        toolChoice: { type: 'required' },
        tools: [{ kind: 'provider', wire: 'other', value: { type: 'web' } }],
        serviceTier: 'standard_only',
        extras: { wire: 'other', fields: { container: 'c' } },
      }),
      STANDARD_QUIRKS,
    )
    expect(value).toEqual({
      model: 'm',
      input: [
        { type: 'message', role: 'system', content: 'd' },
        { type: 'message', role: 'user', content: 'u' },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', file_id: 'f' }] },
        { type: 'message', role: 'user', content: 'T\n\nwords' },
      ],
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'medium', summary: 'auto' },
      service_tier: 'default',
      store: false,
    })
    expect(new Set(warnings.map(({ feature, effect }) => `${feature} ${effect}`))).toEqual(
      new Set([
        'cache_control dropped',
        'messages.role changed',
        'messages[1].name dropped',
        'messages[1].content[0] dropped',
        'messages[2].content[0] dropped',
        'messages[3].content[0].is_error dropped',
        'messages[3].content[1] changed',
        'messages[3].content[1].citations dropped',
        'stop dropped',
        'top_k dropped',
        'n dropped',
        'thinking changed',
        'tool_choice dropped',
        'tools[0] dropped',
        'service_tier changed',
        'container dropped',
      ]),
    )
  })

  it('gives thinking as text to providers that take it so', () => {
    const messages = [{ role: 'assistant' as const, content: [{ type: 'reasoning' as const, text: 'hm' }] }]
    const quirks = { ...STANDARD_QUIRKS, reasoningField: 'reasoning_content' as const }
    expect(wire.encodeRequest(call({ messages }), quirks).value.input).toEqual([
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'hm' }] },
    ])
  })
})

describe('a client of this wire', () => {
  it('is read as other wires want it: one assistant turn, one message for each output', () => {
    const read = decoded({
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: 'hi' },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }] },
        {
          id: 'msg_1',
          role: 'assistant',
          type: 'message',
          status: 'completed',
          content: [{ type: 'output_text', text: 'a' }],
        },
        { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '' },
        { type: 'function_call', call_id: 'd', name: 'g', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: 'x' },
        {
          type: 'function_call_output',
          call_id: 'd',
          output: [{ type: 'input_file', file_url: 'https://example.com/f' }],
        },
      ],
    })
    expect(read.messages.map(({ role, content }) => [role, content.map(({ type }) => type).join()])).toEqual([
      ['system', 'text'],
      ['user', 'text'],
      ['assistant', 'reasoning,text,tool-call,tool-call'],
      ['tool', 'tool-result'],
      ['tool', 'tool-result'],
    ])
    const anthropic = anthropicMessages.encodeRequest(read, STANDARD_QUIRKS)
    expect(anthropic.warnings.map(({ feature }) => feature)).not.toContain('input')
  })

  it('gets its own items back untouched, unless somebody changed what they say', () => {
    const input = [
      { id: 'msg_1', role: 'assistant', type: 'message', status: 'completed', phase: 'commentary', content: 'a' },
      { role: 'assistant', content: [{ type: 'output_text', text: 'b' }] },
      { type: 'item_reference', id: 'x' },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'x' },
    ]
    const read = decoded({ input })
    expect(wire.encodeRequest(read, STANDARD_QUIRKS).value.input).toEqual(input)
    const [assistant, ...rest] = read.messages
    const changed = {
      ...read,
      messages: [
        ...(assistant ? [assistant] : []),
        ...rest,
        { role: 'user' as const, content: [{ type: 'text' as const, text: 'new' }] },
      ],
    }
    expect(wire.encodeRequest(changed, STANDARD_QUIRKS).value.input).toEqual([
      {
        type: 'message',
        role: 'assistant',
        phase: 'commentary',
        content: [
          { type: 'output_text', text: 'a' },
          { type: 'output_text', text: 'b' },
        ],
      },
      { type: 'item_reference', id: 'x' },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'x' },
      { type: 'message', role: 'user', content: 'new' },
    ])
  })

  it('is told which field is wrong', () => {
    const param = (body: JsonObject) => {
      const result = wire.decodeRequest(body)
      return result.ok ? undefined : result.error.param
    }
    expect(param({ input: 'hi' })).toBe('model')
    expect(param({ model: 'm' })).toBe('input')
    expect(param({ model: 'm', prompt: { id: 'p' } })).toBeUndefined()
    expect(param({ model: 'm', input: [{ role: 'wizard', content: 'x' }] })).toBe('input[0].role')
    expect(param({ model: 'm', input: [7] })).toBe('input[0]')
    expect(param({ model: 'm', input: [{ type: 'function_call', name: 'f' }] })).toBe('input[0].call_id')
    expect(param({ model: 'm', input: [{ role: 'user', content: [{ text: 'x' }] }] })).toBe('input[0].content[0]')
    expect(param({ model: 'm', input: 'x', tools: [{ type: 'function', function: { name: 'f' } }] })).toBe(
      'tools[0].name',
    )
    expect(param({ model: 'm', input: 'x', tool_choice: 'any' })).toBe('tool_choice')
    expect(param({ model: 'm', input: 'x', max_output_tokens: '5' })).toBe('max_output_tokens')
  })

  it('says which earlier response it goes on from', () => {
    expect(wire.refersTo?.({ input: 'x', previous_response_id: 'resp_1' })).toBe('resp_1')
    expect(wire.refersTo?.({ input: 'x', previous_response_id: null })).toBeUndefined()
    const read = decoded({ input: 'x', previous_response_id: 'resp_1' })
    expect(wire.encodeRequest(read, STANDARD_QUIRKS).value.previous_response_id).toBe('resp_1')
    expect(openaiChat.encodeRequest(read, STANDARD_QUIRKS).warnings.map(({ feature }) => feature)).toContain(
      'previous_response_id',
    )
  })
})

describe('thinking that passes through', () => {
  it('goes from Anthropic to our client and back, signed and encrypted', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'thinking', thinking: '', signature: 'bare' },
      { type: 'redacted_thinking', data: 'blob' },
      { type: 'text', text: 'a' },
    ]
    const body = { id: 'msg_1', type: 'message', role: 'assistant', model: 'c', content, stop_reason: 'end_turn' }
    const reply = anthropicMessages.decodeReply(body, STANDARD_QUIRKS)
    if (!reply.ok) throw new Error(reply.error.message)
    const shown = wire.encodeReply(reply.value, defaults).value
    const output = Array.isArray(shown.output) ? shown.output : []
    const next = decoded({ input: [{ role: 'user', content: 'q' }, ...output, { role: 'user', content: 'more' }] })
    const back = anthropicMessages.encodeRequest(next, STANDARD_QUIRKS).value
    expect(back.messages).toEqual([
      { role: 'user', content: 'q' },
      { role: 'assistant', content },
      { role: 'user', content: 'more' },
    ])
    // Were the next turn to go to a provider of this wire, it could not decrypt it.
    const { fields } = wire.patchRequest({ model: 'm', input: output }, { model: 'm' }, STANDARD_QUIRKS)
    expect(fields.input).toEqual([expect.objectContaining({ type: 'message' })])
    const own = wire.patchRequest({ model: 'm', input: 'x' }, { model: 'n' }, STANDARD_QUIRKS)
    expect(own).toEqual({ fields: { model: 'n' }, askedUsage: false })
  })

  it('goes from OpenAI through an Anthropic client and back, whole and in a stream', () => {
    const item = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'hm' }],
      encrypted_content: 'gAAA',
    }
    const bare = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'gBBB' }
    const response = { id: 'resp_1', model: 'm', status: 'completed', output: [item, bare] }
    const reply = wire.decodeReply(response, STANDARD_QUIRKS)
    if (!reply.ok) throw new Error(reply.error.message)
    const shown = anthropicMessages.encodeReply(reply.value, defaults).value
    const next = anthropicMessages.decodeRequest({
      model: 'm',
      max_tokens: 50,
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: shown.content },
        { role: 'user', content: 'more' },
      ],
    })
    if (!next.ok) throw new Error(next.error.message)
    const { value, warnings } = wire.encodeRequest(next.value, STANDARD_QUIRKS)
    expect(value.input).toEqual([
      { type: 'message', role: 'user', content: 'q' },
      item,
      bare,
      { type: 'message', role: 'user', content: 'more' },
    ])
    expect(warnings).toEqual([])
    const stream = anthropicMessages.encodeStream({ ...defaults, includeUsage: true })
    expect(stream.push(unfoldReply(reply.value))).toContain(JSON.stringify('openai-responses:').slice(1, -1))
  })
})

describe('a reply of another wire', () => {
  it('tells what it cannot show', () => {
    const { value, warnings } = wire.encodeReply(
      {
        id: 'r',
        model: 'm',
        choices: [
          {
            content: [
              { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
              { type: 'audio', format: 'wav', data: 'AAAA' },
              { type: 'opaque', wire: 'other', value: {} },
              { type: 'text', text: 'a', citations: [{ quote: 'q' }] },
            ],
            finish: 'unknown',
            rawFinish: 'tired',
          },
          { content: [{ type: 'text', text: 'second' }], finish: 'stop' },
        ],
        extras: { wire: 'other', fields: { container: 'c' } },
      },
      defaults,
    )
    expect(value).toMatchObject({ status: 'completed', usage: null })
    expect(value.output).toMatchObject([
      { type: 'image_generation_call', result: 'AAAA' },
      { type: 'message', content: [{ text: 'a', annotations: [] }] },
    ])
    expect(warnings.map(({ feature }) => feature)).toEqual(['container', 'output', 'citations', 'status', 'n'])
  })

  it('keeps parallel calls apart whose pieces come mixed', () => {
    const encoder = wire.encodeStream({ ...defaults, includeUsage: true })
    const text =
      encoder.push([
        { type: 'reply-start', id: 'r', model: 'm' },
        { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'f' },
        { type: 'tool-call-start', choice: 0, index: 1, id: 'b', name: 'g' },
        { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{"x"' },
        { type: 'tool-call-delta', choice: 0, index: 1, arguments: '{}' },
        { type: 'tool-call-delta', choice: 0, index: 0, arguments: ':1}' },
        { type: 'choice-finish', choice: 0, finish: 'tool-calls' },
        { type: 'usage', usage: { input: 1, output: 2 } },
      ]) + encoder.end()
    const last = JSON.parse(text.trimEnd().split('\n').at(-1)?.slice('data: '.length) ?? '')
    expect(last).toMatchObject({
      type: 'response.completed',
      response: {
        usage: { total_tokens: 3 },
        output: [
          { call_id: 'a', arguments: '{"x":1}' },
          { call_id: 'b', arguments: '{}' },
        ],
      },
    })
  })

  it('fails a stream that broke off, and never completes it', () => {
    const encoder = wire.encodeStream({ ...defaults, includeUsage: true })
    const text =
      encoder.push([
        { type: 'reply-start', id: 'r', model: 'm' },
        { type: 'text-delta', choice: 0, text: 'a' },
      ]) + encoder.end()
    expect(text).toContain('event: error\n')
    expect(text).toContain('event: response.failed\n')
    expect(text).not.toContain('response.completed')
    expect(wire.encodeStream({ ...defaults, includeUsage: true }).end()).toBe('')
  })
})

describe('a body that passes through', () => {
  it('gets a limit where the policy allows less', () => {
    const fields = (body: JsonObject) =>
      wire.patchRequest(body, { model: 'n', maxOutputTokens: 100 }, STANDARD_QUIRKS).fields
    expect(fields({ max_output_tokens: 50 })).toEqual({ model: 'n' })
    expect(fields({ max_output_tokens: 500 })).toEqual({ model: 'n', max_output_tokens: 100 })
    expect(fields({})).toEqual({ model: 'n', max_output_tokens: 100 })
  })

  it('tells its price class and cost, its searches, and its cached tokens once', () => {
    const tap = wire.tap(STANDARD_QUIRKS, false)
    tap.body({
      id: 'resp_1',
      model: 'm',
      status: 'completed',
      service_tier: 'priority',
      output: [
        { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'q' } },
        { type: 'web_search_call', status: 'completed', action: { type: 'open_page', url: 'u' } },
      ],
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 3 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 5 },
        total_tokens: 17,
        cost_in_usd_ticks: 1230,
      },
    })
    expect(tap.result()).toEqual({
      model: 'm',
      replyId: 'resp_1',
      finish: 'stop',
      complete: true,
      serviceClass: 'priority',
      billedNano: 123n,
      usage: { input: 3, cacheRead: 4, cacheWrite5m: 3, output: 2, reasoning: 5, search: 1 },
    })
  })
})
