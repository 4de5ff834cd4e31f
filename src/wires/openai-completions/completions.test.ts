/** The openai-completions wire: prompts, replies, streams, and what other wires' calls lose on it. */

import fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import type { ChatCall, Message } from '../../ground/chat-call.ts'
import type { ChatReply, Choice, Part, TokenLogprob } from '../../ground/chat-reply.ts'
import { gatewayError } from '../../ground/error.ts'
import { createFramer } from '../../ground/framing.ts'
import { Gatherer, gatherParts } from '../../ground/gather.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { anthropicMessages } from '../anthropic-messages/index.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { openaiCompletions as wire } from './index.ts'

const WIRE = 'openai-completions'
const defaults = { id: 'x', model: 'x', createdSeconds: 7 }
const options = { ...defaults, includeUsage: true }
const through = (value: Json) => JSON.parse(JSON.stringify(value))

function decoded(body: JsonObject): ChatCall {
  const result = wire.decodeRequest({ model: 'm', ...body })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

function foreign(messages: Message[], fields: Partial<ChatCall> = {}): ChatCall {
  return { model: 'm', stream: false, maxOutputTokens: 5, messages, ...fields }
}

const says = (role: Message['role'], text: string): Message => ({ role, content: [{ type: 'text', text }] })

function partsOf(stream: string, cuts: readonly number[] = []): Part[] {
  const bytes = new TextEncoder().encode(stream)
  const framer = createFramer('sse')
  const decoder = wire.decodeStream(STANDARD_QUIRKS)
  const ends = [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const events = ends.flatMap((end, index) => framer.push(bytes.subarray(ends[index - 1] ?? 0, end)))
  return [...[...events, ...framer.end()].flatMap((event) => decoder.push(event)), ...decoder.end()]
}

function streamOf(parts: readonly Part[]): string {
  const encoder = wire.encodeStream(options)
  return encoder.push(parts) + encoder.end()
}

const word = fc.string({ minLength: 1, maxLength: 12 })
const count = fc.integer({ min: 1, max: 1e6 })
const tokens = fc.array(
  word.map((token): TokenLogprob => ({ token, logprob: -0.5, top: [{ token: 'a', logprob: -1 }] })),
  { minLength: 1, maxLength: 3 },
)
const choice = fc
  .record({ text: word, finish: fc.constantFrom('stop', 'length', 'content-filter'), logprobs: fc.option(tokens) })
  .map(({ text, finish, logprobs }): Choice => {
    const rawFinish = finish === 'content-filter' ? 'content_filter' : finish
    return {
      content: [{ type: 'text', text }],
      finish,
      rawFinish,
      ...(logprobs && { logprobs: { content: logprobs } }),
    }
  })
const reply: fc.Arbitrary<ChatReply> = fc.record(
  {
    id: word,
    model: word,
    createdSeconds: count,
    choices: fc.array(choice, { minLength: 1, maxLength: 3 }),
    usage: fc.record({ input: count, output: count }),
    extras: fc.constant({ wire: WIRE, fields: { system_fingerprint: 'fp' } }),
  },
  { requiredKeys: ['id', 'model', 'createdSeconds', 'choices'] },
)
const runs = { numRuns: 150 }

describe('openai-completions laws', () => {
  it('keeps a whole reply, and a streamed one at any split of its bytes', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(), { maxLength: 8 }), (whole, cuts) => {
        const { value, warnings } = wire.encodeReply(whole, defaults)
        expect(wire.decodeReply(through(value), STANDARD_QUIRKS)).toEqual({ ok: true, value: whole })
        expect(warnings).toEqual([])
        const stream = streamOf(unfoldReply(whole))
        expect(gatherParts(partsOf(stream))).toEqual(whole)
        expect(partsOf(stream, cuts)).toEqual(partsOf(stream))
      }),
      runs,
    )
  })

  it('never calls a stream complete that was cut before a finish', () => {
    fc.assert(
      fc.property(choice, fc.nat(), (one, at) => {
        const stream = streamOf(unfoldReply({ id: 'i', model: 'm', choices: [one] }))
        const gatherer = new Gatherer()
        gatherer.push(partsOf(stream.slice(0, at % stream.indexOf('"finish_reason":"'))))
        expect(gatherer.complete).toBe(false)
        expect(gatherer.error).toBeDefined()
      }),
      runs,
    )
  })

  it('never throws, whatever comes', () => {
    const body = fc.record({
      prompt: fc.jsonValue(),
      choices: fc.array(fc.jsonValue()),
      usage: fc.jsonValue(),
      logprobs: fc.jsonValue(),
    })
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), body), (value) => {
        // `jsonValue` makes JSON, nothing else.
        const given = value as Json
        if (typeof given === 'object' && given !== null && !Array.isArray(given)) wire.decodeRequest(given)
        wire.decodeReply(given, STANDARD_QUIRKS)
        const decoder = wire.decodeStream(STANDARD_QUIRKS)
        decoder.push({ event: '', data: JSON.stringify(given) })
        decoder.end()
        wire.tap(STANDARD_QUIRKS, false).body(given)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a prompt', () => {
  it('is one user message, with everything else kept for this wire', () => {
    const read = decoded({ prompt: ['def f'], suffix: '\nf()', echo: true, logprobs: 3, max_tokens: 5, stop: 'x' })
    expect(read).toMatchObject({
      messages: [says('user', 'def f')],
      maxOutputTokens: 5,
      logprobs: { top: 3 },
      stop: ['x'],
      extras: { wire: WIRE, fields: { suffix: '\nf()', echo: true } },
    })
    expect(wire.encodeRequest(read, STANDARD_QUIRKS)).toEqual({
      value: { model: 'm', prompt: ['def f'], suffix: '\nf()', echo: true, logprobs: 3, max_tokens: 5, stop: ['x'] },
      warnings: [],
    })
    const lost = anthropicMessages.encodeRequest(read, STANDARD_QUIRKS).warnings.map(({ feature }) => feature)
    expect(lost).toEqual(expect.arrayContaining(['suffix', 'echo', 'logprobs']))
  })

  it('that is a list or token ids is refused, with what to do', () => {
    const refused = (prompt: Json) => {
      const result = wire.decodeRequest({ model: 'm', prompt })
      return result.ok ? undefined : result.error
    }
    expect(refused(['a', 'b'])).toMatchObject({ kind: 'not-supported', status: 400, param: 'prompt' })
    expect(refused(['a', 'b'])?.message).toContain('one call for each')
    expect(refused([1, 2])?.message).toContain('Send text')
    expect(refused([[1], [2]])?.message).toContain('Send text')
    expect(refused(null)).toMatchObject({ kind: 'invalid-request' })
    expect(refused(7)).toMatchObject({ kind: 'invalid-request' })
    expect(refused([])).toMatchObject({ kind: 'invalid-request' })
    expect(refused('')).toBeUndefined()
  })
})

describe('a call of another wire', () => {
  const features = (call: ChatCall) =>
    wire.encodeRequest(call, STANDARD_QUIRKS).warnings.map(({ feature, effect }) => `${feature} ${effect}`)

  it('is its text, after what the system says', () => {
    const call = foreign([says('system', 'Be brief.'), says('user', 'hi')])
    expect(wire.encodeRequest(call, STANDARD_QUIRKS)).toEqual({
      value: { model: 'm', prompt: 'Be brief.\n\nhi', max_tokens: 5 },
      warnings: [expect.objectContaining({ feature: 'system', effect: 'changed' })],
    })
  })

  it('is written out when it has turns, which is told', () => {
    const call = foreign([says('system', 's'), says('user', 'q'), says('assistant', 'a'), says('user', 'r')])
    const { value } = wire.encodeRequest(call, STANDARD_QUIRKS)
    expect(value.prompt).toBe('System: s\n\nUser: q\n\nAssistant: a\n\nUser: r\n\nAssistant:')
    expect(new Set(features(call))).toEqual(new Set(['messages changed', 'system changed']))
  })

  it('gets a limit that is not 16 tokens, and loses tools, pictures and formats, which is told', () => {
    const { maxOutputTokens: _, ...call } = foreign(
      [
        {
          role: 'user',
          content: [
            { type: 'image', source: { kind: 'url', url: 'u' } },
            { type: 'text', text: 'hi' },
          ],
        },
      ],
      {
        tools: [{ kind: 'function', name: 'f' }],
        toolChoice: { type: 'auto' },
        reasoning: { effort: 'low' },
        format: { type: 'json' },
        topK: 3,
        extras: { wire: 'other', fields: { container: 'c' } },
      },
    )
    expect(wire.encodeRequest(call, STANDARD_QUIRKS).value).toEqual({ model: 'm', prompt: 'hi', max_tokens: 1024 })
    expect(new Set(features(call))).toEqual(
      new Set([
        'tools dropped',
        'tool_choice dropped',
        'reasoning_effort dropped',
        'response_format dropped',
        'messages[0].content[0] dropped',
        'max_tokens changed',
        'top_k dropped',
        'container dropped',
      ]),
    )
  })
})

describe('replies', () => {
  it('difference 22: Together ends with eos (together/openai-completions/max-tokens)', () => {
    const body = {
      id: 'i',
      model: 'm',
      object: 'text.completion',
      prompt: [],
      choices: [{ text: 'a', finish_reason: 'eos' }],
    }
    expect(wire.decodeReply(body, STANDARD_QUIRKS)).toEqual({
      ok: true,
      value: {
        id: 'i',
        model: 'm',
        choices: [{ content: [{ type: 'text', text: 'a' }], finish: 'stop', rawFinish: 'eos' }],
      },
    })
  })

  it('difference 11: usage only on request, in a chunk without choices, and hidden if we asked (openai/openai-completions/stream-plain)', () => {
    const { fields, askedUsage } = wire.patchRequest(
      { model: 'a', stream: true, max_tokens: 500 },
      { model: 'b', maxOutputTokens: 100 },
      { ...STANDARD_QUIRKS, maxTokensField: 'max_completion_tokens' },
    )
    expect({ fields, askedUsage }).toEqual({
      fields: { model: 'b', max_tokens: 100, stream_options: { include_usage: true } },
      askedUsage: true,
    })
    const tap = wire.tap(STANDARD_QUIRKS, true)
    const event = (data: JsonObject) => tap.event({ event: '', data: JSON.stringify({ model: 'm', ...data }) })
    expect(event({ choices: [{ text: 'a', index: 0, finish_reason: 'stop' }] })).toBe(false)
    expect(event({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } })).toBe(true)
    tap.event({ event: '', data: '[DONE]' })
    expect(tap.result()).toEqual({ model: 'm', finish: 'stop', complete: true, usage: { input: 3, output: 1 } })
  })

  it('difference 37: an error in a stream is a failure', () => {
    const chunk = JSON.stringify({ id: 'i', model: 'm', choices: [{ index: 0, text: 'a', finish_reason: null }] })
    const gatherer = new Gatherer()
    gatherer.push(
      partsOf(`data: ${chunk}\n\ndata: {"error":{"message":"No.","code":"server_error"}}\n\ndata: [DONE]\n\n`),
    )
    expect(gatherer.complete).toBe(false)
    expect(gatherer.error).toMatchObject({ kind: 'upstream-error', message: 'No.' })
  })

  it('hold text only: thinking, calls and sources are told as lost', () => {
    const source: ChatReply = {
      id: 'i',
      model: 'm',
      choices: [
        {
          content: [
            { type: 'reasoning', text: 'hm' },
            { type: 'text', text: 'a', citations: [{ url: 'u' }] },
            { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
          ],
          finish: 'tool-calls',
        },
      ],
      extras: { wire: 'other', fields: { container: 'c' } },
    }
    const { value, warnings } = wire.encodeReply(source, defaults)
    expect(value.choices).toEqual([{ text: 'a', index: 0, logprobs: null, finish_reason: 'stop' }])
    const lost = ['choices.text dropped', 'finish_reason changed', 'container dropped']
    expect(warnings.map(({ feature, effect }) => `${feature} ${effect}`)).toEqual(lost)
    const encoder = wire.encodeStream(options)
    expect(encoder.push(unfoldReply(source)) + encoder.end()).toContain('data: [DONE]')
    expect(new Set(encoder.warnings.map(({ feature, effect }) => `${feature} ${effect}`))).toEqual(new Set(lost))
  })
})

describe('the OpenAI SDK', () => {
  const client = (status: number, type: string, body: string) =>
    new OpenAI({
      apiKey: 'k',
      baseURL: 'http://gateway.invalid/v1',
      fetch: () => Promise.resolve(new Response(body, { status, headers: { 'content-type': type } })),
      maxRetries: 0,
    })
  const source: ChatReply = {
    id: 'i',
    model: 'm',
    choices: [{ content: [{ type: 'text', text: 'ab' }], finish: 'length' }],
    usage: { input: 2, output: 1 },
  }

  it('reads our whole reply and our stream', async () => {
    const body = JSON.stringify(wire.encodeReply(source, defaults).value)
    const read = await client(200, 'application/json', body).completions.create({ model: 'm', prompt: 'x' })
    expect(read).toMatchObject({
      object: 'text_completion',
      choices: [{ text: 'ab', finish_reason: 'length', index: 0, logprobs: null }],
      usage: { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 },
    })
    const sdk = client(200, 'text/event-stream', streamOf(unfoldReply(source)))
    const chunks: unknown[] = []
    for await (const chunk of await sdk.completions.create({ model: 'm', prompt: 'x', stream: true }))
      chunks.push(chunk)
    expect(chunks).toMatchObject([
      { choices: [{ text: 'ab', finish_reason: null }] },
      { choices: [{ text: '', finish_reason: 'length' }] },
      { choices: [], usage: { total_tokens: 3 } },
    ])
  })

  it('throws on an error in the middle of a stream', async () => {
    const error = gatewayError('overloaded', 'Too busy.', { origin: 'upstream' })
    const encoder = wire.encodeStream(options)
    const body = encoder.push([...unfoldReply(source).slice(0, 2), { type: 'reply-error', error }]) + encoder.end()
    const sdk = client(200, 'text/event-stream', body)
    const read = async () => {
      for await (const chunk of await sdk.completions.create({ model: 'm', prompt: 'x', stream: true }))
        expect(chunk.choices).toHaveLength(1)
    }
    await expect(read()).rejects.toThrow('Too busy')
  })
})
