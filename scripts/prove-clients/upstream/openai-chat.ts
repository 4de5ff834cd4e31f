/** The scripted upstream's OpenAI Chat Completions, as OpenAI and the many servers that copy it answer. */

import {
  asArray,
  asNumber,
  asObject,
  asString,
  isObject,
  type JsonObject,
  parseJson,
} from '../../../src/ground/json.ts'
import {
  type ChatDialect,
  pieces,
  type Refusal,
  type Say,
  type Seen,
  type ToolCall,
  unknownField,
  unpaired,
} from './exchange.ts'
import { bearer, jsonSchemaOf, readDataUrl } from './read-parts.ts'

const FIELDS = [
  'messages',
  'model',
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'metadata',
  'modalities',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning_effort',
  'response_format',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
  'verbosity',
  'web_search_options',
]
/** Fields of servers that show their thinking. */
const MORE_FIELDS = [
  'reasoning_format',
  'include_reasoning',
  'chat_template_kwargs',
  'safe_prompt',
  'random_seed',
  'prompt_mode',
  'guardrails',
]

/**
 * `openai`: hides its thinking. `open`: shows it in `reasoning_content` and wants it back. `mistral`: shows and wants it as blocks
 * of the content.
 */
export function openaiChatDialect(shape: keyof typeof SHAPES): ChatDialect {
  return {
    name: shape === 'mistral' ? 'mistral-chat' : 'openai-chat',
    match: (path) => (path.endsWith('/chat/completions') ? {} : undefined),
    credential: bearer,
    read: (body) => read(body, shape),
    whole: (say, seen) => wholeReply(say, seen, SHAPES[shape]),
    stream: (say, seen) => streamReply(say, seen, SHAPES[shape]),
    streamType: 'text/event-stream; charset=utf-8',
    refuse: shape === 'mistral' ? refuseAsMistral : refuse,
  }
}

function read(body: JsonObject, shape: keyof typeof SHAPES): Seen | string {
  const unknown = unknownField(body, [...FIELDS, ...MORE_FIELDS])
  if (unknown !== undefined) return `Unrecognized request argument supplied: ${unknown}`
  const messages = asArray(body.messages).filter(isObject)
  const textsOf = (...roles: string[]): string =>
    messages
      .filter(({ role }) => roles.includes(asString(role) ?? ''))
      .map(({ content }) => textOf(content))
      .join('\n')
  const calls = messages.flatMap(({ tool_calls: list }) => asArray(list).filter(isObject).map(readCall))
  const results = messages
    .filter(({ role }) => role === 'tool')
    .map((message) => ({ callId: asString(message.tool_call_id) ?? '', text: textOf(message.content) }))
  const badCall = calls.find(({ input }) => input.unreadable !== undefined)
  if (badCall) return `the arguments of ${badCall.id} are no JSON object`
  const pairing = unpaired(calls, results)
  if (pairing !== undefined) return pairing
  const format = asObject(body.response_format)
  return {
    model: asString(body.model) ?? '',
    streams: body.stream === true,
    system: textsOf('system', 'developer'),
    userText: textsOf('user'),
    images: messages.flatMap(({ content }) => asArray(content).filter(isObject).flatMap(imageOf)),
    documents: messages.flatMap(({ content }) => asArray(content).filter(isObject).flatMap(documentOf)),
    toolNames: asArray(body.tools).flatMap((tool) => asString(asObject(asObject(tool)?.function)?.name) ?? []),
    forcedTool: forcedTool(body.tool_choice),
    calls,
    results,
    schema: format?.type === 'json_object' ? true : jsonSchemaOf(asObject(format?.json_schema)?.schema),
    thinkingAsked:
      (body.reasoning_effort !== undefined && body.reasoning_effort !== 'none') || body.prompt_mode === 'reasoning',
    // What hides its thinking cannot want it back.
    proofs: shape === 'openai' ? ['hidden'] : messages.flatMap((message) => thinkingBack(message)),
    asksStreamUsage: asObject(body.stream_options)?.include_usage === true,
    maxTokens: asNumber(body.max_completion_tokens) ?? asNumber(body.max_tokens),
  }
}

/** These servers sign nothing; the thinking itself, sent back, is the proof. */
function thinkingBack(message: JsonObject): string[] {
  const plain = asString(message.reasoning_content) ?? asString(message.reasoning)
  const blocks = asArray(message.content).filter((part) => asObject(part)?.type === 'thinking')
  return [...(plain ? [plain] : []), ...blocks.map((block) => JSON.stringify(block))]
}

function readCall(call: JsonObject): ToolCall {
  const spoken = asObject(call.function)
  const input = parseJson(asString(spoken?.arguments) ?? '')
  return {
    id: asString(call.id) ?? '',
    name: asString(spoken?.name) ?? '',
    input: asObject(input) ?? { unreadable: true },
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return asArray(content)
    .map((part) => asString(asObject(part)?.text) ?? '')
    .join('')
}

function imageOf(part: JsonObject): Buffer[] {
  const image = part.image_url
  const image_url = asString(image) ?? asString(asObject(image)?.url)
  return image_url === undefined ? [] : readDataUrl(image_url)
}

/** OpenAI's `file` with its bytes, or Mistral's `document_url`. */
function documentOf(part: JsonObject): Buffer[] {
  const file = asString(asObject(part.file)?.file_data) ?? asString(part.document_url)
  return file === undefined ? [] : readDataUrl(file)
}

function forcedTool(choice: unknown): string | true | undefined {
  if (choice === 'required' || choice === 'any') return true
  return asString(asObject(asObject(choice)?.function)?.name)
}

interface Shape {
  message(say: Say): JsonObject
  /** Where a stream says its usage: in an event of its own if asked, or always in the last one. */
  readonly usageInStream: 'if-asked' | 'in-last'
  /** Deltas that carry the thinking. */
  thinkingDeltas(thinking: string): JsonObject[]
}

const hiddenShape: Shape = {
  usageInStream: 'if-asked',
  message: ({ text }) => ({ content: text ?? null }),
  thinkingDeltas: () => [],
}

const openShape: Shape = {
  usageInStream: 'if-asked',
  message: ({ thinking, text }) => ({
    ...(thinking === undefined ? {} : { reasoning_content: thinking }),
    content: text ?? null,
  }),
  thinkingDeltas: (thinking) => pieces(thinking).map((piece) => ({ reasoning_content: piece })),
}

const mistralShape: Shape = {
  usageInStream: 'in-last',
  message: ({ thinking, text }) => ({
    content:
      thinking === undefined
        ? (text ?? '')
        : [
            { type: 'thinking', thinking: [{ type: 'text', text: thinking }], closed: true },
            ...(text === undefined ? [] : [{ type: 'text', text }]),
          ],
  }),
  thinkingDeltas: (thinking) =>
    pieces(thinking).map((piece) => ({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: piece }] }] })),
}

const SHAPES = { openai: hiddenShape, open: openShape, mistral: mistralShape }

const FINISH = { stop: 'stop', tools: 'tool_calls', length: 'length' } as const

function usageOf({ usage }: Say): JsonObject {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

function spokenCall(call: ToolCall): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.input) } }
}

function wholeReply(say: Say, seen: Seen, shape: Shape): JsonObject {
  const calls = say.calls ? { tool_calls: say.calls.map(spokenCall) } : {}
  const message = { role: 'assistant', refusal: null, annotations: [], ...shape.message(say), ...calls }
  return {
    id: 'chatcmpl-upstream1',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: seen.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH[say.finish] }],
    usage: usageOf(say),
    service_tier: 'default',
    system_fingerprint: 'fp_upstream',
  }
}

function streamReply(say: Say, seen: Seen, shape: Shape): string[] {
  const base = { id: 'chatcmpl-upstream1', object: 'chat.completion.chunk', created: 1_790_000_000, model: seen.model }
  const event = (data: JsonObject): string => `data: ${JSON.stringify(data)}\n\n`
  const delta = (change: JsonObject, finish: string | null = null): string =>
    event({ ...base, choices: [{ index: 0, delta: change, finish_reason: finish }] })
  const calls = (say.calls ?? []).flatMap((call, index) => [
    delta({ tool_calls: [{ index, ...spokenCall(call), function: { name: call.name, arguments: '' } }] }),
    ...pieces(JSON.stringify(call.input)).map((piece) =>
      delta({ tool_calls: [{ index, function: { arguments: piece } }] }),
    ),
  ])
  const opening = [
    delta({ role: 'assistant', content: '' }),
    ...(say.thinking === undefined ? [] : shape.thinkingDeltas(say.thinking).map((change) => delta(change))),
    ...pieces(say.text ?? '').map((piece) => delta({ content: piece })),
    ...calls,
  ]
  if (say.breaks) return [...opening, event({ error: { message: 'The server had an error.', type: 'server_error' } })]
  return [
    ...opening,
    ...(shape.usageInStream === 'in-last'
      ? [
          event({
            ...base,
            choices: [{ index: 0, delta: { content: '' }, finish_reason: FINISH[say.finish] }],
            usage: usageOf(say),
          }),
        ]
      : [delta({}, FINISH[say.finish])]),
    ...(shape.usageInStream === 'if-asked' && seen.asksStreamUsage
      ? [event({ ...base, choices: [], usage: usageOf(say) })]
      : []),
    'data: [DONE]\n\n',
  ]
}

const KINDS = {
  'rate-limit': ['requests', 'rate_limit_exceeded'],
  'bad-request': ['invalid_request_error', 'invalid_value'],
  credentials: ['invalid_request_error', 'invalid_api_key'],
  overloaded: ['server_error', 'overloaded'],
} as const

function refuse({ kind, message }: Refusal): JsonObject {
  const [type, code] = KINDS[kind]
  return { error: { message, type, param: kind === 'bad-request' ? 'temperature' : null, code } }
}

function refuseAsMistral({ kind, message, status }: Refusal): JsonObject {
  return { object: 'error', message, type: KINDS[kind][0], param: null, code: String(status), raw_status_code: status }
}
