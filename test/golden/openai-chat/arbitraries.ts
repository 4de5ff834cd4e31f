/** Random calls and replies within what the openai-chat wire carries whole. */

import fc from 'fast-check'
import type { Block, ChatCall, Message } from '../../../src/ground/chat-call.ts'
import type { ChatReply, Choice, TokenLogprob } from '../../../src/ground/chat-reply.ts'
import type { Usage } from '../../../src/ground/usage.ts'

const words = fc.string({ minLength: 1, maxLength: 16, unit: 'grapheme' })
const ident = fc.stringMatching(/^[a-z]{3,9}$/)
const cache = fc.record({ ttl: fc.constantFrom('5m' as const, '1h' as const) })

const text = fc.record({ type: fc.constant('text' as const), text: words })
const cachedText = fc.record({ type: fc.constant('text' as const), text: words, cache })
const image = fc.record(
  {
    type: fc.constant('image' as const),
    source: fc.constantFrom(
      { kind: 'url' as const, url: 'https://example.com/a.png' },
      { kind: 'base64' as const, mediaType: 'image/png', data: 'AAAA' },
    ),
    detail: fc.constant('low'),
  },
  { requiredKeys: ['type', 'source'] },
)
const document = fc.record(
  {
    type: fc.constant('document' as const),
    source: fc.constantFrom(
      { kind: 'base64' as const, mediaType: 'application/pdf', data: 'AAAA' },
      { kind: 'file' as const, fileId: 'file-1' },
      { kind: 'url' as const, url: 'https://example.com/a.pdf' },
    ),
    title: words,
    cache,
  },
  { requiredKeys: ['type', 'source', 'title'] },
)
const audio = fc.record({ type: fc.constant('audio' as const), format: fc.constant('wav'), data: fc.constant('AAAA') })
const opaquePart = fc.constant<Block>({
  type: 'opaque',
  wire: 'openai-chat',
  value: { type: 'video_url', video_url: {} },
})
const call = fc.record({
  type: fc.constant('tool-call' as const),
  id: ident,
  name: ident,
  arguments: fc.constantFrom('{}', '{"city":"Bern"}', '{"city":"Be'),
})
const reasoning = fc.oneof(
  fc.record({ type: fc.constant('reasoning' as const), text: fc.string(), signature: words }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.constant(''), redacted: words }),
)
const plainReasoning = fc.record({ type: fc.constant('reasoning' as const), text: words })
const refusal = fc.record({ type: fc.constant('refusal' as const), text: words })

/** Thinking, text and calls in the one order that a message of this API has. */
function answer(texts: fc.Arbitrary<Block[]>): fc.Arbitrary<Block[]> {
  return fc
    .tuple(
      fc.oneof(
        fc.array<Block>(reasoning, { maxLength: 2 }),
        plainReasoning.map((block): Block[] => [block]),
      ),
      texts,
      fc.uniqueArray(call, { maxLength: 3, selector: ({ id }) => id }),
    )
    .map((groups) => groups.flat())
}

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record(
    {
      role: fc.constantFrom('system' as const, 'developer' as const, 'user' as const),
      content: fc.array<Block>(fc.oneof(text, cachedText), { maxLength: 2 }),
      name: ident,
    },
    { requiredKeys: ['role', 'content'] },
  ),
  fc.record({
    role: fc.constant('user' as const),
    content: fc.array<Block>(fc.oneof(text, image, document, audio, opaquePart), { maxLength: 3 }),
  }),
  fc.record({
    role: fc.constant('assistant' as const),
    content: answer(
      fc.oneof(
        fc.array<Block>(text, { maxLength: 2 }),
        refusal.map((block): Block[] => [block]),
      ),
    ),
  }),
  fc
    .record(
      { id: ident, content: fc.array<Block>(text, { maxLength: 2 }), isError: fc.boolean(), cache },
      { requiredKeys: ['id', 'content'] },
    )
    .map((result): Message => ({ role: 'tool', content: [{ type: 'tool-result', ...result }] })),
)

const anyCall: fc.Arbitrary<ChatCall> = fc.record(
  {
    model: ident,
    messages: fc.array(message, { minLength: 1, maxLength: 4 }),
    stream: fc.boolean(),
    tools: fc.constantFrom<NonNullable<ChatCall['tools']>[]>(
      [
        {
          kind: 'function',
          name: 'f',
          description: 'd',
          parameters: { type: 'object' },
          strict: true,
          cache: { ttl: '5m' },
        },
      ],
      [{ kind: 'provider', wire: 'openai-chat', value: { type: 'custom', custom: { name: 'c' } } }],
    ),
    toolChoice: fc.constantFrom<NonNullable<ChatCall['toolChoice']>[]>(
      { type: 'auto' },
      { type: 'none' },
      { type: 'required' },
      { type: 'tool', name: 'f' },
    ),
    parallelToolCalls: fc.boolean(),
    maxOutputTokens: fc.nat(),
    temperature: fc.constantFrom(0, 0.5),
    topP: fc.constant(0.5),
    topK: fc.nat(),
    minP: fc.constant(0.5),
    frequencyPenalty: fc.constant(1),
    presencePenalty: fc.constant(1),
    seed: fc.nat(),
    stop: fc.array(words, { minLength: 1, maxLength: 3 }),
    choices: fc.constant(2),
    logprobs: fc.record({ top: fc.nat(5) }),
    logitBias: fc.constant({ 50256: -100 }),
    format: fc.constantFrom<NonNullable<ChatCall['format']>[]>(
      { type: 'text' },
      { type: 'json' },
      { type: 'json-schema', name: 'n', description: 'd', schema: { type: 'object' }, strict: true },
    ),
    reasoning: fc.record({ effort: fc.constantFrom('none' as const, 'low' as const, 'xhigh' as const) }),
    user: words,
    metadata: fc.constant({ team: 'blue' }),
    serviceTier: fc.constant('flex'),
    extras: fc.constantFrom<NonNullable<ChatCall['extras']>[]>(
      { wire: 'openai-chat', fields: {} },
      { wire: 'openai-chat', fields: { store: true, 'tools[f].new': 1, verbosity: 'low' } },
      { wire: 'openai-chat', fields: {}, asWritten: { thinking: { type: 'enabled' } } },
    ),
  },
  { requiredKeys: ['model', 'messages', 'stream', 'extras'] },
)

/** Extras belong to the tools and the thinking they came with. */
function consistent(sent: ChatCall): ChatCall {
  const made = structuredClone(sent)
  const hasFunction = made.tools?.some((tool) => tool.kind === 'function')
  if (made.extras && !hasFunction) delete made.extras.fields['tools[f].new']
  if (made.extras?.asWritten) made.reasoning = { adaptive: true }
  // Nobody asked: the gateway does, wherever usage comes only on request.
  if (made.stream) made.streamUsage = true
  return made
}

const tokens = fc.integer({ min: 1, max: 9999 })
const usage: fc.Arbitrary<Usage> = fc.record(
  {
    input: tokens,
    output: tokens,
    reasoning: tokens,
    cacheRead: tokens,
    cacheWrite5m: tokens,
    cacheWrite1h: tokens,
    audioIn: tokens,
    audioOut: tokens,
    imageOut: tokens,
    search: tokens,
  },
  { requiredKeys: ['input', 'output'] },
)

const token: fc.Arbitrary<TokenLogprob> = words.map((word) => ({ token: word, logprob: -0.5, bytes: null, top: [] }))
const endings = fc.constantFrom<Partial<Choice>[]>(
  { finish: 'stop', rawFinish: 'stop' },
  { finish: 'length', rawFinish: 'length' },
  { finish: 'tool-calls', rawFinish: 'tool_calls' },
  { finish: 'content-filter', rawFinish: 'content_filter' },
  { finish: 'stop-sequence', rawFinish: 'stop', stopSequence: 'END' },
)
const citation = fc
  .record({ url: fc.constant('https://example.com/'), title: words, start: fc.nat(5), end: fc.nat(9) })
  .map((made) => ({
    ...made,
    raw: {
      wire: 'openai-chat',
      value: {
        type: 'url_citation',
        url_citation: { url: made.url, title: made.title, start_index: made.start, end_index: made.end },
      },
    },
  }))
const cited = fc.record({
  type: fc.constant('text' as const),
  text: words,
  citations: fc.array(citation, { minLength: 1, maxLength: 2 }),
})
const oneText = fc.oneof(text, cited).map((block): Block[] => [block])

const choice: fc.Arbitrary<Choice> = fc
  .tuple(
    answer(fc.oneof(oneText, fc.constant<Block[]>([]))),
    endings,
    fc.option(fc.array(token, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  )
  .map(
    ([content, ending, logprobs]): Choice => ({
      content,
      finish: 'stop',
      ...ending,
      ...(logprobs && { logprobs: { content: logprobs } }),
    }),
  )

const refused: fc.Arbitrary<Choice> = refusal.map((block) => ({
  content: [block],
  finish: 'refusal',
  rawFinish: 'stop',
}))

/** Replies as a provider of this wire gives them. */
export const reply: fc.Arbitrary<ChatReply> = fc.record(
  {
    id: ident,
    model: ident,
    createdSeconds: fc.integer({ min: 1 }),
    choices: fc.array(fc.oneof({ weight: 5, arbitrary: choice }, refused), { minLength: 1, maxLength: 2 }),
    usage,
    extras: fc.constant({ wire: 'openai-chat', fields: { system_fingerprint: 'fp' } }),
  },
  { requiredKeys: ['id', 'model', 'createdSeconds', 'choices'] },
)

/** Calls as a client of this wire can write them. */
export const chatCall: fc.Arbitrary<ChatCall> = anyCall.map(consistent)
