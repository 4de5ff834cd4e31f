import { describe, expect, it } from 'vitest'
import type { Part } from '../../ground/chat-reply.ts'
import { gatherParts } from '../../ground/gather.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { bedrockConverse as wire } from './index.ts'

function event(name: string, value: JsonObject = {}): SseEvent {
  return { event: name, data: JSON.stringify({ ...value, p: 'abc' }) }
}
const start = (contentBlockIndex: number, inner: JsonObject) =>
  event('contentBlockStart', { contentBlockIndex, start: inner })
const delta = (contentBlockIndex: number, inner: JsonObject) =>
  event('contentBlockDelta', { contentBlockIndex, delta: inner })
const stop = (contentBlockIndex: number) => event('contentBlockStop', { contentBlockIndex })
const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 }
const over = [event('messageStop', { stopReason: 'end_turn' }), event('metadata', { usage })]

function decoded(events: readonly SseEvent[]): Part[] {
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  return [...events.flatMap((each) => decoder.push(each)), ...decoder.end()]
}
const contentOf = (...events: SseEvent[]) => gatherParts(decoded([...events, ...over])).choices[0]?.content
const lastOf = (...events: SseEvent[]) => decoded(events).at(-1)

describe('decodeStream', () => {
  it('tells start, text, finish and usage in the order of the hub', () => {
    expect(decoded([event('messageStart', { role: 'assistant' }), delta(0, { text: 'Hi' }), stop(0), ...over])).toEqual(
      [
        { type: 'reply-start', id: '', model: '' },
        { type: 'text-delta', choice: 0, text: 'Hi' },
        { type: 'choice-finish', choice: 0, finish: 'stop', rawFinish: 'end_turn' },
        { type: 'usage', usage: { input: 3, output: 2 } },
        { type: 'reply-end' },
      ],
    )
  })

  it('keeps what the model and Bedrock add, and the stop sequence', () => {
    const fields = { delta: { stop_sequence: 'END' } }
    const reply = gatherParts(
      decoded([
        event('messageStop', { stopReason: 'stop_sequence', additionalModelResponseFields: fields }),
        event('metadata', { usage, metrics: { latencyMs: 7 }, serviceTier: { type: 'flex' } }),
      ]),
    )
    expect(reply.choices[0]).toMatchObject({ finish: 'stop-sequence', stopSequence: 'END' })
    expect(reply.extras?.fields).toEqual({
      additionalModelResponseFields: fields,
      serviceTier: { type: 'flex' },
    })
  })

  it('keeps neighbouring blocks of one kind apart', () => {
    expect(contentOf(delta(0, { text: 'A' }), stop(0), delta(1, { text: 'B' }), stop(1))).toEqual([
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B' },
    ])
    const thought = (text: string) => ({ reasoningContent: { text } })
    expect(contentOf(delta(0, thought('A')), stop(0), delta(1, thought('B')), stop(1))).toHaveLength(2)
  })

  it('reads thinking with its signature, and redacted thinking', () => {
    expect(
      contentOf(
        delta(0, { reasoningContent: { text: 'Hm' } }),
        delta(0, { reasoningContent: { signature: 'S' } }),
        stop(0),
        delta(1, { reasoningContent: { redactedContent: 'R' } }),
        stop(1),
        delta(2, { text: 'A' }),
      ),
    ).toEqual([
      { type: 'reasoning', text: 'Hm', signature: 'S' },
      { type: 'reasoning', text: '', redacted: 'R' },
      { type: 'text', text: 'A' },
    ])
  })

  it('difference 27: a tool without arguments has {}', () => {
    // bedrock/bedrock-converse/stream-tool-call/ai--amazon-bedrock-amazon-bedrock-tool-no-args.chunks--0
    const tool = (toolUseId: string) => ({ toolUse: { toolUseId, name: 'now' } })
    expect(
      contentOf(start(0, {}), start(1, tool('a')), delta(1, { toolUse: { input: '' } }), stop(1), start(2, tool('b'))),
    ).toEqual([
      { type: 'tool-call', id: 'a', name: 'now', arguments: '{}' },
      { type: 'tool-call', id: 'b', name: 'now', arguments: '{}' },
    ])
  })

  it('reads calls whose pieces arrive mixed', () => {
    const tool = (toolUseId: string) => ({ toolUse: { toolUseId, name: 'f' } })
    const input = (index: number, text: string) => delta(index, { toolUse: { input: text } })
    expect(
      contentOf(start(0, tool('a')), start(1, tool('b')), input(1, '{"x"'), input(0, '{}'), input(1, ':1}')),
    ).toMatchObject([{ arguments: '{}' }, { arguments: '{"x":1}' }])
  })

  it('collects tools that run at the provider as a whole reply holds them', () => {
    expect(
      contentOf(
        start(0, { toolUse: { toolUseId: 'a', name: 'nova_grounding', type: 'server_tool_use' } }),
        delta(0, { toolUse: { input: '{"query":' } }),
        delta(0, { toolUse: { input: '"x"}' } }),
        stop(0),
        start(1, { toolResult: { toolUseId: 'a', type: 'nova_grounding_result', status: 'success' } }),
        delta(1, { toolResult: [{ text: 'T' }] }),
        delta(2, { newThing: { a: 1 } }),
      ),
    ).toMatchObject([
      { type: 'opaque', value: { toolUse: { type: 'server_tool_use', input: { query: 'x' } } } },
      { type: 'opaque', value: { toolResult: { status: 'success', content: [{ text: 'T' }] } } },
      { type: 'opaque', value: { newThing: { a: 1 } } },
    ])
  })

  it('ends with an error at an exception, with what may be tried again', () => {
    const failed = (name: string, body: JsonObject) =>
      lastOf(delta(0, { text: 'Hi' }), event(`exception:${name}`, body))
    const error = (part: Part | undefined) => (part?.type === 'reply-error' ? part.error : undefined)
    expect(error(failed('throttlingException', { message: 'Slow down.' }))).toMatchObject({
      kind: 'rate-limited',
      message: 'Slow down.',
      retryable: true,
      origin: 'upstream',
      upstreamType: 'ThrottlingException',
    })
    expect(error(failed('validationException', { message: 'No.' }))).toMatchObject({
      kind: 'invalid-request',
      retryable: false,
    })
    expect(
      error(
        failed('modelStreamErrorException', { message: 'Oops.', originalStatusCode: 429, originalMessage: 'Busy' }),
      ),
    ).toMatchObject({ kind: 'rate-limited', message: 'Oops. Busy' })
    expect(error(failed('serviceUnavailableException', {}))).toMatchObject({ kind: 'unavailable' })
    expect(error(failed('internalServerException', { message: 'x' }))).toMatchObject({ kind: 'upstream-error' })
  })

  it('never calls a stream complete that has no stop reason', () => {
    expect(lastOf(delta(0, { text: 'Hi' }), event('metadata', { usage }))).toMatchObject({ type: 'reply-error' })
    expect(lastOf()).toMatchObject({ type: 'reply-error' })
    expect(lastOf({ event: 'messageStop', data: '{' })).toMatchObject({ type: 'reply-error' })
  })

  it('takes a stream without usage, and one that tells it before the stop reason', () => {
    const [stopped, metadata] = over
    if (!stopped || !metadata) throw new Error('two events')
    expect(decoded([stopped]).map(({ type }) => type)).toEqual(['reply-start', 'choice-finish', 'reply-end'])
    expect(decoded([metadata, stopped])).toEqual(decoded(over))
  })

  it('passes over events that are new, and what follows the end', () => {
    expect(decoded([event('heartbeat'), { event: '', data: 'x' }, ...over, delta(0, { text: 'late' })])).toEqual(
      decoded(over),
    )
  })

  it('reads events that their payload names', () => {
    const wrapped = over.map(({ event: name, data }) => ({ event: '', data: `{"${name}":${data}}` }))
    expect(decoded(wrapped)).toEqual(decoded(over))
    const exception = { event: '', data: '{"throttlingException":{"message":"Slow down."}}' }
    expect(lastOf(exception)).toMatchObject({ type: 'reply-error', error: { kind: 'rate-limited' } })
  })
})
