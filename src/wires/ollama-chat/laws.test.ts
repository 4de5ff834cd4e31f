/** Laws of the two Ollama wires: there and back is the same, at any split, and a clean end is never made up. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { Gatherer, gatherParts } from '../../ground/gather.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { ollamaGenerate } from '../ollama-generate/index.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { ollamaChat } from './index.ts'
import { DEFAULTS, features, partsOf, sent, streamOf, tapOf } from './streams.fixture.ts'

const wires = [ollamaChat, ollamaGenerate].map((wire) => [wire.name, wire] as const)
const words = fc.string({ minLength: 1, maxLength: 16, unit: 'grapheme' })
const ident = fc.stringMatching(/^[a-z]{3,9}$/)
const tokens = fc.nat(9999)

function replyOf(withCalls: boolean): fc.Arbitrary<ChatReply> {
  const toolCall = fc.record({
    type: fc.constant('tool-call' as const),
    id: ident,
    name: ident,
    arguments: fc.constantFrom('{}', '{"city":"Bern"}', '{"city":"Be'),
  })
  const content = fc
    .tuple(
      fc.array<Block>(fc.record({ type: fc.constant('reasoning' as const), text: words }), { maxLength: 1 }),
      fc.array<Block>(fc.record({ type: fc.constant('text' as const), text: words }), { maxLength: 1 }),
      fc.array<Block>(toolCall, { maxLength: withCalls ? 3 : 0 }),
    )
    .map((groups) => groups.flat())
  return fc
    .record(
      {
        id: fc.constant(''),
        model: ident,
        createdSeconds: fc.integer({ min: 1, max: 4e9 }),
        content,
        length: fc.boolean(),
        usage: fc.record({ input: tokens, output: tokens }, { requiredKeys: ['output'] }),
        extras: fc.constant({
          wire: withCalls ? 'ollama-chat' : 'ollama-generate',
          fields: { total_duration: 5, load_duration: 1 },
        }),
      },
      { requiredKeys: ['id', 'model', 'createdSeconds', 'content', 'length'] },
    )
    .map(({ content, length, ...rest }) => {
      const calls = content.some(({ type }) => type === 'tool-call')
      const stopped = { finish: calls ? ('tool-calls' as const) : ('stop' as const), rawFinish: 'stop' }
      return {
        ...rest,
        choices: [{ content, ...(length ? { finish: 'length' as const, rawFinish: 'length' } : stopped) }],
      }
    })
}

/** Whole calls, since arguments that were cut off are wrapped in an object, and told. */
function told(reply: ChatReply): string[] {
  const cut = reply.choices[0]?.content.some((block) => block.type === 'tool-call' && block.arguments.endsWith('Be'))
  return cut ? ['tool_calls.arguments:changed'] : []
}

describe.each(wires)('%s laws', (_name, wire) => {
  const reply = replyOf(wire === ollamaChat)

  it('keeps a whole reply through encode and decode', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const { value, warnings } = wire.encodeReply(whole, DEFAULTS)
        expect(wire.decodeReply(sent(value), quirks)).toEqual({ ok: true, value: whole })
        expect(features(warnings)).toEqual(told(whole))
      }),
    )
  })

  it('keeps a reply through a stream, at any split of its bytes, and the tap reads what the decoder reads', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(), { maxLength: 12 }), (whole, cuts) => {
        const stream = streamOf(wire, unfoldReply(whole))
        expect(gatherParts(partsOf(wire, stream, cuts))).toEqual(whole)
        const [choice] = whole.choices
        expect(tapOf(wire, stream)).toMatchObject({ complete: true, model: whole.model, finish: choice?.finish })
        expect(tapOf(wire, stream).usage).toEqual(whole.usage)
      }),
    )
  })

  it('never calls a stream complete that was cut before its end', () => {
    fc.assert(
      fc.property(reply, fc.nat(), (whole, at) => {
        const stream = streamOf(wire, unfoldReply(whole))
        const gatherer = new Gatherer()
        gatherer.push(partsOf(wire, stream.slice(0, at % (stream.length - 1))))
        expect(gatherer.complete).toBe(false)
        expect(gatherer.error).toBeDefined()
      }),
    )
  })

  it('decodes any JSON without throwing', () => {
    const known = fc.dictionary(
      fc.constantFrom('messages', 'message', 'model', 'prompt', 'options', 'done', 'tools', 'images', 'created_at'),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.array(fc.dictionary(ident, fc.jsonValue({ maxDepth: 2 })))),
    )
    fc.assert(
      fc.property(fc.oneof(known, fc.jsonValue()), ident, (value, event) => {
        const body = sent(value as Json)
        if (typeof body === 'object' && body !== null && !Array.isArray(body)) wire.decodeRequest(body)
        wire.decodeReply(body, quirks)
        wire.decodeError(500, new Headers(), body)
        wire.tap(quirks, false).body(body)
        const decoder = wire.decodeStream(quirks)
        decoder.push({ event: '', data: JSON.stringify(body) })
        decoder.push({ event: '', data: event })
        expect(decoder.end()).toEqual([])
      }),
    )
  })

  it('reads its own errors back, whole and in a stream', () => {
    const error = gatewayError('overloaded', 'Too busy; try again soon.', { origin: 'upstream', retryAfterMs: 1500 })
    const { status, headers, body } = wire.encodeError(error, 'req_1')
    expect(body).toEqual({ error: 'Too busy; try again soon.' })
    expect(headers).toEqual({ 'x-request-id': 'req_1', 'retry-after': '2' })
    expect(wire.decodeError(status, new Headers(headers), body)).toMatchObject({
      kind: 'overloaded',
      retryAfterMs: 2000,
    })
    const stream = streamOf(wire, [
      { type: 'reply-start', id: 'r', model: 'm' },
      { type: 'text-delta', choice: 0, text: 'Ha' },
      { type: 'reply-error', error },
    ])
    expect(stream).not.toContain('"done":true')
    expect(partsOf(wire, stream).at(-1)).toMatchObject({ type: 'reply-error', error: { message: error.message } })
    expect(tapOf(wire, stream)).toMatchObject({ complete: false, error: { message: error.message } })
  })

  it('lowers the output limit to what policy allows', () => {
    const patch = { model: 'up', maxOutputTokens: 10 }
    const patched = (options: JsonObject) => wire.patchRequest({ options }, patch, quirks).fields.options
    expect(wire.patchRequest({}, patch, quirks).fields).toEqual({ model: 'up', options: { num_predict: 10 } })
    expect(patched({ num_predict: 50, seed: 1 })).toEqual({ num_predict: 10, seed: 1 })
    expect(patched({ num_predict: -1 })).toEqual({ num_predict: 10 })
    expect(patched({ num_predict: 5 })).toBeUndefined()
  })
})
