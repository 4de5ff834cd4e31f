/** What a model can answer, one feature at a time: a reply that has it, and what of it a decoded reply still shows. */

import type { Block, ToolCallBlock } from '../../src/ground/chat-call.ts'
import type { ChatReply, Choice } from '../../src/ground/chat-reply.ts'
import type { Json } from '../../src/ground/json.ts'
import { totalInput, totalOutput, type Usage } from '../../src/ground/usage.ts'

export interface ReplyFeature {
  readonly name: string
  readonly reply: ChatReply
  /** A count, a name or a shade of an ending: the ledger and the gateway's headers have it where a format has no word for it. */
  readonly isNuance?: boolean
  shows(reply: ChatReply): Json | undefined
}

const CALL: ToolCallBlock = { type: 'tool-call', id: 'call_0000a', name: 'weather', arguments: '{"city":"Paris"}' }
const OTHER: ToolCallBlock = { type: 'tool-call', id: 'call_0000b', name: 'weather', arguments: '{"city":"Rome"}' }
const NO_ARGUMENTS: ToolCallBlock = { type: 'tool-call', id: 'call_0000a', name: 'now', arguments: '{}' }
const SOURCE = { url: 'https://example.com/rain', title: 'Rain', quote: 'It rains.', start: 0, end: 5 }

export const REPLY_FEATURES: readonly ReplyFeature[] = [
  said('text', [text('It rains.')], ({ content }) => joined(content)),
  said('tool call', [CALL], calls, 'tool-calls'),
  said('tool call without arguments', [NO_ARGUMENTS], calls, 'tool-calls'),
  said('parallel tool calls', [CALL, OTHER], calls, 'tool-calls'),
  said(
    'text before a tool call',
    [text('Let me look.'), CALL],
    (choice) => [joined(choice.content), calls(choice) ?? null],
    'tool-calls',
  ),
  said('thinking', [{ type: 'reasoning', text: 'Clouds.' }, text('Rain.')], thoughts),
  said(
    'signature of thinking',
    [{ type: 'reasoning', text: 'Clouds.', signature: 'c2lnbmF0dXJl' }, text('Rain.')],
    ({ content }) => content.flatMap((block) => (block.type === 'reasoning' && block.signature ? block.signature : [])),
  ),
  said(
    'refusal',
    [{ type: 'refusal', text: 'I cannot.' }],
    ({ content }) => content.flatMap((block) => (block.type === 'refusal' ? block.text : [])),
    'refusal',
  ),
  said('citations', [{ ...text('Rain.'), citations: [SOURCE] }], ({ content }) =>
    content.flatMap((block) => (block.type === 'text' ? (block.citations ?? []).map(({ url }) => url ?? null) : [])),
  ),
  ending('finish: length', 'length'),
  ending('finish: stop sequence', 'stop-sequence'),
  ending('finish: tool calls', 'tool-calls', [CALL]),
  ending('finish: filtered', 'content-filter'),
  {
    name: 'log-probabilities',
    reply: reply({
      content: [text('Rain')],
      finish: 'stop',
      logprobs: { content: [{ token: 'Rain', logprob: -0.5, bytes: null, top: [] }] },
    }),
    shows: ({ choices: [choice] }) => choice?.logprobs?.content?.map(({ token, logprob }) => [token, logprob]),
  },
  {
    name: 'several answers (n)',
    reply: {
      ...reply({ content: [text('Rain.')], finish: 'stop' }),
      choices: [choice([text('Rain.')]), choice([text('Sun.')])],
    },
    shows: ({ choices }) => choices.map(({ content }) => joined(content)),
  },
  used('tokens in and out', { input: 100, output: 20 }, (usage) => [totalInput(usage), totalOutput(usage)]),
  used('tokens read from a cache', { input: 100, cacheRead: 50, output: 20 }, (usage) => [
    totalInput(usage),
    usage.cacheRead ?? 0,
  ]),
  used('tokens written to a cache', { input: 100, cacheWrite5m: 30, output: 20 }, (usage) => [
    totalInput(usage),
    usage.cacheWrite5m ?? 0,
  ]),
  used('tokens of thinking', { input: 100, output: 20, reasoning: 60 }, (usage) => [
    totalOutput(usage),
    usage.reasoning ?? 0,
  ]),
  {
    name: 'model that answered',
    isNuance: true,
    reply: reply({ content: [text('Rain.')], finish: 'stop' }),
    shows: ({ model }) => model || undefined,
  },
]

function said(
  name: string,
  content: Block[],
  shows: (choice: Choice) => Json | undefined,
  finish: Choice['finish'] = 'stop',
): ReplyFeature {
  return { name, reply: reply({ content, finish }), shows: ({ choices: [first] }) => first && shows(first) }
}

function ending(name: string, finish: Choice['finish'], content: Block[] = [text('Rain')]): ReplyFeature {
  return {
    name,
    isNuance: finish === 'stop-sequence',
    reply: reply({ content, finish }),
    shows: ({ choices: [first] }) => first?.finish,
  }
}

function used(name: string, usage: Usage, shows: (usage: Usage) => Json): ReplyFeature {
  return {
    name,
    reply: { ...reply({ content: [text('Rain.')], finish: 'stop' }), usage },
    isNuance: true,
    shows: (got) => (got.usage ? shows(got.usage) : undefined),
  }
}

function reply(choice: Choice): ChatReply {
  return {
    id: 'reply-1',
    model: 'model-1',
    createdSeconds: 1_790_000_000,
    choices: [choice],
    usage: { input: 10, output: 5 },
  }
}

function choice(content: Block[]): Choice {
  return { content, finish: 'stop' }
}

function text(words: string): Extract<Block, { type: 'text' }> {
  return { type: 'text', text: words }
}

function joined(content: readonly Block[]): string {
  return content.flatMap((block) => (block.type === 'text' ? block.text : [])).join('')
}

function thoughts({ content }: Choice): Json {
  return content.flatMap((block) => (block.type === 'reasoning' && block.text ? block.text : []))
}

/** Names and arguments in order; ids only as far as they tell calls apart. */
function calls({ content }: Choice): Json {
  const found = content.flatMap((block) => (block.type === 'tool-call' ? [block] : []))
  return [new Set(found.map(({ id }) => id)).size, ...found.map((call) => `${call.name} ${call.arguments}`)]
}
