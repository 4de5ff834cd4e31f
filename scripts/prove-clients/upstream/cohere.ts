/** The scripted upstream's Cohere chat, version 2. */

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
import { THINKING } from './scenario.ts'

const FIELDS = [
  'model',
  'messages',
  'tools',
  'strict_tools',
  'documents',
  'citation_options',
  'response_format',
  'safety_mode',
  'max_tokens',
  'stop_sequences',
  'temperature',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'k',
  'p',
  'logprobs',
  'tool_choice',
  'thinking',
  'priority',
  'stream',
  'raw_prompting',
]

export const cohereDialect: ChatDialect = {
  name: 'cohere-chat',
  match: (path) => (path === '/v2/chat' ? {} : undefined),
  credential: bearer,
  read,
  whole,
  stream,
  streamType: 'text/event-stream',
  refuse: ({ message }: Refusal) => ({ id: 'upstream-error-1', message }),
}

function read(body: JsonObject): Seen | string {
  const unknown = unknownField(body, FIELDS)
  if (unknown !== undefined) return `invalid request: unknown field "${unknown}"`
  const messages = asArray(body.messages).filter(isObject)
  const strange = messages.find(({ role }) => !['user', 'assistant', 'system', 'tool'].includes(asString(role) ?? ''))
  if (strange) return `invalid request: role ${JSON.stringify(strange.role)}`
  const calls = messages.flatMap(({ tool_calls: list }) => asArray(list).filter(isObject).map(readCall))
  const results = messages
    .filter(({ role }) => role === 'tool')
    .map((message) => ({ callId: asString(message.tool_call_id) ?? '', text: textOf(message.content) }))
  const pairing = unpaired(calls, results)
  if (pairing !== undefined) return `invalid request: ${pairing}`
  const format = asObject(body.response_format)
  const textsOf = (wanted: string): string =>
    messages
      .filter(({ role }) => role === wanted)
      .map(({ content }) => textOf(content))
      .join('\n')
  return {
    model: asString(body.model) ?? '',
    streams: body.stream === true,
    system: textsOf('system'),
    userText: textsOf('user'),
    images: messages.flatMap(({ content }) =>
      asArray(content).flatMap((part) => readDataUrl(asString(asObject(asObject(part)?.image_url)?.url) ?? '')),
    ),
    toolNames: asArray(body.tools).flatMap((tool) => asString(asObject(asObject(tool)?.function)?.name) ?? []),
    forcedTool: body.tool_choice === 'REQUIRED' ? true : undefined,
    calls,
    results,
    schema: format?.type === 'json_object' ? (jsonSchemaOf(format.json_schema ?? format.schema) ?? true) : undefined,
    thinkingAsked: asObject(body.thinking)?.type === 'enabled',
    // Thinking comes back as it was or, beside calls, in the plan.
    proofs: messages.flatMap(({ content, tool_plan: plan }) => [
      ...asArray(content).flatMap((part) => asString(asObject(part)?.thinking) ?? []),
      ...(asString(plan)?.includes(THINKING) ? [THINKING] : []),
    ]),
    maxTokens: asNumber(body.max_tokens),
  }
}

function readCall(call: JsonObject): ToolCall {
  const spoken = asObject(call.function)
  return {
    id: asString(call.id) ?? '',
    name: asString(spoken?.name) ?? '',
    input: asObject(parseJson(asString(spoken?.arguments) ?? '')) ?? {},
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return asArray(content)
    .map(
      (part) =>
        asString(asObject(part)?.text) ??
        asString(asObject(asObject(asObject(part)?.document)?.data)?.output) ??
        asString(asObject(asObject(part)?.document)?.data) ??
        '',
    )
    .join('')
}

const FINISH = { stop: 'COMPLETE', tools: 'TOOL_CALL', length: 'MAX_TOKENS' } as const

function usageOf({ usage }: Say): JsonObject {
  return {
    billed_units: { input_tokens: usage.input, output_tokens: usage.output },
    tokens: { input_tokens: usage.input, output_tokens: usage.output },
    cached_tokens: usage.cached,
  }
}

function spokenCall(call: ToolCall, text: string): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: text } }
}

function whole(say: Say): JsonObject {
  const content = [
    ...(say.thinking === undefined ? [] : [{ type: 'thinking', thinking: say.thinking }]),
    ...(say.text === undefined ? [] : [{ type: 'text', text: say.text }]),
  ]
  return {
    id: 'upstream-reply-1',
    message: {
      role: 'assistant',
      ...(content.length ? { content } : {}),
      ...(say.calls
        ? {
            tool_plan: 'I will look up the weather.',
            tool_calls: say.calls.map((call) => spokenCall(call, JSON.stringify(call.input))),
          }
        : {}),
    },
    finish_reason: FINISH[say.finish],
    usage: usageOf(say),
  }
}

function stream(say: Say): string[] {
  const event = (type: string, data: JsonObject): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
  let index = 0
  const block = (kind: 'text' | 'thinking', text: string): string[] => {
    const at = index++
    return [
      event('content-start', { index: at, delta: { message: { content: { type: kind, [kind]: '' } } } }),
      ...pieces(text).map((piece) =>
        event('content-delta', { index: at, delta: { message: { content: { [kind]: piece } } } }),
      ),
      event('content-end', { index: at }),
    ]
  }
  const opening = [
    event('message-start', {
      id: 'upstream-reply-1',
      delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
    }),
    ...(say.thinking === undefined ? [] : block('thinking', say.thinking)),
    ...(say.text === undefined ? [] : block('text', say.text)),
    ...(say.calls
      ? [event('tool-plan-delta', { delta: { message: { tool_plan: 'I will look up the weather.' } } })]
      : []),
    ...(say.calls ?? []).flatMap((call, at) => [
      event('tool-call-start', { index: at, delta: { message: { tool_calls: spokenCall(call, '') } } }),
      ...pieces(JSON.stringify(call.input)).map((piece) =>
        event('tool-call-delta', { index: at, delta: { message: { tool_calls: { function: { arguments: piece } } } } }),
      ),
      event('tool-call-end', { index: at }),
    ]),
  ]
  if (say.breaks)
    return [
      ...opening,
      event('message-end', {
        delta: { error: 'The server had an error.', finish_reason: 'ERROR', usage: usageOf(say) },
      }),
    ]
  return [...opening, event('message-end', { delta: { finish_reason: FINISH[say.finish], usage: usageOf(say) } })]
}
