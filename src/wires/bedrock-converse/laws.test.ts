/** Laws of the bedrock-converse wire: there and back is the same, through binary frames at any split, and nothing throws. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeAwsEvent } from '../../../test/support/aws-events.ts'
import { AwsEventFramer } from '../../ground/aws-events.ts'
import type { Block, ChatCall, Message } from '../../ground/chat-call.ts'
import type { ChatReply, Choice, Part } from '../../ground/chat-reply.ts'
import { Gatherer, gatherParts } from '../../ground/gather.ts'
import { asObject, type Json } from '../../ground/json.ts'
import { type SseEvent, SseParser } from '../../ground/sse.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { bedrockConverse as wire } from './index.ts'

const defaults = { id: 'x', model: 'x', createdSeconds: 0 }
const through = (value: Json) => JSON.parse(JSON.stringify(value))

const words = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).map((text) => `a${text}z`)
const ident = fc.stringMatching(/^[a-z]{3,9}$/)
const text = words.map((word): Block => ({ type: 'text', text: word }))
const cited = fc.tuple(fc.constantFrom('', 'so it is'), words).map(([said, title]): Block => {
  const value = { title, location: { web: { url: 'https://example.com/' } } }
  const citation = { url: 'https://example.com/', title, raw: { wire: wire.name, value } }
  return { type: 'text', text: said, citations: [citation] }
})
const reasoning = fc.oneof(
  fc.tuple(words, words).map(([thought, signature]): Block => ({ type: 'reasoning', text: thought, signature })),
  words.map((thought): Block => ({ type: 'reasoning', text: thought })),
  words.map((redacted): Block => ({ type: 'reasoning', text: '', redacted })),
)
const opaque = fc.constantFrom<Block>(
  {
    type: 'opaque',
    wire: wire.name,
    value: { toolUse: { toolUseId: 'p', name: 'n', type: 'server_tool_use', input: {} } },
  },
  { type: 'opaque', wire: wire.name, value: { toolResult: { toolUseId: 'p', type: 'r', content: [{ text: 'T' }] } } },
  { type: 'opaque', wire: wire.name, value: { newThing: { a: 1 } } },
)
const call = fc
  .tuple(ident, ident, fc.constantFrom('{}', '{"city":"Bern"}'))
  .map(([id, name, input]): Block => ({ type: 'tool-call', id, name, arguments: input }))

function uniqueCalls(blocks: Block[]): Block[] {
  return blocks.map((block, index) => (block.type === 'tool-call' ? { ...block, id: `${block.id}${index}` } : block))
}

const content = fc.array(fc.oneof(text, cited, reasoning, call, opaque), { maxLength: 6 }).map(uniqueCalls)
const ending = fc.constantFrom<Pick<Choice, 'finish' | 'rawFinish'>>(
  { finish: 'stop', rawFinish: 'end_turn' },
  { finish: 'tool-calls', rawFinish: 'tool_use' },
  { finish: 'length', rawFinish: 'max_tokens' },
  { finish: 'content-filter', rawFinish: 'guardrail_intervened' },
)
const usage = fc.record(
  {
    input: fc.integer({ min: 1, max: 1e6 }),
    cacheRead: fc.integer({ min: 1, max: 1e6 }),
    cacheWrite5m: fc.integer({ min: 1, max: 1e6 }),
    cacheWrite1h: fc.integer({ min: 1, max: 1e6 }),
    output: fc.integer({ min: 1, max: 1e6 }),
  },
  { requiredKeys: ['input'] },
)
const reply: fc.Arbitrary<ChatReply> = fc
  .tuple(content, ending, fc.option(usage, { nil: undefined }), fc.option(fc.nat(), { nil: undefined }))
  .map(([blocks, end, counted, latencyMs]) => ({
    id: '',
    model: '',
    choices: [{ content: blocks, ...end }],
    ...(counted && { usage: counted }),
    ...(latencyMs !== undefined && { extras: { wire: wire.name, fields: { trace: { latencyMs } } } }),
  }))

function events(parts: readonly Part[]): SseEvent[] {
  const encoder = wire.encodeStream({ includeUsage: true, ...defaults })
  return new SseParser().push(encoder.push(parts) + encoder.end())
}

function frames(parts: readonly Part[]): Uint8Array {
  return Uint8Array.from(events(parts).flatMap(({ event, data }) => [...encodeAwsEvent(event, data)]))
}

function partsOf(bytes: Uint8Array, cuts: readonly number[] = []): Part[] {
  const framer = new AwsEventFramer()
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  const parts: Part[] = []
  let from = 0
  for (const cut of [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    for (const event of framer.push(bytes.slice(from, cut))) parts.push(...decoder.push(event))
    from = cut
  }
  for (const event of framer.end()) parts.push(...decoder.push(event))
  return [...parts, ...decoder.end()]
}

const cache = fc.record({ ttl: fc.constantFrom('5m' as const, '1h' as const) })
const media = fc.constantFrom<Block>(
  { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
  { type: 'image', source: { kind: 'url', url: 's3://bucket/a.jpeg' } },
  {
    type: 'document',
    source: { kind: 'base64', mediaType: 'application/pdf', data: 'AAAA' },
    title: 'D',
    citations: true,
  },
  { type: 'document', source: { kind: 'text', mediaType: 'text/plain', text: 'T' }, title: 'E', context: 'C' },
  { type: 'document', source: { kind: 'blocks', blocks: [{ type: 'text', text: 'T' }] }, title: 'F' },
  { type: 'audio', format: 'wav', data: 'AAAA' },
)
const cachedText = fc.tuple(words, cache).map(([said, hint]): Block => ({ type: 'text', text: said, cache: hint }))
const userTurn = fc
  .array(fc.oneof(text, cachedText, media), { minLength: 1, maxLength: 4 })
  .map((blocks): Message => ({ role: 'user', content: blocks }))
const assistantTurn = fc
  .array(fc.oneof(text, cited, reasoning, call, opaque), { minLength: 1, maxLength: 4 })
  .map((blocks): Message => ({ role: 'assistant', content: uniqueCalls(blocks) }))
const chatCall: fc.Arbitrary<ChatCall> = fc
  .record(
    {
      system: cachedText,
      turns: fc.array(fc.tuple(assistantTurn, userTurn), { maxLength: 2 }),
      first: userTurn,
      maxOutputTokens: fc.integer({ min: 1, max: 9999 }),
      temperature: fc.constantFrom(0, 0.5, 1),
      topP: fc.constantFrom(0.1, 1),
      stop: fc.array(words, { minLength: 1, maxLength: 2 }),
      tools: fc.array(
        fc.record(
          {
            kind: fc.constant('function' as const),
            name: ident,
            description: words,
            parameters: fc.constant({ type: 'object' }),
            strict: fc.boolean(),
            cache,
          },
          { requiredKeys: ['kind', 'name', 'parameters'] },
        ),
        { minLength: 1, maxLength: 2 },
      ),
      toolChoice: fc.constantFrom({ type: 'auto' as const }, { type: 'required' as const }),
      metadata: fc.constant({ team: 'blue' }),
      serviceTier: fc.constantFrom('default', 'flex', 'reserved'),
    },
    { requiredKeys: ['turns', 'first'] },
  )
  .map(({ system, turns, first, toolChoice, ...settings }) => ({
    ...settings,
    ...(settings.tools && toolChoice && { toolChoice }),
    model: '',
    stream: false,
    streamUsage: true,
    messages: [
      ...(system ? [{ role: 'system' as const, content: [system] }] : []),
      first,
      // Ids of calls are unique in a conversation.
      ...turns.flatMap(([assistant, user], index) => [withIds(assistant, index), user]),
    ],
    extras: { wire: wire.name, fields: { guardrailConfig: { guardrailIdentifier: 'g' } }, asWritten: {} },
  }))

function withIds(message: Message, turn: number): Message {
  const blocks = message.content.map((block) =>
    block.type === 'tool-call' ? { ...block, id: `${block.id}_${turn}` } : block,
  )
  return { ...message, content: blocks }
}

const runs = { numRuns: 250 }

describe('bedrock-converse laws', () => {
  it('keeps a call through encode and decode', () => {
    fc.assert(
      fc.property(chatCall, (sent) => {
        const { value, warnings } = wire.encodeRequest(sent, STANDARD_QUIRKS)
        expect(wire.decodeRequest(through(value))).toEqual({ ok: true, value: sent })
        expect(warnings).toEqual([])
      }),
      runs,
    )
  })

  it('keeps a whole reply through encode and decode', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const { value, warnings } = wire.encodeReply(whole, defaults)
        expect(wire.decodeReply(through(value), STANDARD_QUIRKS)).toEqual({ ok: true, value: whole })
        expect(warnings).toEqual([])
      }),
      runs,
    )
  })

  it('keeps a reply through a stream of binary frames, at any split of its bytes', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(), { maxLength: 12 }), (whole, cuts) => {
        const bytes = frames(unfoldReply(whole))
        expect(partsOf(bytes, cuts)).toEqual(partsOf(bytes))
        expect(gatherParts(partsOf(bytes, cuts))).toEqual(whole)
      }),
      runs,
    )
  })

  it('never calls a stream complete that was cut before its stop reason', () => {
    fc.assert(
      fc.property(reply, fc.nat(), (whole, at) => {
        const all = events(unfoldReply(whole))
        const kept = all.slice(0, at % all.length)
        const decoder = wire.decodeStream(STANDARD_QUIRKS)
        const gatherer = new Gatherer()
        gatherer.push([...kept.flatMap((event) => decoder.push(event)), ...decoder.end()])
        expect(gatherer.complete).toBe(kept.some(({ event }) => event === 'messageStop'))
        expect(gatherer.complete).toBe(gatherer.error === undefined)
      }),
      runs,
    )
  })

  it('reads through the tap what the decoder reads', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const tap = wire.tap(STANDARD_QUIRKS, false)
        for (const event of events(unfoldReply(whole))) expect(tap.event(event)).toBe(false)
        const finish = whole.choices[0]?.finish
        expect(tap.result()).toEqual({ ...(whole.usage && { usage: whole.usage }), finish, complete: true })
      }),
      runs,
    )
  })

  it('throws at nothing that anybody sends', () => {
    const names = [
      'messages',
      'content',
      'text',
      'toolUse',
      'toolResult',
      'input',
      'start',
      'delta',
      'citation',
      'usage',
    ]
    const more = [
      'system',
      'toolConfig',
      'tools',
      'toolSpec',
      'inferenceConfig',
      'image',
      'document',
      'source',
      'output',
    ]
    const last = ['message', 'reasoningContent', 'citationsContent', 'cachePoint', 'contentBlockIndex', 'stopReason']
    const junk = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(null, true, 0, -1, 1e300, '', 'x', '{'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names, ...more, ...last), tie('value'), { maxKeys: 4 }),
      ),
    })).value
    const kinds = [
      'messageStart',
      'contentBlockStart',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]
    const kind = fc.constantFrom(...kinds, 'exception:x', '', 'other')
    fc.assert(
      fc.property(junk, fc.array(fc.tuple(kind, junk), { maxLength: 6 }), (value, list) => {
        const json = through(value as Json) // built of JSON values alone
        wire.decodeRequest(asObject(json) ?? {})
        wire.decodeRequest({ messages: [{ role: 'user', content: json }], toolConfig: { tools: json } })
        wire.decodeReply(json, STANDARD_QUIRKS)
        wire.decodeReply({ output: { message: { content: json } }, usage: json }, STANDARD_QUIRKS)
        wire.decodeError(400, new Headers(), json)
        const sent = list.map(([event, data]) => ({ event, data: JSON.stringify(data) }))
        const decoder = wire.decodeStream(STANDARD_QUIRKS)
        const tap = wire.tap(STANDARD_QUIRKS, false)
        for (const event of sent) tap.event(event)
        tap.result()
        const ends = [...sent.flatMap((event) => decoder.push(event)), ...decoder.end()]
        expect(ends.at(-1)?.type).toMatch(/^reply-(end|error)$/)
      }),
      { numRuns: 500 },
    )
  })
})
