/** The scripted upstream's OpenAI Responses. */

import {
  asArray,
  asNumber,
  asObject,
  asString,
  isObject,
  type JsonObject,
  parseJson,
} from '../../../src/ground/json.ts'
import { type ChatDialect, pieces, type Refusal, type Say, type Seen, unknownField, unpaired } from './exchange.ts'
import { bearer, jsonSchemaOf, readDataUrl } from './read-parts.ts'

const FIELDS = [
  'background',
  'context_management',
  'conversation',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'model',
  'moderation',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
  'client_metadata',
]
const ENCRYPTED = 'ZW5jcnlwdGVkLXJlYXNvbmluZw=='

export const openaiResponsesDialect: ChatDialect = {
  name: 'openai-responses',
  match: (path) => (path === '/v1/responses' ? {} : undefined),
  credential: bearer,
  read,
  whole: (say, seen) => response(say, seen, itemsOf(say, seen)),
  stream,
  streamType: 'text/event-stream; charset=utf-8',
  refuse,
}

function read(body: JsonObject): Seen | string {
  const unknown = unknownField(body, FIELDS)
  if (unknown !== undefined) return `Unknown parameter: '${unknown}'.`
  const items: JsonObject[] =
    typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : asArray(body.input).filter(isObject)
  const textsOf = (...roles: string[]): string =>
    items
      .filter(({ role }) => roles.includes(asString(role) ?? ''))
      .map(({ content }) => textOf(content))
      .join('\n')
  const calls = items
    .filter(({ type }) => type === 'function_call')
    .map((item) => ({
      id: asString(item.call_id) ?? '',
      name: asString(item.name) ?? '',
      input: asObject(parseJson(asString(item.arguments) ?? '')) ?? {},
    }))
  const results = items
    .filter(({ type }) => type === 'function_call_output')
    .map((item) => ({ callId: asString(item.call_id) ?? '', text: textOf(item.output) }))
  // With an earlier response named, its calls are kept by the provider and need not be repeated.
  const pairing = body.previous_response_id === undefined ? unpaired(calls, results) : undefined
  if (pairing !== undefined) return pairing
  const format = asObject(asObject(body.text)?.format)
  const choice = asObject(body.tool_choice)
  return {
    model: asString(body.model) ?? '',
    streams: body.stream === true,
    system: [asString(body.instructions) ?? '', textsOf('system', 'developer')].filter(Boolean).join('\n'),
    userText: textsOf('user'),
    images: items.flatMap(({ content }) =>
      asArray(content).flatMap((part) => readDataUrl(asString(asObject(part)?.image_url) ?? '')),
    ),
    documents: items.flatMap(({ content }) =>
      asArray(content).flatMap((part) => readDataUrl(asString(asObject(part)?.file_data) ?? '')),
    ),
    toolNames: asArray(body.tools).flatMap((tool) => asString(asObject(tool)?.name) ?? []),
    forcedTool: body.tool_choice === 'required' ? true : asString(choice?.name),
    calls,
    results,
    schema: format?.type === 'json_object' ? true : jsonSchemaOf(format?.schema),
    thinkingAsked: asObject(body.reasoning) !== undefined,
    proofs: items.flatMap((item) => {
      const back = item.type === 'reasoning' ? asString(item.encrypted_content) : undefined
      return back === undefined ? (item.id === 'rs_upstream1' ? ['rs_upstream1'] : []) : [back]
    }),
    asksSummary: asString(asObject(body.reasoning)?.summary) !== undefined,
    asksEncrypted: asArray(body.include).includes('reasoning.encrypted_content'),
    maxTokens: asNumber(body.max_output_tokens),
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return asArray(content)
    .map((part) => asString(asObject(part)?.text) ?? '')
    .join('')
}

function itemsOf(say: Say, seen: Seen): JsonObject[] {
  const reasoning = {
    type: 'reasoning',
    id: 'rs_upstream1',
    summary: seen.asksSummary ? [{ type: 'summary_text', text: say.thinking ?? '' }] : [],
    ...(seen.asksEncrypted ? { encrypted_content: ENCRYPTED } : {}),
  }
  const message = {
    type: 'message',
    id: 'msg_upstream1',
    role: 'assistant',
    status: say.finish === 'length' ? 'incomplete' : 'completed',
    content: [{ type: 'output_text', text: say.text ?? '', annotations: [], logprobs: [] }],
  }
  const calls = (say.calls ?? []).map((call, index) => ({
    type: 'function_call',
    id: `fc_upstream${index + 1}`,
    call_id: call.id,
    name: call.name,
    arguments: JSON.stringify(call.input),
    status: 'completed',
  }))
  return [...(say.thinking === undefined ? [] : [reasoning]), ...(say.text === undefined ? [] : [message]), ...calls]
}

function response(say: Say, seen: Seen, output: JsonObject[], status?: string): JsonObject {
  const { usage } = say
  const isCut = say.finish === 'length'
  return {
    id: 'resp_upstream1',
    object: 'response',
    created_at: 1_790_000_000,
    status: status ?? (isCut ? 'incomplete' : 'completed'),
    background: false,
    error: null,
    incomplete_details: isCut && status === undefined ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    max_output_tokens: null,
    model: seen.model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: true,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage:
      status === undefined
        ? {
            input_tokens: usage.input,
            input_tokens_details: { cached_tokens: usage.cached },
            output_tokens: usage.output,
            output_tokens_details: { reasoning_tokens: usage.reasoning },
            total_tokens: usage.input + usage.output,
          }
        : null,
    user: null,
    metadata: {},
  }
}

function stream(say: Say, seen: Seen): string[] {
  let sequence = 0
  const event = (type: string, data: JsonObject): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data, sequence_number: sequence++ })}\n\n`
  const items = itemsOf(say, seen)
  const opening = [
    event('response.created', { response: response(say, seen, [], 'in_progress') }),
    event('response.in_progress', { response: response(say, seen, [], 'in_progress') }),
    ...items.flatMap((item, index) => streamItem(item, index, event)),
  ]
  if (say.breaks)
    return [
      ...opening,
      event('error', { code: 'server_error', message: 'The server had an error.', param: null }),
      event('response.failed', {
        response: {
          ...response(say, seen, [], 'failed'),
          error: { code: 'server_error', message: 'The server had an error.' },
        },
      }),
    ]
  const type = say.finish === 'length' ? 'response.incomplete' : 'response.completed'
  return [...opening, event(type, { response: response(say, seen, items) })]
}

type EventWriter = (type: string, data: JsonObject) => string

function streamItem(item: JsonObject, index: number, event: EventWriter): string[] {
  const at = { output_index: index, item_id: item.id }
  const open = (empty: JsonObject): string =>
    event('response.output_item.added', { output_index: index, item: { ...item, ...empty } })
  const close = event.bind(undefined, 'response.output_item.done', { output_index: index, item })
  if (item.type === 'message') {
    const part = asObject(asArray(item.content)[0]) ?? {}
    const place = { ...at, content_index: 0 }
    return [
      open({ content: [], status: 'in_progress' }),
      event('response.content_part.added', { ...place, part: { ...part, text: '' } }),
      ...pieces(asString(part.text) ?? '').map((delta) =>
        event('response.output_text.delta', { ...place, delta, logprobs: [] }),
      ),
      event('response.output_text.done', { ...place, text: part.text, logprobs: [] }),
      event('response.content_part.done', { ...place, part }),
      close(),
    ]
  }
  if (item.type === 'reasoning') {
    const part = asObject(asArray(item.summary)[0])
    if (!part) return [open({}), close()]
    const place = { ...at, summary_index: 0 }
    return [
      open({ summary: [] }),
      event('response.reasoning_summary_part.added', { ...place, part: { ...part, text: '' } }),
      ...pieces(asString(part.text) ?? '').map((delta) =>
        event('response.reasoning_summary_text.delta', { ...place, delta }),
      ),
      event('response.reasoning_summary_text.done', { ...place, text: part.text }),
      event('response.reasoning_summary_part.done', { ...place, part }),
      close(),
    ]
  }
  return [
    open({ arguments: '', status: 'in_progress' }),
    ...pieces(asString(item.arguments) ?? '').map((delta) =>
      event('response.function_call_arguments.delta', { ...at, delta }),
    ),
    event('response.function_call_arguments.done', { ...at, name: item.name, arguments: item.arguments }),
    close(),
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
