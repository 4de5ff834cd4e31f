/** The scripted upstream's Anthropic Messages, strict where the real one is. */

import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '../../../src/ground/json.ts'
import {
  type ChatDialect,
  pieces,
  type Refusal,
  type Say,
  type Seen,
  type ToolCall,
  type ToolResult,
  unknownField,
  unpaired,
} from './exchange.ts'
import { bearer, jsonSchemaOf } from './read-parts.ts'

const FIELDS = [
  'model',
  'messages',
  'max_tokens',
  'cache_control',
  'container',
  'context_management',
  'inference_geo',
  'mcp_servers',
  'metadata',
  'output_config',
  'output_format',
  'service_tier',
  'stop_sequences',
  'stream',
  'system',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
  'speed',
  'thread',
]
const SIGNATURE = 'c2lnbmF0dXJlLW9mLXRoZS10aGlua2luZw=='

export const anthropicDialect: ChatDialect = {
  name: 'anthropic-messages',
  match: (path) => (path === '/v1/messages' ? {} : undefined),
  credential: (headers) =>
    headers['anthropic-version'] === undefined ? undefined : (asString(headers['x-api-key']) ?? bearer(headers)),
  read,
  whole,
  stream,
  streamType: 'text/event-stream; charset=utf-8',
  refuse,
}

function read(body: JsonObject): Seen | string {
  const unknown = unknownField(body, FIELDS)
  if (unknown !== undefined) return `${unknown}: Extra inputs are not permitted`
  if (asNumber(body.max_tokens) === undefined) return 'max_tokens: Field required'
  const messages = asArray(body.messages).filter(isObject)
  // Notes of the system may stand between the turns, as Claude Code puts them.
  const strange = messages.find(({ role }) => role !== 'user' && role !== 'assistant' && role !== 'system')
  if (strange) return `messages: role ${JSON.stringify(strange.role)} is not user, assistant or system`
  const blocks = messages.flatMap(({ content }) => blocksOf(content))
  if (blocks.some(({ type, text }) => type === 'text' && !asString(text)))
    return 'messages: text content blocks must be non-empty'
  const calls = blocks.filter(({ type }) => type === 'tool_use').map(readCall)
  const results = blocks
    .filter(({ type }) => type === 'tool_result')
    .map((block) => ({ callId: asString(block.tool_use_id) ?? '', text: textOf(block.content) }))
  const complaint = historyFault(body, messages, calls, results) ?? thinkingFault(body, messages)
  if (complaint !== undefined) return complaint
  const format = asObject(asObject(body.output_config)?.format) ?? asObject(body.output_format)
  return {
    model: asString(body.model) ?? '',
    streams: body.stream === true,
    system: textOf(body.system),
    userText: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    images: blocks.filter(({ type }) => type === 'image').flatMap(bytesOf),
    documents: blocks.filter(({ type }) => type === 'document').flatMap(bytesOf),
    toolNames: continuesThread(body)
      ? KEPT_TOOLS
      : asArray(body.tools).flatMap((tool) => asString(asObject(tool)?.name) ?? []),
    forcedTool: forcedTool(asObject(body.tool_choice)),
    calls,
    results,
    schema: jsonSchemaOf(format?.schema),
    thinkingAsked: ['enabled', 'adaptive'].includes(asString(asObject(body.thinking)?.type) ?? ''),
    proofs: blocks.flatMap(({ signature }) => (signature === SIGNATURE ? [SIGNATURE] : [])),
    maxTokens: asNumber(body.max_tokens),
  }
}

/** The only reply it keeps for a thread to go on from. */
const REPLY_ID = 'msg_upstream1'
/** What the scenario offered when the thread began; a turn that continues it need not repeat the tools. */
const KEPT_TOOLS = ['get_weather']

function continuesThread(body: JsonObject): boolean {
  return asObject(body.thread)?.type === 'continue'
}

/** A request that continues a thread brings only what is new; the calls it answers are kept here. */
function historyFault(
  body: JsonObject,
  messages: readonly JsonObject[],
  calls: readonly ToolCall[],
  results: readonly ToolResult[],
): string | undefined {
  if (!continuesThread(body)) return unpaired(calls, results) ?? misplaced(messages)
  return asObject(body.thread)?.previous_message_id === REPLY_ID
    ? undefined
    : 'thread: there is no such message to continue from'
}

/** Results must stand at the head of the very next user message. */
function misplaced(messages: readonly JsonObject[]): string | undefined {
  for (const [index, message] of messages.entries()) {
    const calls = blocksOf(message.content).filter(({ type }) => type === 'tool_use')
    if (calls.length === 0) continue
    const next = blocksOf(messages[index + 1]?.content).slice(0, calls.length)
    if (next.length !== calls.length || next.some(({ type }) => type !== 'tool_result'))
      return `messages.${index}: tool_use ids were found without tool_result blocks immediately after`
  }
  return undefined
}

function thinkingFault(body: JsonObject, messages: readonly JsonObject[]): string | undefined {
  const thinking = asObject(body.thinking)
  if (thinking?.type !== 'enabled') return undefined
  const budget = asNumber(thinking.budget_tokens) ?? 0
  if (budget < 1024) return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024'
  if (budget >= (asNumber(body.max_tokens) ?? 0)) return 'max_tokens must be greater than thinking.budget_tokens'
  const temperature = asNumber(body.temperature)
  if (temperature !== undefined && temperature !== 1) return 'temperature may only be set to 1 when thinking is enabled'
  const last = messages.findLast(({ role }) => role === 'assistant')
  const blocks = blocksOf(last?.content)
  if (blocks.some(({ type }) => type === 'tool_use') && blocks[0]?.type !== 'thinking')
    return 'messages: a final assistant message must start with a thinking block when thinking is enabled'
  return undefined
}

function blocksOf(content: unknown): JsonObject[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : asArray(content).filter(isObject)
}

function textOf(content: unknown): string {
  return blocksOf(content)
    .map(({ text }) => asString(text) ?? '')
    .join('')
}

function readCall(block: JsonObject): ToolCall {
  return { id: asString(block.id) ?? '', name: asString(block.name) ?? '', input: asObject(block.input) ?? {} }
}

function bytesOf(block: JsonObject): Buffer[] {
  const data = asString(asObject(block.source)?.data)
  return data === undefined ? [] : [Buffer.from(data, 'base64')]
}

function forcedTool(choice: JsonObject | undefined): string | true | undefined {
  return choice?.type === 'any' ? true : choice?.type === 'tool' ? asString(choice.name) : undefined
}

const FINISH = { stop: 'end_turn', tools: 'tool_use', length: 'max_tokens' } as const

/** Anthropic's count of input leaves out what came from the cache. */
function usageOf({ usage }: Say): JsonObject {
  return {
    input_tokens: usage.input - usage.cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cached,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: usage.output,
    service_tier: 'standard',
  }
}

function useBlock(call: ToolCall, input: JsonObject): JsonObject {
  return { type: 'tool_use', id: call.id.replace('call', 'toolu'), name: call.name, input }
}

function whole(say: Say, seen: Seen): JsonObject {
  const thinking =
    say.thinking === undefined ? [] : [{ type: 'thinking', thinking: say.thinking, signature: SIGNATURE }]
  const text = say.text === undefined ? [] : [{ type: 'text', text: say.text }]
  return {
    id: REPLY_ID,
    type: 'message',
    role: 'assistant',
    model: seen.model,
    content: [...thinking, ...text, ...(say.calls ?? []).map((call) => useBlock(call, call.input))],
    stop_reason: FINISH[say.finish],
    stop_sequence: null,
    usage: usageOf(say),
  }
}

function stream(say: Say, seen: Seen): string[] {
  const event = (type: string, data: JsonObject): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
  let index = 0
  const block = (content: JsonObject, deltas: JsonObject[]): string[] => {
    const at = index++
    return [
      event('content_block_start', { index: at, content_block: content }),
      ...deltas.map((delta) => event('content_block_delta', { index: at, delta })),
      event('content_block_stop', { index: at }),
    ]
  }
  const start = { ...whole({ finish: say.finish, usage: say.usage }, seen), stop_reason: null }
  const opening = [
    event('message_start', { message: { ...start, usage: { ...usageOf(say), output_tokens: 1 } } }),
    event('ping', {}),
    ...(say.thinking === undefined
      ? []
      : block({ type: 'thinking', thinking: '', signature: '' }, [
          ...pieces(say.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: SIGNATURE },
        ])),
    ...(say.text === undefined
      ? []
      : block(
          { type: 'text', text: '' },
          pieces(say.text).map((text) => ({ type: 'text_delta', text })),
        )),
    ...(say.calls ?? []).flatMap((call) =>
      block(useBlock(call, {}), [
        { type: 'input_json_delta', partial_json: '' },
        ...pieces(JSON.stringify(call.input)).map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
      ]),
    ),
  ]
  if (say.breaks)
    return [...opening, event('error', { error: { type: 'overloaded_error', message: 'The server had an error.' } })]
  return [
    ...opening,
    event('message_delta', {
      delta: { stop_reason: FINISH[say.finish], stop_sequence: null },
      usage: { output_tokens: say.usage.output },
    }),
    event('message_stop', {}),
  ]
}

const KINDS = {
  'rate-limit': 'rate_limit_error',
  'bad-request': 'invalid_request_error',
  credentials: 'authentication_error',
  overloaded: 'overloaded_error',
} as const

function refuse({ kind, status, message }: Refusal): JsonObject {
  const type = status === 503 ? 'api_error' : KINDS[kind]
  return { type: 'error', error: { type, message }, request_id: 'req_upstream1' }
}
