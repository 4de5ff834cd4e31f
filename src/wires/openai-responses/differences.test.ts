/** How providers of the Responses API differ, each with the recording that shows it (paths are the corpus's). */

import { describe, expect, it } from 'vitest'
import type { ChatReply, Part } from '../../ground/chat-reply.ts'
import { Gatherer } from '../../ground/gather.ts'
import type { JsonObject } from '../../ground/json.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { openaiResponses as wire } from './index.ts'

function decode(events: readonly JsonObject[]): { reply: ChatReply; gatherer: Gatherer; parts: Part[] } {
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  const parts = events.flatMap((event) => decoder.push({ event: String(event.type), data: JSON.stringify(event) }))
  parts.push(...decoder.end())
  const gatherer = new Gatherer()
  gatherer.push(parts)
  return { reply: gatherer.reply(), gatherer, parts }
}

function whole(response: JsonObject): ChatReply {
  const decoded = wire.decodeReply(
    { id: 'resp_1', model: 'm', status: 'completed', output: [], ...response },
    STANDARD_QUIRKS,
  )
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}

const created = { type: 'response.created', response: { id: 'resp_1', model: 'm', status: 'in_progress', output: [] } }
const completed = {
  type: 'response.completed',
  response: { id: 'resp_1', model: 'm', status: 'completed', output: [] },
}
const message = (...content: JsonObject[]): JsonObject => ({ type: 'message', role: 'assistant', content })

describe('differences', () => {
  it('difference 22: incomplete names its reason in incomplete_details (openai/openai-responses/max-tokens)', () => {
    const cut = (reason: string | undefined) =>
      whole({ status: 'incomplete', incomplete_details: reason === undefined ? null : { reason } }).choices[0]
    expect(cut('max_output_tokens')).toMatchObject({ finish: 'length', rawFinish: 'max_output_tokens' })
    expect(cut('content_filter')).toMatchObject({ finish: 'content-filter' })
    expect(cut('out_of_time')).toMatchObject({ finish: 'unknown', rawFinish: 'out_of_time' })
    expect(cut(undefined)).toMatchObject({ finish: 'length' })
    expect(whole({ status: 'queued' }).choices[0]).toMatchObject({ finish: 'unknown', rawFinish: 'queued' })
  })

  it('difference 24: a refusal completes like any answer (azure/openai-responses/plain)', () => {
    expect(whole({ output: [message({ type: 'refusal', refusal: 'No.' })] }).choices[0]).toMatchObject({
      finish: 'refusal',
      content: [{ type: 'refusal', text: 'No.' }],
    })
    const { reply } = decode([
      created,
      { type: 'response.output_item.added', output_index: 0, item: message() },
      { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'No' },
      { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: '.' },
      { type: 'response.refusal.done', output_index: 0, content_index: 0, refusal: 'No.' },
      { type: 'response.output_item.done', output_index: 0, item: message({ type: 'refusal', refusal: 'No.' }) },
      completed,
    ])
    expect(reply.choices[0]).toMatchObject({ finish: 'refusal', content: [{ type: 'refusal', text: 'No.' }] })
  })

  it('difference 26: call ids go through whatever their make (xai/openai-responses/tool-call)', () => {
    const output = ['call_1', '0f3c-9a', 'toolu_1', 'functions.add:0'].map((id, index) => ({
      type: 'function_call',
      id: `fc_${index}`,
      call_id: id,
      name: 'f',
      arguments: '{}',
    }))
    const ids = whole({ output }).choices[0]?.content.map((block) => (block.type === 'tool-call' ? block.id : ''))
    expect(ids).toEqual(['call_1', '0f3c-9a', 'toolu_1', 'functions.add:0'])
    // Without one, the item's own serves.
    const nameless = whole({ output: [{ type: 'function_call', id: 'fc_9', name: 'f', arguments: '' }] })
    expect(nameless.choices[0]?.content).toEqual([{ type: 'tool-call', id: 'fc_9', name: 'f', arguments: '{}' }])
  })

  it('difference 31: a call named parallel is a call like any other (openai/openai-responses/tool-call)', () => {
    const text = '{"tool_uses":[{"recipient_name":"functions.f","parameters":{}}]}'
    const output = [{ type: 'function_call', call_id: 'c', name: 'parallel', arguments: text }]
    expect(whole({ output }).choices[0]?.content).toEqual([
      { type: 'tool-call', id: 'c', name: 'parallel', arguments: text },
    ])
  })

  it('difference 33: encrypted_content comes back as it went (azure/openai-responses/reasoning)', () => {
    const items = [
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' },
      {
        type: 'reasoning',
        id: 'rs_2',
        status: 'completed',
        summary: [
          { type: 'summary_text', text: 'one' },
          { type: 'summary_text', text: 'two' },
        ],
        encrypted_content: 'gBBB',
      },
      { type: 'reasoning', id: 'rs_3', summary: [] },
    ]
    const reply = whole({ output: items })
    const back = wire.encodeReply(reply, { id: 'x', model: 'x', createdSeconds: 1 })
    expect(back.value.output).toEqual(items)
    expect(reply.choices[0]?.content.map((block) => block.type)).toEqual([
      'reasoning',
      'reasoning',
      'reasoning',
      'opaque',
    ])
    const texts = reply.choices[0]?.content.map((block) => (block.type === 'reasoning' ? block.text : ''))
    expect(texts).toEqual(['', 'one', '\n\ntwo', ''])
  })

  it('difference 34: thinking itself in reasoning_text events (lmstudio, deepseek, bedrock-mantle: stream-reasoning)', () => {
    const part = { type: 'reasoning_text', text: 'Hm.' }
    const { reply } = decode([
      created,
      { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs_1', content: [] } },
      { type: 'response.reasoning_part.added', output_index: 0, content_index: 0, part },
      { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'H' },
      { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'm.' },
      { type: 'response.reasoning_text.done', output_index: 0, content_index: 0, text: 'Hm.' },
      { type: 'response.output_item.done', output_index: 0, item: { type: 'reasoning', id: 'rs_1', content: [part] } },
      completed,
    ])
    expect(reply.choices[0]?.content).toEqual([
      {
        type: 'reasoning',
        text: 'Hm.',
        raw: { wire: 'openai-responses', value: { id: 'rs_1', part: 'reasoning_text' } },
      },
    ])
  })

  it('difference 34: an item whose id changes in every event is one item (openai/…/stream-reasoning, id rotation)', () => {
    const at = (item_id: string) => ({ item_id, output_index: 0, content_index: 0 })
    const { reply } = decode([
      created,
      { type: 'response.output_item.added', output_index: 0, item: { ...message(), id: 'a' } },
      { type: 'response.output_text.delta', ...at('b'), delta: 'Hel' },
      { type: 'response.output_text.delta', ...at('c'), delta: 'lo' },
      { type: 'response.output_text.done', ...at('d'), text: 'Hello' },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { ...message({ type: 'output_text', text: 'Hello' }), id: 'e' },
      },
      { ...completed, response: { ...completed.response, id: 'resp_2' } },
    ])
    expect(reply).toMatchObject({ id: 'resp_1', choices: [{ content: [{ type: 'text', text: 'Hello' }] }] })
  })

  it('difference 34: parts numbered otherwise than they stand are said once (bedrock-mantle/…/stream-reasoning)', () => {
    const { reply } = decode([
      created,
      { type: 'response.output_item.added', output_index: 1, item: message() },
      { type: 'response.output_text.delta', output_index: 1, content_index: 1, delta: 'Hello' },
      { type: 'response.output_item.done', output_index: 1, item: message({ type: 'output_text', text: 'Hello' }) },
      completed,
    ])
    expect(reply.choices[0]?.content).toEqual([{ type: 'text', text: 'Hello' }])
  })

  it('difference 35 and 36: a bad key at xAI is status 400 with a sentence in error (xai/openai-responses/error-400)', () => {
    const body = { code: 'invalid-argument', error: 'Incorrect API key provided.' }
    expect(wire.decodeError(400, new Headers(), body)).toMatchObject({
      kind: 'upstream-credential',
      message: 'Incorrect API key provided.',
      code: 'invalid-argument',
    })
    const openai = { error: { message: 'No.', type: 'invalid_request_error', param: 'input', code: 'invalid_value' } }
    expect(wire.decodeError(400, new Headers(), openai)).toMatchObject({ kind: 'invalid-request', param: 'input' })
    expect(wire.decodeReply(body, STANDARD_QUIRKS)).toMatchObject({ ok: false })
  })

  it('difference 37: error, then response.failed, is a failure (openai/openai-responses/stream-error)', () => {
    const error = { type: 'tokens', code: 'rate_limit_exceeded', message: 'Too much. Please try again in 2s.' }
    const failed = {
      type: 'response.failed',
      response: { ...created.response, status: 'failed', error, usage: { input_tokens: 3, output_tokens: 1 } },
    }
    const events = [created, { type: 'error', sequence_number: 2, error }, failed]
    const { gatherer } = decode(events)
    expect(gatherer.complete).toBe(false)
    expect(gatherer.error).toMatchObject({ kind: 'rate-limited', origin: 'upstream', retryAfterMs: 2000 })
    const alone = decode([created, failed])
    expect(alone.gatherer.error?.kind).toBe('rate-limited')
    expect(alone.reply.usage).toEqual({ input: 3, output: 1 })
    const flat = decode([created, { type: 'error', code: 'server_error', message: 'Oh.', param: null }])
    expect(flat.gatherer.error).toMatchObject({ kind: 'upstream-error', message: 'Oh.', code: 'server_error' })
    const tap = wire.tap(STANDARD_QUIRKS, false)
    for (const event of events) tap.event({ event: event.type, data: JSON.stringify(event) })
    expect(tap.result()).toMatchObject({ complete: false, error: { kind: 'rate-limited' }, replyId: 'resp_1' })
    expect(wire.decodeReply(failed.response, STANDARD_QUIRKS)).toMatchObject({
      ok: false,
      error: { kind: 'rate-limited' },
    })
  })

  it('difference 43: annotations are citations, in events or only at the end (openai/openai-responses/server-tool)', () => {
    const url = { type: 'url_citation', url: 'https://example.com/', title: 'E', start_index: 0, end_index: 2 }
    const file = { type: 'file_citation', file_id: 'f', filename: 'a.pdf', index: 1 }
    const { reply } = decode([
      created,
      { type: 'response.output_item.added', output_index: 0, item: message() },
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi' },
      { type: 'response.output_text.annotation.added', output_index: 0, content_index: 0, annotation: url },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: message({ type: 'output_text', text: 'Hi', annotations: [url, file] }),
      },
      completed,
    ])
    const citations = [
      { url: url.url, title: 'E', start: 0, end: 2, raw: { wire: 'openai-responses', value: url } },
      { title: 'a.pdf', raw: { wire: 'openai-responses', value: file } },
    ]
    expect(reply.choices[0]?.content).toEqual([{ type: 'text', text: 'Hi', citations }])
  })
})

describe('servers that leave events out', () => {
  it('reads what only the finished items say, or only the end', () => {
    const items = [
      message({ type: 'output_text', text: 'Hi' }),
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' },
      { type: 'custom_tool_call', call_id: 'd', name: 'g', input: 'x' },
    ]
    const content = [
      { type: 'text', text: 'Hi' },
      { type: 'tool-call', id: 'c', name: 'f', arguments: '{"a":1}' },
      { type: 'opaque', wire: 'openai-responses', value: items[2] },
    ]
    const done = items.map((item, output_index) => ({ type: 'response.output_item.done', output_index, item }))
    const expected = [{ content, finish: 'tool-calls', rawFinish: 'completed' }]
    expect(decode([created, ...done, completed]).reply.choices).toEqual(expected)
    const end = { ...completed, response: { ...completed.response, output: items } }
    expect(decode([end]).reply.choices).toEqual(expected)
    const begun = items.map((item, output_index) => ({
      type: 'response.output_item.added',
      output_index,
      item: { type: item.type ?? '' },
    }))
    expect(decode([created, ...begun, end]).reply.choices).toEqual(expected)
    expect(whole({ output: items }).choices).toEqual(expected)
  })

  it('takes a name in the event field for a missing type', () => {
    const decoder = wire.decodeStream(STANDARD_QUIRKS)
    const data = JSON.stringify({ response: completed.response })
    expect(decoder.push({ event: 'response.completed', data }).at(-1)).toEqual({ type: 'reply-end' })
    const tap = wire.tap(STANDARD_QUIRKS, false)
    tap.event({ event: 'response.completed', data })
    expect(tap.result()).toMatchObject({ complete: true, finish: 'stop' })
  })

  it('knows a call from a response whose output is empty (chatgpt/openai-responses/stream-tool-call)', () => {
    const item = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }
    const tap = wire.tap(STANDARD_QUIRKS, false)
    for (const event of [created, { type: 'response.output_item.added', output_index: 0, item }, completed])
      tap.event({ event: event.type, data: JSON.stringify(event) })
    expect(tap.result()).toMatchObject({ finish: 'tool-calls' })
  })
})
