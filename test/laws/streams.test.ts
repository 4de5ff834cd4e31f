/** Laws that every chat wire keeps for its streams, in each of its framings. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatReply, Part } from '../../src/ground/chat-reply.ts'
import { Gatherer, gatherParts } from '../../src/ground/gather.ts'
import { type Json, parseJson } from '../../src/ground/json.ts'
import { unfoldReply } from '../../src/ground/unfold.ts'
import { addUsage, totalInput, totalOutput, type Usage } from '../../src/ground/usage.ts'
import { type Quirks, STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import { reply as chatReply } from '../golden/openai-chat/arbitraries.ts'
import { framed as streamEvents } from '../support/pieces.ts'
import { presentChatWires } from '../support/present-wires.ts'
import { streamBytes, streamParts } from '../support/wire-streams.ts'
import { messagesReply, mixedParts, sharedReply } from './hub-arbitraries.ts'

const quirks: Quirks = { ...STANDARD_QUIRKS, streamUsage: 'always', reasoningField: 'reasoning_content' }
const defaults = { id: 'x', model: 'm', createdSeconds: 1 }
const runs = { numRuns: 100 }

const wires = await presentChatWires()
const cases = wires.flatMap((wire) =>
  wire.framings.map((framing) => [`${wire.name}, ${framing}`, wire, framing] as const),
)

/** What an API has no place for, in whole replies and streams alike. */
interface Lacks {
  readonly toolCalls?: true
  /** Thinking is counted as output. */
  readonly reasoningUsage?: true
  /** Only totals of tokens. */
  readonly usageUnits?: true
}
const LACKS: Readonly<Partial<Record<ChatWireName, Lacks>>> = {
  'openai-completions': { toolCalls: true },
  'bedrock-converse': { reasoningUsage: true },
  'ollama-chat': { usageUnits: true },
  'ollama-generate': { toolCalls: true, usageUnits: true },
}

/** What a reader gets of a reply, whatever the order in which an API sends kinds of content. */
function gist(reply: ChatReply, lacks: Lacks = {}) {
  const choices = reply.choices.map(({ content, finish }) => {
    const calls = content.flatMap((block) => (block.type === 'tool-call' ? [block] : []))
    return {
      text: content.map((block) => (block.type === 'text' || block.type === 'refusal' ? block.text : '')).join(''),
      thinking: content.map((block) => (block.type === 'reasoning' ? block.text : '')).join(''),
      calls: lacks.toolCalls ? [] : calls.map((call) => ({ name: call.name, arguments: parseJson(call.arguments) })),
      finish: lacks.toolCalls && finish === 'tool-calls' ? 'stop' : finish,
    }
  })
  return { choices, usage: usageGist(reply.usage ?? {}, lacks) }
}

function usageGist(usage: Usage, lacks: Lacks) {
  if (lacks.usageUnits) return [totalInput(usage), totalOutput(usage)]
  if (lacks.reasoningUsage) return addUsage({}, { ...usage, output: totalOutput(usage), reasoning: 0 })
  return addUsage({}, usage)
}

/** How much of each kind a reply holds. */
function inventory({ choices }: ChatReply): Record<string, number> {
  const counts: Record<string, number> = { choices: choices.filter(({ content }) => content.length > 0).length }
  const add = (kind: string, count = 1) => {
    counts[kind] = (counts[kind] ?? 0) + count
  }
  for (const block of choices.flatMap(({ content }) => content)) {
    if (block.type === 'text' || block.type === 'refusal') add('characters', block.text.length)
    else if (block.type !== 'reasoning') add(block.type)
    if (block.type === 'text') add('citations', block.citations?.length)
    if (block.type === 'reasoning' && block.signature !== undefined) add('signatures')
    if (block.type === 'reasoning' && block.redacted !== undefined) add('redacted')
  }
  for (const { logprobs } of choices) add('logprobs', logprobs?.content?.length ?? 0)
  return counts
}

/** Replies whose calls have whole arguments: half of the APIs have them as objects. */
const wholeReply = sharedReply.filter(({ choices }) =>
  (choices[0]?.content ?? []).every((block) => block.type !== 'tool-call' || parseJson(block.arguments) !== undefined),
)
const anyReply = fc.oneof(sharedReply, messagesReply, chatReply)
const anyParts = fc.oneof(mixedParts, anyReply.map(unfoldReply))

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value))
}

describe.each(cases)('%s', (_, wire, framing) => {
  const lacks = LACKS[wire.name]
  const bytesOf = (parts: readonly Part[], groupSize?: number) => streamBytes(wire, framing, parts, groupSize).bytes
  const partsOf = (bytes: Uint8Array, cuts?: readonly number[]) => streamParts(wire, framing, bytes, quirks, cuts)

  it('keeps text, calls, finish and usage of a reply, and ends', () => {
    fc.assert(
      fc.property(wholeReply, (reply) => {
        const gatherer = new Gatherer()
        gatherer.push(partsOf(bytesOf(unfoldReply(reply))))
        expect(gist(gatherer.reply(), lacks)).toEqual(gist(reply, lacks))
        expect(gatherer).toMatchObject({ complete: true, error: undefined })
      }),
      runs,
    )
  })

  it('says in a stream what it says in a whole reply', () => {
    fc.assert(
      fc.property(anyReply, (reply) => {
        const whole = wire.decodeReply(asJson(wire.encodeReply(reply, defaults).value), quirks)
        const streamed = gatherParts(partsOf(bytesOf(unfoldReply(reply))))
        expect(whole.ok && gist(whole.value)).toEqual(gist(streamed))
      }),
      runs,
    )
  })

  it('loses nothing of a reply without a warning', () => {
    fc.assert(
      fc.property(anyReply, (reply) => {
        const { bytes, warnings } = streamBytes(wire, framing, unfoldReply(reply))
        const before = inventory(reply)
        const after = inventory(gatherParts(partsOf(bytes)))
        const lost = Object.entries(before).filter(([kind, count]) => (after[kind] ?? 0) < count)
        if (warnings.length === 0) expect(lost).toEqual([])
      }),
      runs,
    )
  })

  it('decodes the same parts wherever the bytes are cut', () => {
    fc.assert(
      fc.property(anyParts, fc.array(fc.nat(), { maxLength: 12 }), (parts, cuts) => {
        const bytes = bytesOf(parts)
        expect(partsOf(bytes, cuts)).toEqual(partsOf(bytes))
      }),
      runs,
    )
    fc.assert(
      fc.property(anyParts, (parts) => {
        const bytes = bytesOf(parts)
        expect(partsOf(bytes, [...bytes.keys()])).toEqual(partsOf(bytes))
      }),
      { numRuns: 10 },
    )
  })

  it('says the same whether its parts come one by one or together', () => {
    fc.assert(
      fc.property(anyParts, fc.integer({ min: 1, max: 5 }), (parts, groupSize) => {
        const together = gatherParts(partsOf(bytesOf(parts)))
        expect(gatherParts(partsOf(bytesOf(parts, groupSize)))).toEqual(together)
      }),
      runs,
    )
  })

  it('never calls a stream complete that broke off, nor one that failed', () => {
    fc.assert(
      fc.property(wholeReply, fc.nat(), (reply, at) => {
        const parts = unfoldReply(reply).slice(0, -1)
        const error = {
          kind: 'overloaded',
          message: 'Busy.',
          status: 529,
          retryable: true,
          origin: 'upstream',
        } as const
        const gatherer = new Gatherer()
        gatherer.push(partsOf(bytesOf([...parts.slice(0, 1 + (at % parts.length)), { type: 'reply-error', error }])))
        expect(gatherer.complete).toBe(false)
        expect(gatherer.error?.message).toContain('Busy.')
      }),
      runs,
    )
    fc.assert(
      fc.property(wholeReply, fc.nat(), (reply, at) => {
        const bytes = bytesOf(unfoldReply(reply))
        const gatherer = new Gatherer()
        gatherer.push(partsOf(bytes.subarray(0, at % bytes.length)))
        expect(gatherer.complete).toBe(gatherer.error === undefined)
        if (gatherer.complete) expect(gist(gatherer.reply(), lacks).choices).toEqual(gist(reply, lacks).choices)
      }),
      runs,
    )
  })

  it('is read by its tap as by its decoder', () => {
    fc.assert(
      fc.property(anyReply, (reply) => {
        const stream = bytesOf(unfoldReply(reply))
        const gatherer = new Gatherer()
        gatherer.push(partsOf(stream))
        const tap = wire.tap(quirks, false)
        for (const event of streamEvents(framing, stream)) tap.event(event)
        const { complete, usage, finish } = tap.result()
        expect({ complete, usage }).toEqual({ complete: gatherer.complete, usage: gatherer.reply().usage })
        // Which of several alternatives the one word is about is nowhere said.
        const [choice, ...others] = gatherer.reply().choices
        if (others.length === 0) expect(finish).toBe(choice?.finish)
      }),
      runs,
    )
  })
})
