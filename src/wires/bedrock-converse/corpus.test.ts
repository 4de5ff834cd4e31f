/** Decodes every recorded Converse exchange of the corpus and compares it with a plain second reading of the JSON. */

import { describe, expect, it } from 'vitest'
import { canonical, folded, mergedTurns } from '../../../test/golden/bedrock-converse/plain-reading.ts'
import { type Exchange, exchanges, framed, parsed } from '../../../test/golden/bedrock-converse/recordings.ts'
import { AwsEventFramer } from '../../ground/aws-events.ts'
import type { ChatReply, Part } from '../../ground/chat-reply.ts'
import { Gatherer } from '../../ground/gather.ts'
import { asArray, asObject, isObject, type Json, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { bedrockConverse as wire } from './index.ts'

const all = exchanges()
const defaults = { id: 'x', model: 'x', createdSeconds: 0 }

function decoded(events: readonly SseEvent[]): Part[] {
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end()]
}

function gathered(parts: readonly Part[]): Gatherer {
  const gatherer = new Gatherer()
  gatherer.push(parts)
  return gatherer
}

function expectUsage(reply: ChatReply, raw: Json | undefined, name: string): void {
  if (!isObject(raw)) {
    expect(reply.usage, name).toBeUndefined()
    return
  }
  const { usage = {} } = reply
  expect(usage.input ?? 0, name).toBe(raw.inputTokens ?? 0)
  expect(usage.output ?? 0, name).toBe(raw.outputTokens ?? 0)
  expect(usage.cacheRead ?? 0, name).toBe(raw.cacheReadInputTokens ?? 0)
  expect((usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0), name).toBe(raw.cacheWriteInputTokens ?? 0)
  const sum = Object.values(usage).reduce((total, count) => total + count, 0)
  if (raw.totalTokens !== undefined) expect(sum, name).toBe(raw.totalTokens)
}

const title = all.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
describe.skipIf(all.length === 0)(title, () => {
  const recording = (part: string): Exchange => {
    const found = all.find(({ name }) => name.includes(part))
    if (!found) throw new Error(`no recording ${part}`)
    return found
  }

  it('decodes every request and encodes it back to the same request', () => {
    let count = 0
    for (const { name, request } of all) {
      if (!request) continue
      const call = wire.decodeRequest(request)
      if (!call.ok) throw new Error(`${name}: ${call.error.message}`)
      const back = wire.encodeRequest(call.value, STANDARD_QUIRKS)
      expect(back.warnings, name).toEqual([])
      expect(mergedTurns(back.value), name).toEqual(mergedTurns(request))
      count++
    }
    console.log(`requests: ${count}`)
    expect(count).toBeGreaterThan(90)
  })

  it('decodes every whole reply and encodes it back to the same content, stop reason and usage', () => {
    const totals = { replies: 0, text: 0, 'tool-call': 0, reasoning: 0, opaque: 0 }
    for (const { name, response } of all) {
      if (!response?.output) continue
      const reply = wire.decodeReply(response, STANDARD_QUIRKS)
      if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
      const { value: back, warnings } = wire.encodeReply(reply.value, defaults)
      expect(warnings, name).toEqual([])
      const { usage, ...rest } = back
      const { usage: given, metrics: _, ...expected } = response
      expect(canonical(rest), name).toEqual(canonical(expected))
      expectUsage(reply.value, given, name)
      expect(asObject(usage)?.totalTokens, name).toBe(asObject(given)?.totalTokens ?? asObject(given)?.outputTokens)
      const tap = wire.tap(STANDARD_QUIRKS, false)
      tap.body(response)
      const { finish } = reply.value.choices[0] ?? {}
      expect(tap.result(), name).toEqual({ usage: reply.value.usage, finish, complete: true })
      for (const { type } of reply.value.choices[0]?.content ?? []) if (type in totals) totals[type as 'text']++
      totals.replies++
    }
    console.log(totals)
    expect(totals.replies).toBeGreaterThan(80)
    expect(Math.min(...Object.values(totals))).toBeGreaterThan(2)
  })

  it('decodes every stream to what its events say, and encodes it to a stream that says the same', () => {
    let count = 0
    for (const { name, events } of all) {
      if (!events) continue
      const parts = decoded(events)
      const { error, complete } = gathered(parts)
      expect([error, complete], name).toEqual([undefined, true])
      const reply = gathered(parts).reply()
      const plain = folded(events)
      const whole = wire.encodeReply(reply, defaults)
      expect(whole.warnings, name).toEqual([])
      const content = asArray(asObject(asObject(whole.value.output)?.message)?.content)
      expect(canonical(content), name).toEqual(canonical(plain.blocks))
      expect(whole.value.stopReason, name).toBe(plain.stop.stopReason)
      expectUsage(reply, plain.metadata.usage, name)
      expect(whole.value.trace, name).toEqual(plain.metadata.trace)

      const encoder = wire.encodeStream({ includeUsage: true, ...defaults })
      const again = gathered(decoded(parsed(encoder.push(parts) + encoder.end())))
      expect(again.reply(), name).toEqual(reply)
      count++
    }
    console.log(`streams: ${count}`)
    expect(count).toBeGreaterThan(40)
  })

  it('reads every binary stream the same at random splits of its bytes', () => {
    let state = 7
    const pieceBytes = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return 1 + (state % 97)
    }
    let count = 0
    for (const { name, bytes, events } of all) {
      if (!bytes || !events) continue
      expect(framed(new AwsEventFramer(), bytes, pieceBytes), name).toEqual(events)
      count++
    }
    console.log(`binary streams: ${count}`)
    expect(count).toBeGreaterThan(40)
  })

  it('taps the same usage and finish as the decoder finds', () => {
    for (const { name, events } of all) {
      if (!events) continue
      const tap = wire.tap(STANDARD_QUIRKS, false)
      for (const event of events) expect(tap.event(event)).toBe(false)
      const reply = gathered(decoded(events)).reply()
      expect(tap.result(), name).toEqual({
        ...(reply.usage && { usage: reply.usage }),
        finish: reply.choices[0]?.finish,
        complete: true,
      })
    }
  })

  it('gives every recorded error a kind that fits it', () => {
    const kinds: Record<string, number> = {}
    for (const { name, facts, response } of all) {
      if (!response || response.output) continue
      const headers = new Headers(
        Object.entries(asObject(facts.response_headers) ?? {}).map(([k, v]) => [k, String(v)]),
      )
      const error = wire.decodeError(Number(facts.status), headers, response)
      expect(error.message, name).toBe(response.message)
      const key = `${facts.status} ${error.upstreamType} ${error.kind}`
      kinds[key] = (kinds[key] ?? 0) + 1
    }
    expect(kinds).toEqual({
      '400 ValidationException context-too-long': 1,
      '400 ValidationException not-found': 3,
      '403 InvalidSignatureException upstream-credential': 1,
      '403 UnrecognizedClientException upstream-credential': 1,
    })
  })

  function replyOf(part: string): ChatReply {
    const { events, response } = recording(part)
    if (events) return gathered(decoded(events)).reply()
    const reply = wire.decodeReply(response ?? null, STANDARD_QUIRKS)
    if (!reply.ok) throw new Error(reply.error.message)
    return reply.value
  }

  // bedrock/bedrock-converse/stream-parallel-tool-calls/opentelemetry-python-contrib--...-test_converse_stream_no_content_tool_call--0
  const PARALLEL = 'test_converse_stream_no_content_tool_call--0'

  it('difference 6: padding is no content', () => {
    const { events } = recording(PARALLEL)
    expect(events?.every(({ data }) => asObject(parseJson(data))?.p !== undefined)).toBe(true)
    expect(JSON.stringify(replyOf(PARALLEL))).not.toContain('"p":')
  })

  it('difference 8: usage comes after messageStop, and text has no contentBlockStart', () => {
    const { events = [] } = recording(PARALLEL)
    const starts = events.filter(({ event }) => event === 'contentBlockStart')
    const { choices, usage } = replyOf(PARALLEL)
    expect(starts).toHaveLength(2)
    expect(choices[0]?.content.map(({ type }) => type)).toEqual(['text', 'tool-call', 'tool-call'])
    expect(usage?.output).toBeGreaterThan(0)
    expect(
      decoded(events)
        .map(({ type }) => type)
        .slice(-3),
    ).toEqual(['choice-finish', 'usage', 'reply-end'])
  })

  // bedrock/bedrock-converse/cache-usage/ruby_llm--chat_prompt_cache_round-trip_..._writes_then_reads_the_prompt_cache--0 and --1
  it('differences 13 and 14: cached tokens are beside the input, under two names, with a lifetime', () => {
    expect(replyOf('reads_the_prompt_cache--0').usage).toEqual({ input: 10, cacheWrite5m: 7351, output: 4 })
    expect(replyOf('reads_the_prompt_cache--1').usage).toEqual({ input: 10, cacheRead: 7351, output: 4 })
  })

  // bedrock/bedrock-converse/refusal/openllmetry--...
  it('difference 22: a guardrail that stepped in is a content filter', () => {
    const stopped = all.filter(({ response }) => response?.stopReason === 'guardrail_intervened')
    expect(stopped.length).toBeGreaterThan(1)
    for (const { name } of stopped) {
      const { choices, extras } = replyOf(name)
      expect(choices[0]).toMatchObject({ finish: 'content-filter', rawFinish: 'guardrail_intervened' })
      expect(extras?.fields.trace).toBeDefined()
    }
  })

  it('difference 26: tool ids are `tooluse_` and stay as they are', () => {
    const ids = replyOf(PARALLEL).choices[0]?.content.flatMap((block) => (block.type === 'tool-call' ? [block.id] : []))
    expect(ids).toEqual([expect.stringMatching(/^tooluse_/), expect.stringMatching(/^tooluse_/)])
  })

  // bedrock/bedrock-converse/tool-result/opentelemetry-python-contrib--...-test_converse_tool_call_no_content--1
  it('difference 30: what Nova writes in <thinking> tags stays text', () => {
    const [block] = replyOf('botocore-test_converse_tool_call_no_content--1').choices[0]?.content ?? []
    expect(block).toMatchObject({ type: 'text', text: expect.stringContaining('<thinking>') })
  })

  // bedrock/bedrock-converse/stream-reasoning/ruby_llm--...
  it('difference 32: reasoningContent is reasoning, with its signature', () => {
    const [block] = replyOf('stream-reasoning/ruby_llm').choices[0]?.content ?? []
    expect(block).toMatchObject({ type: 'reasoning', text: expect.any(String), signature: expect.any(String) })
  })

  // bedrock/bedrock-converse/error-400 and error-403
  it('differences 35 and 36: errors are {message}, their kind a header; a bad key is 403', () => {
    const { response, facts } = recording('raises_appropriate_auth_error')
    expect(Object.keys(response ?? {})).toEqual(['message'])
    expect(facts.status).toBe(403)
    const headers = new Headers({ 'x-amzn-errortype': String(asObject(facts.response_headers)?.['x-amzn-errortype']) })
    expect(wire.decodeError(403, headers, response ?? null)).toMatchObject({
      kind: 'upstream-credential',
      upstreamType: 'UnrecognizedClientException',
      retryable: false,
    })
  })

  // bedrock/bedrock-converse/stream-document-input/ruby_llm--chat_citations_with_bedrock_claude-haiku-4-5_streams_citations--0
  it('difference 43: citations of a stream belong to the text of their block', () => {
    const { content = [] } = replyOf('stream-document-input/ruby_llm').choices[0] ?? {}
    const cited = content.flatMap((block) => (block.type === 'text' ? (block.citations ?? []) : []))
    expect(cited[0]).toMatchObject({ title: 'facts', quote: expect.stringContaining('Ruby') })
  })

  it('leaves no recording unread', () => {
    expect(all.filter(({ request, response, events }) => !request && !response && !events)).toEqual([])
  })
})
