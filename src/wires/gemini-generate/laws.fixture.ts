/** Random calls and replies with all that the gemini-generate wire has words for. */

import fc from 'fast-check'
import type { Block, ChatCall, Citation, Message, Tool } from '../../ground/chat-call.ts'
import type { ChatReply, Choice, TokenLogprob } from '../../ground/chat-reply.ts'
import type { Usage } from '../../ground/usage.ts'
import { WIRE } from './wire-name.ts'

/** No word is a JSON object, which a result of a function would be read as. */
const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).map((text) => `w${text}`)
const ident = fc.stringMatching(/^[a-z]{3,9}$/)
/** As it is written again after it was read. */
const argumentText = fc
  .dictionary(ident, fc.jsonValue({ maxDepth: 2 }))
  .map((value): string => JSON.stringify(JSON.parse(JSON.stringify(value))))

const text = fc.record({ type: fc.constant('text' as const), text: word })
const call = fc.record({ name: ident, arguments: argumentText }).map(
  (made): Block => ({
    type: 'tool-call',
    id: '',
    ...made,
  }),
)
const opaque = fc.constantFrom<Block>(
  { type: 'opaque', wire: WIRE, value: { executableCode: { language: 'PYTHON', code: 'print(1)' } } },
  { type: 'opaque', wire: WIRE, value: { codeExecutionResult: { outcome: 'OUTCOME_OK' }, thoughtSignature: 's' } },
  {
    type: 'opaque',
    wire: WIRE,
    value: { inlineData: { mimeType: 'video/mp4', data: 'AA' }, videoMetadata: { fps: 1 } },
  },
)
const media = fc.constantFrom<Block>(
  { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
  { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
  { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'AAAA' } },
  { type: 'document', source: { kind: 'url', url: 'gs://bucket/a.pdf' } },
  { type: 'audio', format: 'wav', data: 'AAAA' },
)
/** Thinking: without a signature, with one that stands elsewhere, with one of its own, and a signature alone. */
const thinking = fc.oneof(
  word.map((said): Block => ({ type: 'reasoning', text: said })),
  fc.tuple(word, word).map(([said, signature]): Block => ({ type: 'reasoning', text: said, signature })),
  fc.tuple(word, word).map(
    ([said, signature]): Block => ({
      type: 'reasoning',
      text: said,
      signature,
      raw: { wire: WIRE, value: { signed: 'thought' } },
    }),
  ),
  word.map((signature): Block => ({ type: 'reasoning', text: '', signature })),
)

/** Neighbours that a stream joins are one block; ids are the place of a block. */
function settled(blocks: readonly Block[], where: string): Block[] {
  const kept: Block[] = []
  for (const block of blocks) {
    const last = kept.at(-1)
    const joined = last?.type === 'reasoning' ? last.signature === undefined : last?.type === 'text'
    if (last?.type === block.type && joined) continue
    kept.push(block.type === 'tool-call' ? { ...block, id: `${where}${kept.length}` } : block)
  }
  return kept
}

const content = fc.array(fc.oneof(text, thinking, call, opaque, media), { maxLength: 7 })
const token = fc.record({ token: word, logprob: fc.constantFrom(-0.5, 0) })
const logprobs = fc.array(fc.tuple(token, fc.array(token, { maxLength: 2 })), { minLength: 1, maxLength: 3 })

const choice = fc
  .record({
    content,
    end: fc.constantFrom(
      ['stop', 'STOP'] as const,
      ['length', 'MAX_TOKENS'] as const,
      ['content-filter', 'SAFETY'] as const,
      ['unknown', 'NO_IMAGE'] as const,
    ),
    logprobs: fc.option(logprobs),
  })
  .map((made): Choice => {
    const blocks = settled(made.content, 'c')
    const [finish, rawFinish] = made.end
    const called = finish === 'stop' && blocks.some(({ type }) => type === 'tool-call')
    const tokens = made.logprobs?.map(([chosen, top]): TokenLogprob => ({ ...chosen, top }))
    return {
      content: blocks,
      finish: called ? 'tool-calls' : finish,
      rawFinish,
      ...(tokens && { logprobs: { content: tokens } }),
    }
  })

const count = fc.integer({ min: 1, max: 99_999 })
const usage: fc.Arbitrary<Usage> = fc.record(
  {
    input: count,
    cacheRead: count,
    audioIn: count,
    output: count,
    audioOut: count,
    imageOut: count,
    reasoning: count,
  },
  { requiredKeys: ['input'] },
)

/** A whole reply. */
export const geminiReply: fc.Arbitrary<ChatReply> = fc.record(
  {
    id: ident,
    model: ident,
    createdSeconds: fc.integer({ min: 0, max: 4_000_000_000 }),
    choices: fc.array(choice, { minLength: 1, maxLength: 3 }),
    usage,
    extras: fc.constant({ wire: WIRE, fields: { newField: 1, 'candidate.avgLogprobs': -0.5 } }),
  },
  { requiredKeys: ['id', 'model', 'choices'] },
)

const source = fc.constantFrom(
  { url: 'https://example.com/a', title: 'A' },
  { url: 'https://example.com/b', title: 'B' },
)

/** Citations with what Google says of one. */
export const geminiCitations: fc.Arbitrary<Citation[]> = fc.array(
  fc
    .tuple(source, fc.record({ quote: word, start: fc.nat(99), end: fc.nat(99) }))
    .map(([place, span]): Citation => ({ ...place, ...span })),
  { minLength: 1, maxLength: 4 },
)

const result = fc.record(
  { said: word, isError: fc.constant(true as const), picture: fc.boolean() },
  { requiredKeys: ['said', 'picture'] },
)

/** What a user says, what the model answers, and what its calls gave. */
const turn = fc
  .record({
    asked: fc.array(fc.oneof(text, media), { minLength: 1, maxLength: 3 }),
    answered: fc.array(fc.oneof(text, thinking, call, opaque), { minLength: 1, maxLength: 5 }),
    result,
  })
  .map(({ asked, answered, result: { said, isError, picture } }) => (place: number): Message[] => {
    const blocks = settled(answered, `t${place}_`)
    const shown: Block[] = picture
      ? [{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } }]
      : []
    const results = blocks.flatMap((block): Message[] => {
      if (block.type !== 'tool-call') return []
      const inner: Block[] = [{ type: 'text', text: said }, ...shown]
      const answer: Block = { type: 'tool-result', id: block.id, name: block.name, content: inner }
      return [{ role: 'tool', content: [{ ...answer, ...(isError && { isError }) }] }]
    })
    return [{ role: 'user', content: asked }, { role: 'assistant', content: blocks }, ...results]
  })

const tools: Tool[] = [
  { kind: 'function', name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } },
  { kind: 'function', name: 'now' },
  { kind: 'provider', wire: WIRE, value: { googleSearch: {} } },
]

/** A call as a client of this wire makes it: the model and whether to stream stand in the path. */
export const geminiCall: fc.Arbitrary<ChatCall> = fc.record(
  {
    model: fc.constant(''),
    stream: fc.constant(false),
    streamUsage: fc.constant(true),
    messages: fc
      .record({ system: fc.option(word), turns: fc.array(turn, { maxLength: 3 }), last: word })
      .map(({ system, turns, last }): Message[] => [
        ...(system === null ? [] : [{ role: 'system' as const, content: [{ type: 'text' as const, text: system }] }]),
        ...turns.flatMap((made, place) => made(place)),
        { role: 'user', content: [{ type: 'text', text: last }] },
      ]),
    tools: fc.constant(tools),
    toolChoice: fc.constantFrom(
      { type: 'auto' as const },
      { type: 'none' as const },
      { type: 'required' as const },
      { type: 'tool' as const, name: 'look' },
    ),
    maxOutputTokens: count,
    temperature: fc.constantFrom(0, 0.5, 2),
    topP: fc.constant(0.9),
    topK: fc.constant(40),
    frequencyPenalty: fc.constant(0.1),
    presencePenalty: fc.constant(-0.1),
    seed: fc.constant(7),
    stop: fc.constant(['END']),
    choices: fc.constant(2),
    logprobs: fc.record({ top: fc.nat({ max: 20 }) }),
    format: fc.constantFrom<NonNullable<ChatCall['format']>[]>(
      { type: 'text' },
      { type: 'json' },
      { type: 'json-schema', schema: { type: 'object', properties: { nullable: { type: ['string', 'null'] } } } },
    ),
    reasoning: fc.constantFrom<NonNullable<ChatCall['reasoning']>[]>(
      { effort: 'none' },
      { effort: 'minimal' },
      { effort: 'high' },
      { budgetTokens: 512 },
      { adaptive: true },
    ),
    metadata: fc.constant({ team: 'a' }),
    extras: fc.constantFrom<NonNullable<ChatCall['extras']>[]>(
      { wire: WIRE, fields: {} },
      {
        wire: WIRE,
        fields: { safetySettings: [{ category: 'C', threshold: 'OFF' }], cachedContent: 'cachedContents/1' },
      },
      { wire: WIRE, fields: { 'generationConfig.responseModalities': ['TEXT'], 'tools[now].behavior': 'BLOCKING' } },
      { wire: WIRE, fields: { 'generationConfig.thinkingConfig': { includeThoughts: false } } },
      { wire: WIRE, fields: { toolConfig: { retrievalConfig: { languageCode: 'de' } } } },
    ),
  },
  { requiredKeys: ['model', 'stream', 'streamUsage', 'messages', 'tools', 'extras'] },
)
