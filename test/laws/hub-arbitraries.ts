/** Random hub calls, replies and parts for property tests, within what each wire claims to carry. */

import fc from 'fast-check'
import type { Block, ChatCall, Citation, Message, Tool, ToolCallBlock } from '../../src/ground/chat-call.ts'
import type { ChatReply, Part } from '../../src/ground/chat-reply.ts'
import type { JsonObject } from '../../src/ground/json.ts'
import type { Usage } from '../../src/ground/usage.ts'

export const words = fc.string({ minLength: 1, maxLength: 24, unit: 'grapheme' }).map((text) => `w${text}w`)

const id = (prefix: string) => fc.stringMatching(/^[a-zA-Z0-9]{6,12}$/).map((tail) => prefix + tail)

const value = fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null), fc.array(words, { maxLength: 2 }))
export const inputObject = fc.dictionary(fc.constantFrom('a', 'b', 'city', 'größe'), value, { maxKeys: 3 })
/** Argument text as a model writes it: a whole object, or one that the token limit cut. */
export const argumentText = fc.oneof(
  { weight: 4, arbitrary: inputObject.map((input) => JSON.stringify(input)) },
  { weight: 1, arbitrary: words.map((text) => `{"city":"${text.replaceAll('"', '')}`) },
)

export const toolCall: fc.Arbitrary<ToolCallBlock> = fc.record({
  type: fc.constant('tool-call' as const),
  id: id('toolu_'),
  name: fc.constantFrom('weather', 'search_files'),
  arguments: argumentText,
})

const textBlock = fc.record({ type: fc.constant('text' as const), text: words })
const cache = fc.record({ ttl: fc.constantFrom('5m' as const, '1h' as const) })
const cachedText = fc.record({ type: fc.constant('text' as const), text: words, cache })

const base64 = fc.constantFrom('aGVsbG8=', 'AAAA')
export const image = fc.record({
  type: fc.constant('image' as const),
  source: fc.oneof(
    fc.record({ kind: fc.constant('base64' as const), mediaType: fc.constant('image/png'), data: base64 }),
    fc.record({ kind: fc.constant('url' as const), url: fc.constant('https://example.com/a.png') }),
  ),
})

const document = fc.record(
  {
    type: fc.constant('document' as const),
    source: fc.oneof(
      fc.record({ kind: fc.constant('base64' as const), mediaType: fc.constant('application/pdf'), data: base64 }),
      fc.record({ kind: fc.constant('text' as const), mediaType: fc.constant('text/plain'), text: words }),
      fc.record({ kind: fc.constant('file' as const), fileId: fc.constant('file_1') }),
      fc.record({ kind: fc.constant('blocks' as const), blocks: fc.array(textBlock, { minLength: 1, maxLength: 2 }) }),
    ),
    title: words,
    context: words,
    citations: fc.boolean(),
    cache,
  },
  { requiredKeys: ['type', 'source'] },
)

export function opaque(wire: string) {
  return fc
    .constantFrom<JsonObject>(
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ type: 'web_search_result', url: 'u' }] },
      { type: 'compaction', content: 'the story so far' },
      {
        type: 'tool_use',
        id: 'toolu_x',
        name: 'n',
        input: {},
        caller: { type: 'code_execution_20250825', tool_id: 's' },
      },
    )
    .map((value) => ({ type: 'opaque' as const, wire, value }))
}

const signedReasoning = fc.record({
  type: fc.constant('reasoning' as const),
  text: fc.oneof(words, fc.constant('')),
  signature: words,
})
const redacted = fc.record({ type: fc.constant('reasoning' as const), text: fc.constant(''), redacted: words })
const unsigned = fc.record({ type: fc.constant('reasoning' as const), text: words })

/** One exchange: what the user says, what the assistant answers, and the results of its calls. */
function round(user: fc.Arbitrary<Block[]>, assistant: fc.Arbitrary<Block[]>, errors: fc.Arbitrary<boolean>) {
  return fc
    .tuple(user, assistant, fc.array(fc.tuple(words, errors), { minLength: 4, maxLength: 4 }))
    .map(([asked, answer, results]): Message[] => {
      const calls = answer.filter((block) => block.type === 'tool-call')
      return [
        { role: 'user', content: asked },
        { role: 'assistant', content: answer },
        ...calls.map((call, index): Message => {
          const [text, isError] = results[index] ?? ['none', false]
          const content: Block[] = [{ type: 'text', text }]
          return { role: 'tool', content: [{ type: 'tool-result', id: call.id, content, ...(isError && { isError }) }] }
        }),
      ]
    })
}

function conversation(
  system: fc.Arbitrary<Block[]>,
  user: fc.Arbitrary<Block[]>,
  assistant: fc.Arbitrary<Block[]>,
  errors: fc.Arbitrary<boolean>,
): fc.Arbitrary<Message[]> {
  return fc
    .tuple(fc.option(system, { nil: undefined }), fc.array(round(user, assistant, errors), { maxLength: 2 }), user)
    .map(([prompt, rounds, last]) => [
      ...(prompt ? [{ role: 'system' as const, content: prompt }] : []),
      ...rounds.flat(),
      { role: 'user' as const, content: last },
    ])
    .filter((messages) => uniqueCallIds(messages.flatMap(({ content }) => content)))
}

function uniqueCallIds(blocks: readonly Block[]): boolean {
  const ids = blocks.flatMap((block) => (block.type === 'tool-call' ? [block.id] : []))
  return new Set(ids).size === ids.length
}

const list = (...kinds: fc.Arbitrary<Block>[]) => fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 3 })

const functionTool = (name: string) =>
  fc.record(
    {
      kind: fc.constant('function' as const),
      name: fc.constant(name),
      description: words,
      parameters: fc.constant({ type: 'object', properties: { city: { type: 'string' } } }),
      strict: fc.boolean(),
    },
    { requiredKeys: ['kind', 'name', 'parameters'] },
  )

const toolChoice: fc.Arbitrary<NonNullable<ChatCall['toolChoice']>> = fc.oneof(
  fc.record({ type: fc.constantFrom('auto' as const, 'required' as const, 'none' as const) }),
  fc.record({ type: fc.constant('tool' as const), name: fc.constant('weather') }),
)

/** Calls as a Messages client can write them. */
export const messagesCall: fc.Arbitrary<ChatCall> = fc.record(
  {
    model: fc.constant('claude'),
    messages: conversation(
      list(textBlock, cachedText),
      list(textBlock, cachedText, image, document),
      list(textBlock, signedReasoning, redacted, toolCall, opaque('anthropic-messages')),
      fc.boolean(),
    ),
    stream: fc.boolean(),
    streamUsage: fc.constant(true),
    maxOutputTokens: fc.integer({ min: 3000, max: 8000 }),
    tools: fc.constantFrom<Tool[][]>(
      [{ kind: 'provider', wire: 'anthropic-messages', value: { type: 'web_search_20250305', name: 'web_search' } }],
      [{ kind: 'function', name: 'weather', parameters: { type: 'object' }, cache: { ttl: '1h' } }],
    ),
    toolChoice,
    temperature: fc.constantFrom(0, 0.5, 1),
    topP: fc.constantFrom(0.1, 1),
    topK: fc.integer({ min: 1, max: 100 }),
    stop: fc.array(words, { minLength: 1, maxLength: 3 }),
    format: fc.constant({ type: 'json-schema' as const, schema: { type: 'object' } }),
    reasoning: fc.constantFrom<NonNullable<ChatCall['reasoning']>[]>(
      { effort: 'none' },
      { effort: 'high' },
      { adaptive: true },
      { adaptive: true, effort: 'low' },
      { budgetTokens: 2000 },
      { budgetTokens: 2000, effort: 'max' },
    ),
    user: words,
    serviceTier: fc.constantFrom('auto', 'standard_only'),
    extras: fc.constantFrom<NonNullable<ChatCall['extras']>[]>(
      { wire: 'anthropic-messages', fields: {} },
      { wire: 'anthropic-messages', fields: { container: 'c', 'metadata.team': 'x', 'output_config.new': 1 } },
    ),
  },
  { requiredKeys: ['model', 'messages', 'stream', 'streamUsage', 'maxOutputTokens', 'extras', 'tools'] },
)

/** Calls within what both chat wires carry without loss. */
export const sharedCall: fc.Arbitrary<ChatCall> = fc.record(
  {
    model: fc.constant('model'),
    messages: conversation(
      // A Chat Completions system message is one text.
      textBlock.map((block): Block[] => [block]),
      list(textBlock, image),
      // Text before calls, as both wires have it.
      fc
        .tuple(fc.option(textBlock, { nil: undefined }), fc.array(toolCall, { maxLength: 2 }))
        .filter(([text, calls]) => text !== undefined || calls.length > 0)
        .map(([text, calls]): Block[] => [...(text ? [text] : []), ...calls]),
      fc.constant(false),
    ),
    stream: fc.boolean(),
    maxOutputTokens: fc.integer({ min: 3000, max: 8000 }),
    tools: fc.tuple(functionTool('weather'), functionTool('search_files')).map((tools): Tool[] => tools),
    toolChoice,
    stop: fc.array(words, { minLength: 1, maxLength: 3 }),
    temperature: fc.constantFrom(0, 0.5, 1),
    user: words,
  },
  { requiredKeys: ['model', 'messages', 'stream', 'maxOutputTokens', 'tools'] },
)

const tokens = fc.integer({ min: 1, max: 100_000 })
export const messagesUsage: fc.Arbitrary<Usage> = fc.record(
  {
    input: tokens,
    output: tokens,
    cacheRead: tokens,
    cacheWrite5m: tokens,
    cacheWrite1h: tokens,
    reasoning: tokens,
    search: tokens,
  },
  { requiredKeys: ['input', 'output'] },
)
export const sharedUsage: fc.Arbitrary<Usage> = fc.record(
  { input: tokens, output: tokens, cacheRead: tokens, reasoning: tokens },
  { requiredKeys: ['input', 'output'] },
)

/** A citation as the Messages wire decodes it. */
export const messagesCitation: fc.Arbitrary<Citation> = fc.tuple(words, words).map(([title, quote]) => ({
  url: 'https://example.com/',
  title,
  quote,
  raw: {
    wire: 'anthropic-messages',
    value: {
      type: 'web_search_result_location',
      url: 'https://example.com/',
      title,
      cited_text: quote,
      encrypted_index: 'e',
    },
  },
}))

const citedText = fc.record({
  type: fc.constant('text' as const),
  text: words,
  citations: fc.array(messagesCitation, { minLength: 1, maxLength: 2 }),
})

const finishes = fc.constantFrom(
  { finish: 'stop', rawFinish: 'end_turn' } as const,
  { finish: 'length', rawFinish: 'max_tokens' } as const,
  { finish: 'length', rawFinish: 'model_context_window_exceeded' } as const,
  { finish: 'tool-calls', rawFinish: 'tool_use' } as const,
  { finish: 'stop-sequence', rawFinish: 'stop_sequence', stopSequence: 'END' } as const,
  { finish: 'pause', rawFinish: 'pause_turn' } as const,
)

/** Replies as a Messages provider can give them. */
export const messagesReply: fc.Arbitrary<ChatReply> = fc
  .tuple(
    id('msg_'),
    fc.array(
      fc.oneof<fc.Arbitrary<Block>[]>(
        textBlock,
        citedText,
        signedReasoning,
        redacted,
        unsigned,
        toolCall,
        opaque('anthropic-messages'),
      ),
      { maxLength: 6 },
    ),
    fc.oneof(finishes, fc.constant({ finish: 'refusal', rawFinish: 'refusal' } as const)),
    messagesUsage,
  )
  .map(([replyId, content, finish, usage]): ChatReply => {
    const blocks: Block[] = finish.finish === 'refusal' ? [...content, { type: 'refusal', text: 'no' }] : content
    const extras: Record<string, JsonObject> =
      finish.finish === 'refusal'
        ? { stop_details: { type: 'refusal', category: 'bio', explanation: 'no' } }
        : { container: { id: 'c' } }
    return {
      id: replyId,
      model: 'claude',
      choices: [{ content: blocks, ...finish }],
      usage,
      extras: { wire: 'anthropic-messages', fields: extras },
    }
  })
  .filter(({ choices }) => uniqueCallIds(choices[0]?.content ?? []))

/** Replies within what both chat wires carry without loss: text first, then calls. */
export const sharedReply: fc.Arbitrary<ChatReply> = fc
  .tuple(
    id(''),
    fc.option(textBlock, { nil: undefined }),
    fc.array(toolCall, { maxLength: 3 }),
    sharedUsage,
    fc.boolean(),
  )
  .map(([replyId, text, calls, usage, cut]): ChatReply => {
    const content: Block[] = [...(text ? [text] : []), ...calls]
    const finish = cut ? 'length' : calls.length > 0 ? 'tool-calls' : 'stop'
    return { id: replyId, model: 'model', choices: [{ content, finish }], usage }
  })
  .filter(({ choices }) => uniqueCallIds(choices[0]?.content ?? []))

type Step =
  | {
      readonly kind: 'text' | 'reasoning' | 'signature' | 'redacted' | 'break' | 'citation' | 'opaque'
      readonly text: string
    }
  | { readonly kind: 'call' | 'piece' | 'end'; readonly index: number; readonly text: string }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('text', 'reasoning', 'signature', 'redacted', 'break', 'citation', 'opaque'),
    text: words,
  }) as fc.Arbitrary<Step>,
  fc.record({
    kind: fc.constantFrom('call', 'piece', 'piece', 'end'),
    index: fc.nat(2),
    text: words,
  }) as fc.Arbitrary<Step>,
)

/** Any order of pieces that a provider could send, parallel calls mixed piece by piece. */
export const mixedParts: fc.Arbitrary<Part[]> = fc
  .tuple(fc.array(step, { maxLength: 24 }), messagesUsage)
  .map(([steps, usage]): Part[] => [
    { type: 'reply-start', id: 'msg_1', model: 'claude' },
    ...contentParts(steps),
    { type: 'choice-finish', choice: 0, finish: 'stop', rawFinish: 'end_turn' },
    { type: 'usage', usage },
    { type: 'reply-end' },
  ])

function contentParts(steps: readonly Step[]): Part[] {
  const open = new Map<number, number>()
  let calls = 0
  const parts: Part[] = []
  for (const { kind, text, ...rest } of steps) {
    const slot = 'index' in rest ? rest.index : 0
    const index = open.get(slot) ?? -1
    if (kind === 'text') parts.push({ type: 'text-delta', choice: 0, text })
    else if (kind === 'reasoning') parts.push({ type: 'reasoning-delta', choice: 0, text })
    else if (kind === 'signature') parts.push({ type: 'reasoning-signature', choice: 0, signature: text })
    else if (kind === 'redacted') parts.push({ type: 'reasoning-redacted', choice: 0, data: text })
    else if (kind === 'break') parts.push({ type: 'block-break', choice: 0 })
    else if (kind === 'citation') parts.push({ type: 'text-citation', choice: 0, citation: citationOf(text) })
    else if (kind === 'opaque')
      parts.push({ type: 'opaque-block', choice: 0, wire: 'anthropic-messages', value: { type: 'fallback', text } })
    else if (kind === 'call' && index < 0) {
      open.set(slot, calls)
      parts.push({ type: 'tool-call-start', choice: 0, index: calls, id: `toolu_${calls}`, name: 'weather' })
      // Some calls have no arguments at all; the others may be cut anywhere inside a string.
      if (text.length % 2 > 0) parts.push({ type: 'tool-call-delta', choice: 0, index: calls, arguments: ' {"a":"' })
      else open.delete(slot)
      calls++
    } else if (kind === 'piece' && index >= 0)
      parts.push({ type: 'tool-call-delta', choice: 0, index, arguments: JSON.stringify(text).slice(1, -1) })
    else if (kind === 'end' && index >= 0) {
      open.delete(slot)
      parts.push({ type: 'tool-call-end', choice: 0, index })
    }
  }
  return parts
}

function citationOf(quote: string): Citation {
  return {
    quote,
    raw: { wire: 'anthropic-messages', value: { type: 'char_location', cited_text: quote, document_index: 0 } },
  }
}
