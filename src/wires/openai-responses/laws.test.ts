/** Laws of the openai-responses wire: there and back is the same, at any split, and a clean end is never made up. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, ChatCall, Message, Tool } from '../../ground/chat-call.ts'
import type { ChatReply, Choice, Part, TokenLogprob } from '../../ground/chat-reply.ts'
import { createFramer } from '../../ground/framing.ts'
import { Gatherer, gatherParts } from '../../ground/gather.ts'
import type { Json } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import type { Usage } from '../../ground/usage.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { signatureOf } from './carried.ts'
import { openaiResponses as wire } from './index.ts'

const quirks = { ...STANDARD_QUIRKS, developerRole: true }
const defaults = { id: 'x', model: 'x', createdSeconds: 7 }
const WIRE = 'openai-responses'
const through = (value: Json) => JSON.parse(JSON.stringify(value))
const runs = { numRuns: 200 }

const word = fc.string({ minLength: 1, maxLength: 12 })
const name = fc.stringMatching(/^[a-z_]{1,10}$/)
const json = fc.json({ maxDepth: 2 }).map((text) => (text === '' ? '{}' : text))

const citation = fc.record({ url: fc.webUrl(), title: word, start: fc.nat(), end: fc.nat() }).map((known) => ({
  ...known,
  raw: {
    wire: WIRE,
    value: { type: 'url_citation', url: known.url, title: known.title, start_index: known.start, end_index: known.end },
  },
}))
const text = fc.record({ type: fc.constant('text' as const), text: word })
const cited = fc.record({
  type: fc.constant('text' as const),
  text: word,
  citations: fc.array(citation, { minLength: 1, maxLength: 2 }),
})
const refusal = fc.record({ type: fc.constant('refusal' as const), text: word })
const opaque = name.map((id): Block => ({ type: 'opaque', wire: WIRE, value: { type: 'web_search_call', id } }))
const call = fc.record({ name, arguments: json }).map((fields): Block => ({ type: 'tool-call', id: '', ...fields }))
const thinking = fc
  .record({ text: word, part: fc.constantFrom('summary_text', 'reasoning_text'), encrypted: fc.option(word) })
  .map(({ text, part, encrypted }): Block => {
    const raw = { wire: WIRE, value: { id: '', part } }
    if (encrypted === null) return { type: 'reasoning', text, raw }
    return { type: 'reasoning', text, raw, signature: signatureOf({ id: '', encrypted_content: encrypted }) }
  })
const encrypted = word.map(
  (data): Block => ({ type: 'reasoning', text: '', redacted: signatureOf({ id: '', encrypted_content: data }) }),
)

/** Ids are the place of the block, so that no two items share one. */
function numbered(blocks: Block[]): Block[] {
  return blocks.map((block, index): Block => {
    if (block.type === 'tool-call') return { ...block, id: `call_${index}` }
    if (block.type !== 'reasoning') return block
    const place = (packed: string) => packed.replace('"id":""', `"id":"rs_${index}"`)
    return {
      ...block,
      ...(block.raw && { raw: { ...block.raw, value: { ...block.raw.value, id: `rs_${index}` } } }),
      ...(block.signature !== undefined && { signature: place(block.signature) }),
      ...(block.redacted !== undefined && { redacted: place(block.redacted) }),
    }
  })
}

const content = fc
  .array(fc.oneof(text, cited, refusal, opaque, call, thinking, encrypted), { maxLength: 7 })
  .map(numbered)
const logprobs = fc.array(
  word.map((token): TokenLogprob => ({ token, logprob: -0.5, bytes: null, top: [] })),
  { minLength: 1, maxLength: 3 },
)

const choice = fc
  .record({
    content,
    cut: fc.constantFrom(undefined, 'max_output_tokens', 'content_filter'),
    logprobs: fc.option(logprobs),
  })
  .map(({ content, cut, logprobs }): Choice => {
    const has = (type: Block['type']) => content.some((block) => block.type === type)
    const finish = has('refusal') ? 'refusal' : has('tool-call') ? 'tool-calls' : 'stop'
    return {
      content,
      ...(cut === undefined
        ? { finish, rawFinish: 'completed' }
        : { finish: cut === 'content_filter' ? 'content-filter' : 'length', rawFinish: cut }),
      ...(logprobs && { logprobs: { content: logprobs } }),
    }
  })

const count = fc.integer({ min: 1, max: 1e6 })
const usage: fc.Arbitrary<Usage> = fc.record(
  { input: count, output: count, cacheRead: count, cacheWrite5m: count, reasoning: count, search: count },
  { requiredKeys: ['input', 'output'] },
)

const reply: fc.Arbitrary<ChatReply> = fc.record(
  {
    id: word,
    model: word,
    createdSeconds: count,
    choices: choice.map((one) => [one]),
    usage,
    extras: fc.constant({ wire: WIRE, fields: { service_tier: 'default' } }),
  },
  { requiredKeys: ['id', 'model', 'createdSeconds', 'choices'] },
)

const userBlock: fc.Arbitrary<Block> = fc.oneof(
  text,
  fc.record({
    type: fc.constant('image' as const),
    source: fc.constantFrom(
      { kind: 'url' as const, url: 'https://example.com/a.png' },
      { kind: 'base64' as const, mediaType: 'image/png', data: 'AAAA' },
      { kind: 'file' as const, fileId: 'file_1' },
    ),
    detail: fc.constantFrom('low', 'high'),
  }),
  fc.record({
    type: fc.constant('document' as const),
    source: fc.constantFrom(
      { kind: 'base64' as const, mediaType: 'application/pdf', data: 'AAAA' },
      { kind: 'file' as const, fileId: 'file_1' },
    ),
    title: word,
  }),
)
const user = fc
  .array(userBlock, { minLength: 1, maxLength: 3 })
  .map((blocks): Message => ({ role: 'user', content: blocks }))
const rawThinking = word.map(
  (summary): Block => ({
    type: 'reasoning',
    text: summary,
    raw: {
      wire: WIRE,
      value: { type: 'reasoning', summary: [{ type: 'summary_text', text: summary }], encrypted_content: 'e' },
    },
  }),
)
const turn = fc
  .record({
    said: fc.array(fc.oneof(text, refusal, opaque, rawThinking, call), { minLength: 1, maxLength: 4 }),
    output: word,
  })
  .map(({ said, output }): Message[] => {
    const blocks = numbered(said)
    const results = blocks.flatMap((block): Message[] =>
      block.type === 'tool-call'
        ? [
            {
              role: 'tool',
              content: [{ type: 'tool-result', id: block.id, content: [{ type: 'text', text: output }] }],
            },
          ]
        : [],
    )
    return [{ role: 'assistant', content: blocks }, ...results]
  })
const chatCall: fc.Arbitrary<ChatCall> = fc.record(
  {
    model: word,
    stream: fc.boolean(),
    streamUsage: fc.constant(true),
    messages: fc
      .record({
        system: fc.option(word),
        developer: fc.option(word),
        turns: fc.array(fc.tuple(user, turn), { maxLength: 3 }),
        last: user,
      })
      .map(({ system, developer, turns, last }): Message[] => [
        ...(system ? [{ role: 'system' as const, content: [{ type: 'text' as const, text: system }] }] : []),
        ...(developer ? [{ role: 'developer' as const, content: [{ type: 'text' as const, text: developer }] }] : []),
        ...turns.flatMap(([asked, answered]) => [asked, ...answered]),
        last,
      ]),
    tools: fc.constant<Tool[]>([
      { kind: 'function', name: 'f', parameters: { type: 'object' }, strict: false },
      { kind: 'provider', wire: WIRE, value: { type: 'web_search' } },
    ]),
    toolChoice: fc.constantFrom({ type: 'required' as const }, { type: 'tool' as const, name: 'f' }),
    maxOutputTokens: count,
    temperature: fc.constantFrom(0, 0.5, 2),
    logprobs: fc.record({ top: fc.nat({ max: 20 }) }),
    format: fc.constantFrom(
      { type: 'json' as const },
      { type: 'json-schema' as const, name: 'n', schema: { type: 'object' }, strict: true },
    ),
    reasoning: fc.constantFrom({ effort: 'low' as const }, { effort: 'none' as const }),
    metadata: fc.constant({ a: 'b' }),
    extras: fc.constantFrom<NonNullable<ChatCall['extras']>[]>(
      { wire: WIRE, fields: {} },
      { wire: WIRE, fields: { store: true, 'reasoning.summary': 'auto', 'text.verbosity': 'low', include: ['a'] } },
      { wire: WIRE, fields: { 'tools[f].defer_loading': true, previous_response_id: 'resp_1' } },
    ),
  },
  { requiredKeys: ['model', 'stream', 'streamUsage', 'messages', 'tools', 'extras'] },
)

function streamOf(parts: readonly Part[]): string {
  const encoder = wire.encodeStream({ includeUsage: true, ...defaults })
  return encoder.push(parts) + encoder.end()
}

function partsOf(stream: string, cuts: readonly number[] = []): Part[] {
  const bytes = new TextEncoder().encode(stream)
  const framer = createFramer('sse')
  const decoder = wire.decodeStream(quirks)
  const ends = [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const events = ends.flatMap((end, index) => framer.push(bytes.subarray(ends[index - 1] ?? 0, end)))
  return [...[...events, ...framer.end()].flatMap((event) => decoder.push(event)), ...decoder.end()]
}

describe('openai-responses laws', () => {
  it('keeps a call through encode and decode', () => {
    fc.assert(
      fc.property(chatCall, (sent) => {
        const { value, warnings } = wire.encodeRequest(sent, quirks)
        const back = wire.decodeRequest(through(value))
        if (!back.ok) throw new Error(back.error.message)
        const { asWritten: _, ...extras } = back.value.extras ?? { wire: '', fields: {} }
        expect({ ...back.value, extras }).toEqual(sent)
        expect(warnings).toEqual([])
      }),
      runs,
    )
  })

  it('keeps a whole reply through encode and decode', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const { value, warnings } = wire.encodeReply(whole, defaults)
        expect(wire.decodeReply(through(value), quirks)).toEqual({ ok: true, value: whole })
        expect(warnings).toEqual([])
      }),
      runs,
    )
  })

  it('keeps a reply through a stream, which ends with the whole reply', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const stream = streamOf(unfoldReply(whole))
        expect(gatherParts(partsOf(stream))).toEqual(whole)
        const last = stream.trimEnd().split('\n').at(-1) ?? ''
        const { response } = JSON.parse(last.slice('data: '.length))
        expect(response).toEqual(through(wire.encodeReply(whole, defaults).value))
      }),
      runs,
    )
  })

  it('decodes a stream the same at any split of its bytes', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(), { maxLength: 12 }), (whole, cuts) => {
        const stream = streamOf(unfoldReply(whole))
        expect(partsOf(stream, cuts)).toEqual(partsOf(stream))
      }),
      runs,
    )
  })

  it('never calls a stream complete that was cut', () => {
    fc.assert(
      fc.property(reply, fc.nat(), (whole, at) => {
        const stream = streamOf(unfoldReply(whole))
        const cut = stream.slice(0, at % stream.lastIndexOf('event: '))
        const gatherer = new Gatherer()
        gatherer.push(partsOf(cut))
        expect(gatherer.complete).toBe(false)
        expect(gatherer.error).toBeDefined()
      }),
      runs,
    )
  })

  it('reads through the tap what the decoder reads', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const framer = createFramer('sse')
        const tap = wire.tap(quirks, false)
        for (const event of framer.push(new TextEncoder().encode(streamOf(unfoldReply(whole))))) tap.event(event)
        const { usage, ...seen } = tap.result()
        expect(seen).toEqual({
          model: whole.model,
          replyId: whole.id,
          finish: whole.choices[0]?.finish,
          complete: true,
          ...(whole.extras && { serviceClass: 'standard' }),
        })
        expect(usage).toEqual(whole.usage)
      }),
      runs,
    )
  })

  it('never throws, whatever comes', () => {
    const strange = fc.jsonValue({ maxDepth: 4 })
    const events = fc.constantFrom(
      'response.created',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_text.delta',
      'response.function_call_arguments.delta',
      'response.reasoning_text.delta',
      'response.output_text.annotation.added',
      'response.completed',
      'response.failed',
      'error',
      '',
    )
    const item = fc.record(
      {
        type: fc.constantFrom('message', 'reasoning', 'function_call', 'x'),
        content: strange,
        summary: strange,
        name: strange,
      },
      { requiredKeys: [] },
    )
    const body = fc.record(
      {
        input: fc.oneof(strange, fc.array(item)),
        output: fc.array(item),
        tools: strange,
        text: strange,
        usage: strange,
      },
      { requiredKeys: [] },
    )
    const event = fc.record(
      { item, output_index: strange, delta: strange, response: body, error: strange },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(strange, body), fc.array(fc.tuple(events, fc.oneof(strange, event))), (value, stream) => {
        // `jsonValue` and the records above make JSON, nothing else.
        const given = value as Json
        if (typeof given === 'object' && given !== null && !Array.isArray(given)) wire.decodeRequest(given)
        wire.decodeReply(given, quirks)
        wire.decodeError(500, new Headers(), given)
        wire.tap(quirks, false).body(given)
        const decoder = wire.decodeStream(quirks)
        const tap = wire.tap(quirks, false)
        for (const [type, data] of stream) {
          const sse = { event: type, data: JSON.stringify(data) }
          decoder.push(sse)
          tap.event(sse)
        }
        decoder.end()
        tap.result()
      }),
      { numRuns: 500 },
    )
  })
})
