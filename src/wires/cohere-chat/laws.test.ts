/** Laws of the cohere-chat wire: there and back is the same, at any split, and a clean end is never made up. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { Gatherer, gatherParts } from '../../ground/gather.ts'
import type { Json } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { DEFAULTS, partsOf, sent, streamOf, tapOf } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { cohereChat as wire } from './index.ts'

const words = fc.string({ minLength: 1, maxLength: 16, unit: 'grapheme' })
const ident = fc.stringMatching(/^[a-z]{3,9}$/)
const text = fc.record({ type: fc.constant('text' as const), text: words })
const thinking = fc.record({ type: fc.constant('reasoning' as const), text: words })
const plan = fc.record({
  type: fc.constant('reasoning' as const),
  text: words,
  raw: fc.constant({ wire: 'cohere-chat', value: { type: 'tool_plan' } }),
})
const toolCall = fc.record({
  type: fc.constant('tool-call' as const),
  id: ident,
  name: ident,
  arguments: fc.constantFrom('{}', '{"city":"Bern"}', '{"city":"Be', 'nul'),
})
const cited = fc.record({ type: fc.constant('text' as const), text: words, start: fc.nat(4), end: fc.nat(9) }).map(
  ({ start, end, ...block }): Block => ({
    ...block,
    citations: [{ start, end, raw: { wire: 'cohere-chat', value: { start, end, sources: [] } } }],
  }),
)

/** Content, plan and calls in the one order that a message has. */
const answer = fc
  .tuple(
    fc.array<Block>(thinking, { maxLength: 1 }),
    fc.oneof(fc.array<Block>(text, { maxLength: 2 }), fc.array<Block>(cited, { minLength: 1, maxLength: 1 })),
    fc.option(plan, { nil: undefined }),
    fc.uniqueArray(toolCall, { maxLength: 3, selector: ({ id }) => id }),
  )
  .map(([thought, said, planned, calls]): Block[] =>
    calls.length > 0 ? [...thought, ...said, ...(planned ? [planned] : []), ...calls] : [...thought, ...said],
  )

const tokens = fc.integer({ min: 1, max: 9999 })
const reply: fc.Arbitrary<ChatReply> = fc
  .record(
    {
      id: ident,
      model: fc.constant(''),
      content: answer,
      usage: fc.record(
        { input: tokens, output: tokens, reasoning: tokens, cacheRead: tokens, imageIn: tokens, search: tokens },
        { requiredKeys: ['input', 'output'] },
      ),
      extras: fc.constant({ wire: 'cohere-chat', fields: { new_field: 1 } }),
    },
    { requiredKeys: ['id', 'model', 'content'] },
  )
  .map(({ content, ...rest }) => {
    const calls = content.some(({ type }) => type === 'tool-call')
    const finish = calls
      ? { finish: 'tool-calls' as const, rawFinish: 'TOOL_CALL' }
      : { finish: 'stop' as const, rawFinish: 'COMPLETE' }
    return { ...rest, choices: [{ content, ...finish }] }
  })

describe('cohere-chat laws', () => {
  it('keeps a whole reply through encode and decode', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const { value, warnings } = wire.encodeReply(whole, DEFAULTS)
        expect(wire.decodeReply(sent(value), quirks)).toEqual({ ok: true, value: whole })
        expect(warnings).toEqual([])
      }),
    )
  })

  it('keeps a reply through a stream, at any split of its bytes, and the tap reads what the decoder reads', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(), { maxLength: 12 }), (whole, cuts) => {
        const stream = streamOf(wire, unfoldReply(whole))
        expect(gatherParts(partsOf(wire, stream, cuts))).toEqual(whole)
        expect(tapOf(wire, stream)).toMatchObject({ complete: true, replyId: whole.id })
        expect(tapOf(wire, stream).usage).toEqual(whole.usage)
      }),
    )
  })

  it('never calls a stream complete that was cut before its end', () => {
    fc.assert(
      fc.property(reply, fc.nat(), (whole, at) => {
        const stream = streamOf(wire, unfoldReply(whole))
        const end = stream.indexOf('event: message-end')
        const gatherer = new Gatherer()
        gatherer.push(partsOf(wire, stream.slice(0, at % end)))
        expect(gatherer.complete).toBe(false)
        expect(gatherer.error).toBeDefined()
      }),
    )
  })

  it('decodes any JSON without throwing', () => {
    const known = fc.dictionary(
      fc.constantFrom(
        'messages',
        'message',
        'model',
        'content',
        'type',
        'delta',
        'usage',
        'tools',
        'documents',
        'text',
      ),
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
        decoder.push({ event, data: JSON.stringify(body) })
        decoder.push({ event, data: event })
        wire.tap(quirks, false).event({ event, data: JSON.stringify(body) })
        expect(decoder.end().length).toBeLessThan(2)
      }),
    )
  })
})
