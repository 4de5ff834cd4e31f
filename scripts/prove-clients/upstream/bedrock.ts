/** The scripted upstream's Amazon Bedrock Converse; its streams are framed by the AWS SDK's own codec. */

import { EventStreamCodec } from '@smithy/eventstream-codec'
import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '../../../src/ground/json.ts'
import { CLAUDE_ON_BEDROCK } from '../stand-ins.ts'
import { type ChatDialect, pieces, type Refusal, type Say, type Seen, unknownField, unpaired } from './exchange.ts'
import { bearer } from './read-parts.ts'

const FIELDS = [
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'guardrailConfig',
  'additionalModelRequestFields',
  'promptVariables',
  'additionalModelResponseFieldPaths',
  'requestMetadata',
  'performanceConfig',
  'serviceTier',
  'outputConfig',
]
const SIGNATURE = 'YmVkcm9jay1zaWduYXR1cmU='
const PATH = /^\/model\/([^/]+)\/(converse|converse-stream)$/

export const bedrockDialect: ChatDialect = {
  name: 'bedrock-converse',
  match(path) {
    const found = PATH.exec(path)
    return found?.[1] === undefined
      ? undefined
      : { model: decodeURIComponent(found[1]).replace(CLAUDE_ON_BEDROCK, ''), streams: found[2] === 'converse-stream' }
  },
  credential: bearer,
  read,
  whole,
  stream,
  streamType: 'application/vnd.amazon.eventstream',
  refuse: ({ message }: Refusal) => ({ message }),
}

function read(body: JsonObject, address: { readonly model?: string; readonly streams?: boolean }): Seen | string {
  const unknown = unknownField(body, FIELDS)
  if (unknown !== undefined) return `unexpected field ${unknown}`
  const messages = asArray(body.messages).filter(isObject)
  const blocks = messages.flatMap(({ content }) => asArray(content).filter(isObject))
  if (
    messages.some(
      ({ role, content }) => !['user', 'assistant'].includes(asString(role) ?? '') || !Array.isArray(content),
    )
  )
    return 'a message has another role than user or assistant, or no list of content'
  const calls = blocks.flatMap(({ toolUse }) => {
    const call = asObject(toolUse)
    return call
      ? [{ id: asString(call.toolUseId) ?? '', name: asString(call.name) ?? '', input: asObject(call.input) ?? {} }]
      : []
  })
  const results = blocks.flatMap(({ toolResult }) => {
    const result = asObject(toolResult)
    return result ? [{ callId: asString(result.toolUseId) ?? '', text: textOf(result.content) }] : []
  })
  const pairing = unpaired(calls, results)
  if (pairing !== undefined) return pairing
  const tools = asObject(body.toolConfig)
  const choice = asObject(tools?.toolChoice)
  const format = asObject(asObject(body.outputConfig)?.textFormat)
  return {
    model: address.model ?? '',
    streams: address.streams ?? false,
    system: textOf(body.system),
    userText: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    images: blocks.flatMap(({ image }) => {
      const bytes = asString(asObject(asObject(image)?.source)?.bytes)
      return bytes === undefined ? [] : [Buffer.from(bytes, 'base64')]
    }),
    documents: blocks.flatMap(({ document }) => {
      const bytes = asString(asObject(asObject(document)?.source)?.bytes)
      return bytes === undefined ? [] : [Buffer.from(bytes, 'base64')]
    }),
    toolNames: asArray(tools?.tools).flatMap((tool) => asString(asObject(asObject(tool)?.toolSpec)?.name) ?? []),
    forcedTool: choice?.any !== undefined ? true : asString(asObject(choice?.tool)?.name),
    calls,
    results,
    schema: format === undefined ? undefined : true,
    thinkingAsked:
      asObject(body.additionalModelRequestFields)?.thinking !== undefined ||
      asObject(body.additionalModelRequestFields)?.reasoning_config !== undefined,
    proofs: blocks.flatMap(({ reasoningContent }) =>
      asString(asObject(asObject(reasoningContent)?.reasoningText)?.signature) === SIGNATURE ? [SIGNATURE] : [],
    ),
    maxTokens: asNumber(asObject(body.inferenceConfig)?.maxTokens),
  }
}

function textOf(content: unknown): string {
  return asArray(content)
    .map((block) => {
      const json = asObject(block)?.json
      return asString(asObject(block)?.text) ?? (json === undefined ? '' : JSON.stringify(json))
    })
    .join('')
}

const STOP = { stop: 'end_turn', tools: 'tool_use', length: 'max_tokens' } as const

function usageOf({ usage }: Say): JsonObject {
  return {
    inputTokens: usage.input - usage.cached,
    outputTokens: usage.output,
    totalTokens: usage.input + usage.output,
    cacheReadInputTokens: usage.cached,
    cacheWriteInputTokens: 0,
  }
}

function whole(say: Say): JsonObject {
  const thinking =
    say.thinking === undefined
      ? []
      : [{ reasoningContent: { reasoningText: { text: say.thinking, signature: SIGNATURE } } }]
  const text = say.text === undefined ? [] : [{ text: say.text }]
  const calls = (say.calls ?? []).map(({ id, name, input }) => ({ toolUse: { toolUseId: id, name, input } }))
  return {
    output: { message: { role: 'assistant', content: [...thinking, ...text, ...calls] } },
    stopReason: STOP[say.finish],
    usage: usageOf(say),
    metrics: { latencyMs: 12 },
  }
}

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Uint8Array.from(Buffer.from(text, 'utf8')),
)

function frame(type: string, data: JsonObject, messageType: 'event' | 'exception' = 'event'): Uint8Array {
  const text = (value: string) => ({ type: 'string', value }) as const
  return codec.encode({
    headers: {
      [messageType === 'event' ? ':event-type' : ':exception-type']: text(type),
      ':content-type': text('application/json'),
      ':message-type': text(messageType),
    },
    body: Uint8Array.from(Buffer.from(JSON.stringify(data))),
  })
}

function stream(say: Say): Uint8Array[] {
  let index = 0
  const block = (start: JsonObject | undefined, deltas: readonly JsonObject[]): Uint8Array[] => {
    const contentBlockIndex = index++
    return [
      ...(start ? [frame('contentBlockStart', { start, contentBlockIndex })] : []),
      ...deltas.map((delta) => frame('contentBlockDelta', { delta, contentBlockIndex })),
      frame('contentBlockStop', { contentBlockIndex }),
    ]
  }
  const opening = [
    frame('messageStart', { role: 'assistant' }),
    ...(say.thinking === undefined
      ? []
      : block(undefined, [
          ...pieces(say.thinking).map((text) => ({ reasoningContent: { text } })),
          { reasoningContent: { signature: SIGNATURE } },
        ])),
    ...(say.text === undefined
      ? []
      : block(
          undefined,
          pieces(say.text).map((text) => ({ text })),
        )),
    ...(say.calls ?? []).flatMap(({ id, name, input }) =>
      block(
        { toolUse: { toolUseId: id, name } },
        pieces(JSON.stringify(input)).map((piece) => ({ toolUse: { input: piece } })),
      ),
    ),
  ]
  if (say.breaks)
    return [...opening, frame('modelStreamErrorException', { message: 'The server had an error.' }, 'exception')]
  return [
    ...opening,
    frame('messageStop', { stopReason: STOP[say.finish] }),
    frame('metadata', { usage: usageOf(say), metrics: { latencyMs: 12 } }),
  ]
}
