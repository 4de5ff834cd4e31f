/** What an app can ask for, one feature at a time: a call that uses it, and what of it a decoded call still shows. */

import type { Block, ChatCall, Message, Tool } from '../../src/ground/chat-call.ts'
import type { Json, JsonObject } from '../../src/ground/json.ts'

export interface RequestFeature {
  readonly name: string
  readonly call: Partial<ChatCall>
  /** What of the feature is in a call; two calls that show the same carry it alike. */
  shows(call: ChatCall): Json | undefined
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PDF = 'JVBERi0xLjQKJSVFT0YK'
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEA'

const schema: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}
const weather: Tool = { kind: 'function', name: 'weather', description: 'Weather of a city.', parameters: schema }
const question = user({ type: 'text', text: 'What is the weather in Paris?' })
const asked: Message[] = [
  question,
  {
    role: 'assistant',
    content: [{ type: 'tool-call', id: 'call_0000a', name: 'weather', arguments: '{"city":"Paris"}' }],
  },
]
const twoCalls: Message[] = [
  question,
  {
    role: 'assistant',
    content: [
      { type: 'tool-call', id: 'call_0000a', name: 'weather', arguments: '{"city":"Paris"}' },
      { type: 'tool-call', id: 'call_0000b', name: 'weather', arguments: '{"city":"Rome"}' },
    ],
  },
  result('call_0000a', [{ type: 'text', text: 'rain' }]),
  result('call_0000b', [{ type: 'text', text: 'sun' }]),
]

export const REQUEST_FEATURES: readonly RequestFeature[] = [
  said('system prompt', [{ role: 'system', content: [text('Be brief.')] }, question], instructions),
  said('developer message', [{ role: 'developer', content: [text('Be brief.')] }, question], instructions),
  said('several turns', [question, { role: 'assistant', content: [text('Rain.')] }, user(text('And Rome?'))], texts),
  said(
    'image, its bytes',
    [user(text('What is this?'), image({ kind: 'base64', mediaType: 'image/png', data: PNG }))],
    images,
  ),
  said(
    'image, by URL',
    [user(text('What is this?'), image({ kind: 'url', url: 'https://example.com/a.png' }))],
    images,
  ),
  said(
    'document, its bytes',
    [
      user(
        { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: PDF }, title: 'a.pdf' },
        text('Sum up.'),
      ),
    ],
    documents,
  ),
  said('audio', [user(text('Write it down.'), { type: 'audio', format: 'wav', data: WAV })], audio),
  setting('tools', { tools: [weather] }, ({ tools }) => functions(tools)),
  setting('strict tools', { tools: [{ ...weather, strict: true }] }, strictness),
  setting('tool choice: some tool', { tools: [weather], toolChoice: { type: 'required' } }, choice),
  setting('tool choice: this tool', { tools: [weather], toolChoice: { type: 'tool', name: 'weather' } }, choice),
  setting('tool choice: none', { tools: [weather], toolChoice: { type: 'none' } }, choice),
  setting('one tool call at a time', { tools: [weather], parallelToolCalls: false }, (call) => call.parallelToolCalls),
  {
    name: 'tool call and result',
    call: { tools: [weather], messages: [...asked, result('call_0000a', [text('rain')])] },
    shows: exchange,
  },
  { name: 'parallel results, each with its call', call: { tools: [weather], messages: twoCalls }, shows: exchange },
  {
    name: 'tool result marked as error',
    call: { tools: [weather], messages: [...asked, { ...result('call_0000a', [text('no such city')], true) }] },
    shows: (call) => blocks(call).flatMap((block) => (block.type === 'tool-result' && block.isError ? true : [])),
  },
  {
    name: 'image in a tool result',
    call: {
      tools: [weather],
      messages: [
        ...asked,
        result('call_0000a', [text('map:'), image({ kind: 'base64', mediaType: 'image/png', data: PNG })]),
      ],
    },
    shows: images,
  },
  said('thinking in the history', [question, thought('Paris is in France.'), user(text('Go on.'))], reasoning),
  setting('JSON schema', { format: { type: 'json-schema', name: 'city', schema, strict: true } }, ({ format }) =>
    format?.type === 'json-schema' ? format.schema : undefined,
  ),
  setting('JSON without a schema', { format: { type: 'json' } }, ({ format }) => format?.type),
  setting('output limit', { maxOutputTokens: 77 }, (call) => call.maxOutputTokens),
  setting('no output limit', { maxOutputTokens: undefined }, (call) => call.maxOutputTokens ?? 'none'),
  setting('temperature', { temperature: 0.5 }, (call) => call.temperature),
  setting('top-p', { topP: 0.9 }, (call) => call.topP),
  setting('top-k', { topK: 40 }, (call) => call.topK),
  setting('stop sequences', { stop: ['END', 'STOP'] }, (call) => call.stop),
  setting('seed', { seed: 7 }, (call) => call.seed),
  setting('presence and frequency penalties', { presencePenalty: 0.5, frequencyPenalty: 0.25 }, (call) =>
    call.presencePenalty === undefined && call.frequencyPenalty === undefined
      ? undefined
      : [call.presencePenalty ?? null, call.frequencyPenalty ?? null],
  ),
  setting('several answers (n)', { choices: 2 }, (call) => call.choices),
  setting('log-probabilities', { logprobs: { top: 2 } }, (call) => call.logprobs?.top),
  setting('logit bias', { logitBias: { '50256': -100 } }, (call) => call.logitBias),
  said('cache breakpoint', [user({ ...text('A long text.'), cache: { ttl: '5m' } })], caches),
  said('cache breakpoint of one hour', [user({ ...text('A long text.'), cache: { ttl: '1h' } })], caches),
  setting('reasoning effort', { reasoning: { effort: 'low' }, maxOutputTokens: 9000 }, effort),
  setting('user', { user: 'user-1' }, (call) => call.user),
  setting('metadata', { metadata: { project: 'x' } }, (call) => call.metadata),
  setting('service tier', { serviceTier: 'flex' }, (call) => call.serviceTier),
]

function said(name: string, messages: Message[], shows: RequestFeature['shows']): RequestFeature {
  return { name, call: { messages }, shows }
}

function setting(name: string, call: Partial<ChatCall>, shows: RequestFeature['shows']): RequestFeature {
  return { name, call, shows }
}

function text(words: string): Extract<Block, { type: 'text' }> {
  return { type: 'text', text: words }
}

function user(...content: Block[]): Message {
  return { role: 'user', content }
}

function image(source: Extract<Block, { type: 'image' }>['source']): Block {
  return { type: 'image', source }
}

function thought(words: string): Message {
  return { role: 'assistant', content: [{ type: 'reasoning', text: words, signature: 'c2lnbmF0dXJl' }, text('Rain.')] }
}

function result(id: string, content: Block[], isError = false): Message {
  return { role: 'tool', content: [{ type: 'tool-result', id, name: 'weather', content, ...(isError && { isError }) }] }
}

function blocks(call: ChatCall): Block[] {
  const inside = (block: Block): Block[] =>
    block.type === 'tool-result' ? [block, ...block.content.flatMap(inside)] : [block]
  return call.messages.flatMap((message) => message.content.flatMap(inside))
}

function instructions(call: ChatCall): Json {
  return call.messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(({ content }) => joined(content))
}

function texts(call: ChatCall): Json {
  return call.messages.map(({ role, content }) => `${role}: ${joined(content)}`)
}

function joined(content: readonly Block[]): string {
  return content.flatMap((block) => (block.type === 'text' ? block.text : [])).join('')
}

function images(call: ChatCall): Json {
  return blocks(call).flatMap((block) => (block.type === 'image' ? sourceOf(block.source) : []))
}

function documents(call: ChatCall): Json {
  return blocks(call).flatMap((block) => (block.type === 'document' ? sourceOf(block.source) : []))
}

function sourceOf(source: Extract<Block, { type: 'image' }>['source']): string[] {
  if (source.kind === 'url') return [source.url]
  return source.kind === 'base64' ? [`${source.mediaType} ${source.data}`] : [source.kind]
}

function audio(call: ChatCall): Json {
  return blocks(call).flatMap((block) => (block.type === 'audio' ? `${block.format} ${block.data}` : []))
}

function functions(tools: ChatCall['tools']): Json {
  return (tools ?? []).flatMap((tool) =>
    tool.kind === 'function' ? [[tool.name, tool.description ?? null, tool.parameters ?? null]] : [],
  )
}

/** One format is strict with all tools at once, in a field of its own. */
function strictness({ tools, extras }: ChatCall): Json {
  const all = extras?.fields.strict_tools === true
  return (tools ?? []).flatMap((tool) => (tool.kind === 'function' && (all || tool.strict) ? tool.name : []))
}

function choice({ toolChoice, tools }: ChatCall): Json | undefined {
  // A wire without the word says "none" by leaving the tools out.
  if (toolChoice === undefined) return tools?.length ? undefined : 'none'
  return toolChoice.type === 'tool' ? toolChoice.name : toolChoice.type
}

/** Calls and results with their ids as numbers, because some providers must be given ids of their own kind. */
function exchange(call: ChatCall): Json {
  const numbers = new Map<string, number>()
  const number = (id: string): number => {
    if (!numbers.has(id)) numbers.set(id, numbers.size)
    return numbers.get(id) ?? -1
  }
  return blocks(call).flatMap((block): Json[] => {
    if (block.type === 'tool-call') return [`call ${number(block.id)} ${block.name} ${block.arguments}`]
    return block.type === 'tool-result' ? [`result ${number(block.id)} ${joined(block.content)}`] : []
  })
}

function reasoning(call: ChatCall): Json {
  return blocks(call).flatMap((block) => (block.type === 'reasoning' ? `${block.text} ${block.signature ?? ''}` : []))
}

function caches(call: ChatCall): Json {
  return blocks(call).flatMap((block) => ('cache' in block && block.cache ? block.cache.ttl : []))
}

/** Some formats say an effort in words, others as a number of tokens: either asks for thinking of that size. */
function effort({ reasoning: asked }: ChatCall): Json | undefined {
  if (!asked) return undefined
  return asked.effort === 'low' || (asked.budgetTokens ?? Number.POSITIVE_INFINITY) <= 4096 ? 'low' : { ...asked }
}
