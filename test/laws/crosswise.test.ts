/** What crosses from one chat wire to the other and back: the same, or a warning that says what was lost. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, ChatCall } from '../../src/ground/chat-call.ts'
import type { ChatReply, Part } from '../../src/ground/chat-reply.ts'
import { Gatherer, gatherParts } from '../../src/ground/gather.ts'
import { isObject, type JsonObject, parseJson } from '../../src/ground/json.ts'
import { SseParser } from '../../src/ground/sse.ts'
import { unfoldReply } from '../../src/ground/unfold.ts'
import { addUsage, totalInput, totalOutput } from '../../src/ground/usage.ts'
import { anthropicMessages } from '../../src/wires/anthropic-messages/index.ts'
import { openaiChat } from '../../src/wires/openai-chat/index.ts'
import { type Quirks, STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import type { ChatWire } from '../../src/wires/wire.ts'
import { sharedCall, sharedReply } from './hub-arbitraries.ts'
import { brokenRules, wordsOf } from './messages-request-rules.ts'

const ways: [string, ChatWire, ChatWire][] = [
  ['anthropic-messages over openai-chat', anthropicMessages, openaiChat],
  ['openai-chat over anthropic-messages', openaiChat, anthropicMessages],
]
const quirks: Quirks = { ...STANDARD_QUIRKS, streamUsage: 'always' }
const defaults = { id: 'x', model: 'x', createdSeconds: 0 }
const runs = { numRuns: 200 }

function value<T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const through = (json: JsonObject): JsonObject => JSON.parse(JSON.stringify(json))

function callThrough(call: ChatCall, wire: ChatWire): ChatCall {
  return value(wire.decodeRequest(through(wire.encodeRequest(call, quirks).value)))
}

function replyThrough(reply: ChatReply, wire: ChatWire): ChatReply {
  return value(wire.decodeReply(through(wire.encodeReply(reply, defaults).value), quirks))
}

function partsThrough(parts: readonly Part[], wire: ChatWire): Part[] {
  const encoder = wire.encodeStream({ includeUsage: true, ...defaults })
  const text = encoder.push(parts) + encoder.end()
  const parser = new SseParser()
  const decoder = wire.decodeStream(quirks)
  const decoded = [...parser.push(text), ...parser.end()].flatMap((event) => decoder.push(event))
  return [...decoded, ...decoder.end()]
}

/** What both wires have words for. */
function sharedFields(call: ChatCall) {
  const { messages, tools, toolChoice, stop, temperature, maxOutputTokens, user, stream } = call
  return { messages, tools, toolChoice, stop, temperature, maxOutputTokens, user, stream }
}

function answer(reply: ChatReply) {
  const [choice] = reply.choices
  return { content: choice?.content, finish: choice?.finish, usage: addUsage({}, reply.usage ?? {}) }
}

describe.each(ways)('%s', (_, client, upstream) => {
  it('keeps messages, tools, ids and settings of a call', () => {
    fc.assert(
      fc.property(sharedCall, (sent) => {
        const call = callThrough(sent, client)
        const there = callThrough(call, upstream)
        expect(sharedFields(there)).toEqual(sharedFields(call))
        expect(sharedFields(callThrough(there, client))).toEqual(sharedFields(call))
      }),
      runs,
    )
  })

  it('has no warning for what both wires carry, but for arguments that are cut', () => {
    fc.assert(
      fc.property(sharedCall, (sent) => {
        const { warnings } = upstream.encodeRequest(callThrough(sent, client), quirks)
        expect(warnings.filter(({ feature }) => !feature.includes('arguments'))).toEqual([])
      }),
      runs,
    )
  })

  it('keeps content, ids, stop reason and usage of a whole reply', () => {
    fc.assert(
      fc.property(sharedReply, (reply) => {
        const there = replyThrough(reply, upstream)
        expect(answer(there)).toEqual(answer(reply))
        expect(answer(replyThrough(there, client))).toEqual(answer(reply))
      }),
      runs,
    )
  })

  it('keeps them in a stream', () => {
    fc.assert(
      fc.property(sharedReply, (reply) => {
        const there = partsThrough(unfoldReply(reply), upstream)
        expect(answer(gatherParts(there))).toEqual(answer(reply))
        expect(answer(gatherParts(partsThrough(there, client)))).toEqual(answer(reply))
      }),
      runs,
    )
  })

  it('keeps parallel calls apart whose pieces come mixed', () => {
    const start = (index: number): Part => ({ type: 'tool-call-start', choice: 0, index, id: `id${index}`, name: 'f' })
    const piece = (index: number, text: string): Part => ({
      type: 'tool-call-delta',
      choice: 0,
      index,
      arguments: text,
    })
    const parts: Part[] = [
      { type: 'reply-start', id: 'r1', model: 'm' },
      start(0),
      start(1),
      piece(1, '{"b":'),
      piece(0, '{"a":'),
      piece(1, '2}'),
      piece(0, '1}'),
      { type: 'tool-call-end', choice: 0, index: 1 },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'choice-finish', choice: 0, finish: 'tool-calls' },
      { type: 'usage', usage: { input: 5, output: 6 } },
      { type: 'reply-end' },
    ]
    const back = gatherParts(partsThrough(partsThrough(parts, upstream), client))
    expect(answer(back)).toEqual(answer(gatherParts(parts)))
  })

  it('carries an error of a stream, without an end mark', () => {
    const broken = partsThrough(
      [
        { type: 'reply-start', id: 'r1', model: 'm' },
        { type: 'text-delta', choice: 0, text: 'Hel' },
        {
          type: 'reply-error',
          error: { kind: 'overloaded', message: 'Busy.', status: 529, retryable: true, origin: 'upstream' },
        },
      ],
      client,
    )
    expect(broken.at(-1)).toMatchObject({ type: 'reply-error', error: { message: 'Busy.' } })
  })

  it('keeps signed thinking in replies, so that it can be sent back', () => {
    const reply: ChatReply = {
      id: 'r1',
      model: 'm',
      choices: [
        {
          content: [
            { type: 'reasoning', text: 'hm', signature: 'sig' },
            { type: 'reasoning', text: '', signature: 'empty' },
            { type: 'reasoning', text: '', redacted: 'dark' },
            { type: 'text', text: 'yes' },
          ],
          finish: 'stop',
        },
      ],
    }
    expect(answer(replyThrough(reply, client)).content).toEqual(answer(reply).content)
    expect(answer(gatherParts(partsThrough(unfoldReply(reply), client))).content).toEqual(answer(reply).content)
  })
})

const hi: ChatCall = { model: 'm', messages: [], stream: false, maxOutputTokens: 5000 }
const says = (...content: Block[]): ChatCall => ({ ...hi, messages: [{ role: 'user', content }] })
const asks = says({ type: 'text', text: 'hi' })
const own = (wire: string) => ({ extras: { wire, fields: {} } })
const fromMessages = own('anthropic-messages')
const fromChat = own('openai-chat')

/** Every loss on the way to a provider of the other wire, and the feature its warning names. */
const callLosses: [string, ChatWire, ChatCall, RegExp][] = [
  ['logprobs', anthropicMessages, { ...asks, ...fromChat, logprobs: { top: 2 } }, /logprobs/],
  ['several choices', anthropicMessages, { ...asks, ...fromChat, choices: 2 }, /^n$/],
  ['logit bias', anthropicMessages, { ...asks, ...fromChat, logitBias: { '1': 1 } }, /logit_bias/],
  ['penalties', anthropicMessages, { ...asks, ...fromChat, presencePenalty: 1 }, /presence_penalty/],
  ['seed', anthropicMessages, { ...asks, ...fromChat, seed: 1 }, /seed/],
  ['audio', anthropicMessages, { ...says({ type: 'audio', format: 'wav', data: 'AA' }), ...fromChat }, /content/],
  ['JSON mode', anthropicMessages, { ...asks, ...fromChat, format: { type: 'json' } }, /response_format/],
  [
    'a field of its own',
    anthropicMessages,
    { ...asks, extras: { wire: 'openai-chat', fields: { store: true } } },
    /store/,
  ],
  ['top_k', openaiChat, { ...asks, ...fromMessages, topK: 5 }, /top_k/],
  [
    'a field of its own',
    openaiChat,
    { ...asks, extras: { wire: 'anthropic-messages', fields: { container: 'c' } } },
    /container/,
  ],
  [
    'a cache breakpoint',
    openaiChat,
    { ...says({ type: 'text', text: 'hi', cache: { ttl: '1h' } }), ...fromMessages },
    /cache/,
  ],
  [
    'a server tool',
    openaiChat,
    {
      ...asks,
      ...fromMessages,
      tools: [{ kind: 'provider', wire: 'anthropic-messages', value: { type: 'bash_20250124' } }],
    },
    /tools/,
  ],
  [
    'a server tool block',
    openaiChat,
    { ...says({ type: 'opaque', wire: 'anthropic-messages', value: { type: 'search_result' } }), ...fromMessages },
    /content/,
  ],
  [
    'a failed tool result',
    openaiChat,
    {
      ...hi,
      ...fromMessages,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'f', arguments: '{}' }] },
        {
          role: 'tool',
          content: [{ type: 'tool-result', id: 'a', content: [{ type: 'text', text: 'x' }], isError: true }],
        },
      ],
    },
    /is_error|isError|content/,
  ],
  [
    'thinking of earlier turns',
    openaiChat,
    {
      ...hi,
      ...fromMessages,
      messages: [
        ...asks.messages,
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'hm', signature: 's' },
            { type: 'text', text: 'a' },
          ],
        },
      ],
    },
    /content|reasoning|thinking/,
  ],
]

const replies = (...content: Block[]): ChatReply => ({
  id: 'r1',
  model: 'm',
  choices: [{ content, finish: 'stop' }],
  usage: { input: 1, output: 1 },
})

/** Every loss on the way to a client of the other wire. */
const replyLosses: [string, ChatWire, ChatReply, RegExp][] = [
  [
    'a second answer',
    anthropicMessages,
    { ...replies(), choices: [...replies().choices, ...replies().choices] },
    /^n$/,
  ],
  [
    'logprobs',
    anthropicMessages,
    { ...replies(), choices: [{ content: [], finish: 'stop', logprobs: { content: [] } }] },
    /logprobs/,
  ],
  ['audio', anthropicMessages, replies({ type: 'audio', format: 'wav', data: 'AA' }), /content/],
  [
    'a server tool block',
    openaiChat,
    replies({ type: 'opaque', wire: 'anthropic-messages', value: { type: 'server_tool_use' } }),
    /./,
  ],
]

describe('losses', () => {
  it.each(callLosses)('warns of %s lost on the way there', (_, wire, call, feature) => {
    const features = wire.encodeRequest(call, quirks).warnings.map((warning) => warning.feature)
    expect(
      features.some((name) => feature.test(name)),
      features.join(', '),
    ).toBe(true)
  })

  it.each(replyLosses)('warns of %s lost on the way back', (_, wire, reply, feature) => {
    const features = wire.encodeReply(reply, defaults).warnings.map((warning) => warning.feature)
    expect(
      features.some((name) => feature.test(name)),
      features.join(', '),
    ).toBe(true)
  })
})

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const recorded = (wire: ChatWire, ending: string) =>
  existsSync(corpus)
    ? globSync(`${corpus}/{anthropic,openai,azure,vertex,groq,mistral,deepseek}/${wire.name}/*/*${ending}`).sort()
    : []

/** Text, calls and token totals: what no client can do without. */
function essence(reply: ChatReply) {
  const content = reply.choices[0]?.content ?? []
  return {
    text: content.flatMap((block) => (block.type === 'text' || block.type === 'refusal' ? [block.text] : [])).join(''),
    thinking: content.flatMap((block) => (block.type === 'reasoning' ? [block.text] : [])).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool-call' ? [[block.id, block.name, parseJson(block.arguments) ?? block.arguments]] : [],
    ),
    input: totalInput(reply.usage ?? {}),
    output: totalOutput(reply.usage ?? {}),
  }
}

describe.each(ways)(existsSync(corpus) ? 'recorded traffic, %s' : '%s: skipped, no corpus', (_, client, upstream) => {
  it.skipIf(!existsSync(corpus))('shows whole replies of the upstream to clients of the other wire', () => {
    let count = 0
    for (const path of recorded(upstream, '.response.json')) {
      const reply = upstream.decodeReply(JSON.parse(readFileSync(path, 'utf8')), quirks)
      if (!reply.ok) continue
      expect(essence(replyThrough(reply.value, client)), path).toEqual(essence(reply.value))
      count++
    }
    console.log(`${upstream.name} replies shown: ${count}`)
    expect(count).toBeGreaterThan(100)
  })

  it.skipIf(!existsSync(corpus))('shows streams of the upstream to clients of the other wire', () => {
    let count = 0
    for (const path of recorded(upstream, '.stream.txt')) {
      const parser = new SseParser()
      const decoder = upstream.decodeStream(quirks)
      const events = [...parser.push(readFileSync(path, 'utf8')), ...parser.end()]
      const parts = [...events.flatMap((event) => decoder.push(event)), ...decoder.end()]
      const before = new Gatherer()
      before.push(parts)
      if (before.error) continue
      expect(essence(gatherParts(partsThrough(parts, client))), path).toEqual(essence(before.reply()))
      count++
    }
    console.log(`${upstream.name} streams shown: ${count}`)
    expect(count).toBeGreaterThan(80)
  })
})

describe(existsSync(corpus) ? 'recorded requests' : 'recorded requests: skipped, no corpus', () => {
  it.skipIf(!existsSync(corpus))(
    'of Chat Completions clients become sendable Messages requests with all their words',
    () => {
      let count = 0
      for (const path of globSync(`${corpus}/*/openai-chat/*/*.request.json`).sort()) {
        const body = parseJson(readFileSync(path, 'utf8'))
        const call = isObject(body) ? openaiChat.decodeRequest({ model: 'm', ...body }) : undefined
        if (!call?.ok) continue
        const { value: request, warnings } = anthropicMessages.encodeRequest(call.value, quirks)
        expect(brokenRules(request), path).toEqual([])
        const words = callWords(call.value)
        const moved = warnings.some(({ feature }) => feature.startsWith('messages'))
        if (!moved) expect(wordsOf(request), path).toBe(words)
        count++
      }
      console.log(`openai-chat requests sendable: ${count}`)
      expect(count).toBeGreaterThan(500)
    },
  )

  it.skipIf(!existsSync(corpus))('of Messages clients keep words, calls and results over openai-chat', () => {
    let count = 0
    for (const path of globSync(`${corpus}/*/anthropic-messages/*/*.request.json`).sort()) {
      const body = parseJson(readFileSync(path, 'utf8'))
      const call = isObject(body) ? anthropicMessages.decodeRequest({ model: 'm', ...body }) : undefined
      if (!call?.ok) continue
      const { value: request, warnings } = openaiChat.encodeRequest(call.value, quirks)
      const there = value(openaiChat.decodeRequest(through(request)))
      expect(callIds(there), path).toEqual(callIds(call.value))
      const changed = warnings.some(({ feature }) => feature.startsWith('messages'))
      if (!changed) expect(callWords(there).replace(/\s/g, ''), path).toBe(callWords(call.value).replace(/\s/g, ''))
      count++
    }
    console.log(`anthropic-messages requests carried: ${count}`)
    expect(count).toBeGreaterThan(200)
  })
})

/** The words of a call without blank texts, which no Messages request may hold. */
function callWords(call: ChatCall): string {
  return call.messages
    .flatMap(({ content }) => content)
    .flatMap((block) => (block.type === 'tool-result' ? block.content : [block]))
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('')
}

function callIds(call: ChatCall): string[] {
  return call.messages
    .flatMap(({ content }) => content)
    .flatMap((block) =>
      block.type === 'tool-call' || block.type === 'tool-result' ? [`${block.type} ${block.id}`] : [],
    )
}
