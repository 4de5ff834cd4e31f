/** The scripted upstream's Ollama: chat and generate, streaming unless told not to. */

import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '../../../src/ground/json.ts'
import { type ChatDialect, pieces, type Refusal, type Say, type Seen, unknownField } from './exchange.ts'
import { bearer, jsonSchemaOf } from './read-parts.ts'

const FIELDS = [
  'model',
  'messages',
  'tools',
  'format',
  'options',
  'stream',
  'keep_alive',
  'think',
  'logprobs',
  'top_logprobs',
  'truncate',
  'shift',
]

export const ollamaChatDialect: ChatDialect = {
  name: 'ollama-chat',
  match: (path) => (path === '/api/chat' ? {} : undefined),
  credential: bearer,
  read,
  whole: (say, seen) => ({ ...head(seen), message: messageOf(say), ...tail(say) }),
  stream,
  streamType: 'application/x-ndjson',
  refuse: ({ message }: Refusal) => ({ error: message }),
}

const GENERATE_FIELDS = [
  'model',
  'prompt',
  'suffix',
  'images',
  'system',
  'template',
  'context',
  'raw',
  'format',
  'options',
  'stream',
  'keep_alive',
  'think',
  'logprobs',
  'top_logprobs',
  'truncate',
  'shift',
]

/** The older way: one prompt, one response. */
export const ollamaGenerateDialect: ChatDialect = {
  ...ollamaChatDialect,
  name: 'ollama-generate',
  match: (path) => (path === '/api/generate' ? {} : undefined),
  read(body) {
    const unknown = unknownField(body, GENERATE_FIELDS)
    if (unknown !== undefined) return `unknown field ${unknown}`
    const { model, format, options, stream: streams, think, system, prompt, images } = body
    const messages = [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: prompt, images },
    ]
    return read({ model, format, options, stream: streams, think, messages })
  },
  whole: (say, seen) => ({ ...head(seen), ...spokenOf(say), ...tail(say), context: [1, 2, 3] }),
  stream(say, seen) {
    const line = (data: JsonObject): string => `${JSON.stringify(data)}\n`
    const opening = [
      ...pieces(say.thinking ?? '').map((thinking) => line({ ...head(seen), response: '', thinking, done: false })),
      ...pieces(say.text ?? '').map((response) => line({ ...head(seen), response, done: false })),
    ]
    if (say.breaks) return [...opening, line({ error: 'The server had an error.' })]
    return [...opening, line({ ...head(seen), response: '', ...tail(say), context: [1, 2, 3] })]
  },
}

function spokenOf(say: Say): JsonObject {
  return { response: say.text ?? '', ...(say.thinking === undefined ? {} : { thinking: say.thinking }) }
}

function read(body: JsonObject): Seen | string {
  const unknown = unknownField(body, FIELDS)
  if (unknown !== undefined) return `unknown field ${unknown}`
  const messages = asArray(body.messages).filter(isObject)
  const textsOf = (wanted: string): string =>
    messages
      .filter(({ role }) => role === wanted)
      .map(({ content }) => asString(content) ?? '')
      .join('\n')
  const calls = messages.flatMap(({ tool_calls: list }) =>
    asArray(list).flatMap((call) => {
      const spoken = asObject(asObject(call)?.function)
      const name = asString(spoken?.name) ?? ''
      return {
        id: asString(asObject(call)?.id) ?? name,
        name,
        input: asObject(spoken?.arguments) ?? { unreadable: true },
      }
    }),
  )
  if (messages.some(({ content }) => content !== undefined && content !== null && typeof content !== 'string'))
    return 'json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string'
  if (calls.some(({ input }) => input.unreadable !== undefined))
    return 'json: cannot unmarshal string into Go struct field of type api.ToolCallFunctionArguments'
  return {
    model: asString(body.model) ?? '',
    streams: body.stream !== false,
    system: textsOf('system'),
    userText: textsOf('user'),
    images: messages.flatMap(({ images }) =>
      asArray(images).flatMap((image) => Buffer.from(asString(image) ?? '', 'base64')),
    ),
    toolNames: asArray(body.tools).flatMap((tool) => asString(asObject(asObject(tool)?.function)?.name) ?? []),
    forcedTool: undefined,
    calls,
    results: messages
      .filter(({ role }) => role === 'tool')
      .map((message) => ({ callId: asString(message.tool_name) ?? '', text: asString(message.content) ?? '' })),
    schema: body.format === 'json' ? true : jsonSchemaOf(body.format),
    thinkingAsked: body.think !== undefined && body.think !== false,
    proofs: messages.flatMap(({ thinking }) => asString(thinking) ?? []),
    maxTokens: asNumber(asObject(body.options)?.num_predict),
  }
}

function head(seen: Seen): JsonObject {
  return { model: seen.model, created_at: '2026-09-21T14:13:20.000000Z' }
}

function messageOf(say: Say): JsonObject {
  return {
    role: 'assistant',
    content: say.text ?? '',
    ...(say.thinking === undefined ? {} : { thinking: say.thinking }),
    ...(say.calls
      ? {
          tool_calls: say.calls.map(({ id, name, input }, index) => ({
            id,
            function: { index, name, arguments: input },
          })),
        }
      : {}),
  }
}

function tail(say: Say): JsonObject {
  return {
    done: true,
    done_reason: say.finish === 'length' ? 'length' : 'stop',
    total_duration: 5_000_000,
    load_duration: 1_000_000,
    prompt_eval_count: say.usage.input,
    prompt_eval_duration: 2_000_000,
    eval_count: say.usage.output,
    eval_duration: 2_000_000,
  }
}

function stream(say: Say, seen: Seen): string[] {
  const line = (data: JsonObject): string => `${JSON.stringify(data)}\n`
  const message = (change: JsonObject): string =>
    line({ ...head(seen), message: { role: 'assistant', content: '', ...change }, done: false })
  const { tool_calls: calls } = messageOf(say)
  const opening = [
    ...pieces(say.thinking ?? '').map((thinking) => message({ thinking })),
    ...pieces(say.text ?? '').map((content) => message({ content })),
    ...(calls === undefined ? [] : [message({ tool_calls: calls })]),
  ]
  if (say.breaks) return [...opening, line({ error: 'The server had an error.' })]
  return [...opening, line({ ...head(seen), message: { role: 'assistant', content: '' }, ...tail(say) })]
}
