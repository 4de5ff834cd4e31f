/** Whole replies and calls that hold a bit of everything, from which healthy events and bodies are made. */

import type { Block, ChatCall } from '../../src/ground/chat-call.ts'
import type { ChatReply, FinishReason } from '../../src/ground/chat-reply.ts'
import type { EmbedCall, EmbedReply, RerankCall, RerankReply } from '../../src/ground/tasks.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'

const text = (words: string): Block => ({ type: 'text', text: words })
const call = (id: string, name: string, input: string): Block => ({ type: 'tool-call', id, name, arguments: input })

/** Replies within and beyond what `wire` has words for. */
export function seedReplies(wire: ChatWireName): ChatReply[] {
  const contents: [Block[], FinishReason][] = [
    [[text('Hello'), text(' there, 👋 "quoted"\n')], 'stop'],
    [[{ type: 'reasoning', text: 'Let me think.', signature: 'c2ln' }, text('Done.')], 'stop'],
    [[{ type: 'reasoning', text: '', redacted: 'ZW5j' }, text('Cut')], 'length'],
    [[text('Looking.'), call('call_1', 'weather', '{"city":"Bern"}'), call('call_2', 'now', '{}')], 'tool-calls'],
    [[call('toolu_3', 'search', '{"query":"a \\u00fc","deep":{"list":[1,2.5,null]}}')], 'tool-calls'],
    [[{ type: 'refusal', text: 'I cannot help with that.' }], 'refusal'],
    [[text('Half an ans')], 'content-filter'],
    [[{ type: 'text', text: 'Cited.', citations: [citation(wire)] }, text('END')], 'stop-sequence'],
    [[{ type: 'opaque', wire, value: { type: 'server_tool_use', id: 's', name: 'web_search', input: {} } }], 'pause'],
  ]
  return contents.map(([content, finish], index): ChatReply => {
    const token = { token: 'a', logprob: -0.5, bytes: [97], top: [{ token: 'b', logprob: -2 }] }
    return {
      id: `reply_${index}`,
      model: 'model-1',
      createdSeconds: 1_700_000_000,
      choices: [{ content, finish, ...(index === 0 && { logprobs: { content: [token] } }) }],
      usage: { input: 12, output: 7, cacheRead: 3, ...(index % 2 === 0 && { reasoning: 5, cacheWrite5m: 2 }) },
    }
  })
}

function citation(wire: string) {
  const value = { type: 'char_location', cited_text: 'so', document_index: 0 }
  return { url: 'https://example.com/', title: 'T', quote: 'so', start: 0, end: 2, raw: { wire, value } }
}

export const SEED_CALL: ChatCall = {
  model: 'model-1',
  messages: [
    { role: 'system', content: [text('Be brief.')] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look:', cache: { ttl: '5m' } },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
        { type: 'document', source: { kind: 'url', url: 'https://example.com/a.pdf' }, title: 'A' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm.', signature: 'c2ln' },
        text('One moment.'),
        call('call_1', 'weather', '{"city":"Bern"}'),
      ],
    },
    {
      role: 'tool',
      content: [{ type: 'tool-result', id: 'call_1', name: 'weather', content: [text('{"sky":"blue"}')] }],
    },
    { role: 'user', content: [text('And tomorrow?')] },
  ],
  tools: [{ kind: 'function', name: 'weather', description: 'd', parameters: { type: 'object', properties: {} } }],
  toolChoice: { type: 'auto' },
  stream: true,
  maxOutputTokens: 4000,
  temperature: 0.5,
  stop: ['END'],
  format: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
  reasoning: { effort: 'low', budgetTokens: 2000 },
  user: 'u',
  metadata: { team: 'blue' },
}

export const SEED_EMBED_CALL: EmbedCall = {
  model: 'model-1',
  inputs: ['first', 'second'],
  single: false,
  dimensions: 3,
  purpose: 'query',
  encoding: 'float',
  truncate: true,
}
export const SEED_EMBED_REPLY: EmbedReply = {
  model: 'model-1',
  vectors: [
    [0.5, -0.25, 1],
    [0, 0.125, -1],
  ],
  usage: { input: 4 },
}
export const SEED_RERANK_CALL: RerankCall = {
  model: 'model-1',
  query: 'q',
  documents: ['first', 'second'],
  topN: 2,
  returnDocuments: true,
}
export const SEED_RERANK_REPLY: RerankReply = {
  id: 'r',
  model: 'model-1',
  results: [
    { index: 1, score: 0.9, document: 'second' },
    { index: 0, score: 0.1, document: 'first' },
  ],
  usage: { search: 1 },
}
