import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block } from './chat-call.ts'
import type { ChatReply } from './chat-reply.ts'
import { Gatherer, gatherParts } from './gather.ts'
import { unfoldReply } from './unfold.ts'

const words = fc.string({ minLength: 1, maxLength: 12 })

const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: words }),
  fc.record({
    type: fc.constant('text' as const),
    text: words,
    citations: fc.array(fc.record({ url: words }), { minLength: 1 }),
  }),
  fc.record({ type: fc.constant('reasoning' as const), text: words }),
  fc.record({
    type: fc.constant('reasoning' as const),
    text: words,
    raw: fc.record({ wire: words, value: fc.record({ type: words }) }),
  }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.string(), signature: words }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.constant(''), redacted: words }),
  fc.record({ type: fc.constant('tool-call' as const), id: words, name: words, arguments: words }),
  fc.record({ type: fc.constant('refusal' as const), text: words }),
  fc.record({
    type: fc.constant('opaque' as const),
    wire: fc.constant('some-wire'),
    value: fc.record({ type: words }),
  }),
  fc.record({ type: fc.constant('audio' as const), format: words, data: words }),
)

const token = fc.record({ token: words, logprob: fc.constant(-0.5) })

const reply: fc.Arbitrary<ChatReply> = fc.record(
  {
    id: words,
    model: words,
    createdSeconds: fc.nat(),
    choices: fc.array(
      fc.record(
        {
          content: fc.array(block, { maxLength: 6 }),
          finish: fc.constantFrom('stop' as const, 'length' as const, 'tool-calls' as const),
          rawFinish: words,
          stopSequence: words,
          logprobs: fc.record({ content: fc.array(token, { minLength: 1 }) }),
        },
        { requiredKeys: ['content', 'finish'] },
      ),
      { maxLength: 3 },
    ),
    usage: fc.record({ input: fc.nat(), output: fc.nat() }),
  },
  { requiredKeys: ['id', 'model', 'choices'] },
)

describe('gatherParts', () => {
  it('gives back the reply that was unfolded', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        expect(gatherParts(unfoldReply(whole))).toEqual(whole)
      }),
    )
  })

  it('gives a tool call without arguments an empty object', () => {
    const parts = gatherParts([
      { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'now' },
      { type: 'tool-call-end', choice: 0, index: 0 },
    ])
    expect(parts.choices[0]?.content).toEqual([{ type: 'tool-call', id: 'a', name: 'now', arguments: '{}' }])
  })

  it('keeps interleaved parallel calls apart', () => {
    const gathered = gatherParts([
      { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'f' },
      { type: 'tool-call-start', choice: 0, index: 1, id: 'b', name: 'f' },
      { type: 'tool-call-delta', choice: 0, index: 1, arguments: '{"b":' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{}' },
      { type: 'tool-call-delta', choice: 0, index: 1, arguments: '1}' },
    ])
    expect(gathered.choices[0]?.content).toMatchObject([
      { id: 'a', arguments: '{}' },
      { id: 'b', arguments: '{"b":1}' },
    ])
  })

  it('takes the last usage and remembers how the stream ended', () => {
    const gatherer = new Gatherer()
    gatherer.push([
      { type: 'reply-start', id: 'r', model: 'm', usage: { input: 1 } },
      { type: 'usage', usage: { input: 1, output: 2 } },
      { type: 'usage', usage: { input: 1, output: 5 } },
      { type: 'reply-end' },
    ])
    expect(gatherer.reply()).toEqual({ id: 'r', model: 'm', usage: { input: 1, output: 5 }, choices: [] })
    expect(gatherer.complete).toBe(true)
    expect(gatherer.error).toBeUndefined()
  })

  it('does not change what it gave out when more parts arrive', () => {
    const gatherer = new Gatherer()
    gatherer.push([{ type: 'text-delta', choice: 0, text: 'a' }])
    const early = gatherer.reply()
    gatherer.push([{ type: 'text-delta', choice: 0, text: 'b' }])
    expect(early.choices[0]?.content).toEqual([{ type: 'text', text: 'a' }])
  })
})
