/** The scripted upstream's Gemini generateContent; the real one refuses fields it does not know, and so does this. */

import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '../../../src/ground/json.ts'
import { type ChatDialect, pieces, type Refusal, type Say, type Seen, unknownField, unpaired } from './exchange.ts'
import { jsonSchemaOf } from './read-parts.ts'

const FIELDS = [
  'contents',
  'tools',
  'toolConfig',
  'safetySettings',
  'systemInstruction',
  'generationConfig',
  'cachedContent',
  'serviceTier',
  'store',
]
const CONFIG_FIELDS = [
  'stopSequences',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  '_responseJsonSchema',
  'responseModalities',
  'candidateCount',
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'responseLogprobs',
  'logprobs',
  'enableEnhancedCivicAnswers',
  'speechConfig',
  'thinkingConfig',
  'imageConfig',
  'mediaResolution',
  'audioTimestamp',
]
const PART_FIELDS = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'thought',
  'thoughtSignature',
  'videoMetadata',
  'partMetadata',
  'mediaResolution',
  'toolCall',
  'toolResponse',
]
const SIGNATURE = 'Z2VtaW5pLXRob3VnaHQtc2lnbmF0dXJl'
const PATH = /^\/v1(?:beta)?\/models\/([^/]+):(generateContent|streamGenerateContent)$/

export const geminiDialect: ChatDialect = {
  name: 'gemini-generate',
  match(path) {
    const found = PATH.exec(path)
    return found?.[1] === undefined
      ? undefined
      : { model: decodeURIComponent(found[1]), streams: found[2] === 'streamGenerateContent' }
  },
  credential: (headers) => asString(headers['x-goog-api-key']),
  read,
  whole: (say, seen) => reply(say, seen, partsOf(say), true),
  stream,
  streamType: 'text/event-stream',
  refuse,
}

function read(body: JsonObject, address: { readonly model?: string; readonly streams?: boolean }): Seen | string {
  const config = asObject(body.generationConfig) ?? {}
  const contents = asArray(body.contents).filter(isObject)
  const parts = contents.flatMap((content) => asArray(content.parts).filter(isObject))
  const complaint = firstFault(body, config, contents, parts)
  if (complaint !== undefined) return complaint
  const calls = parts.flatMap(({ functionCall }) => {
    const call = asObject(functionCall)
    return call
      ? [
          {
            id: asString(call.id) ?? asString(call.name) ?? '',
            name: asString(call.name) ?? '',
            input: asObject(call.args) ?? {},
          },
        ]
      : []
  })
  const results = parts.flatMap(({ functionResponse }) => {
    const response = asObject(functionResponse)
    if (!response) return []
    return [{ callId: asString(response.id) ?? asString(response.name) ?? '', text: resultText(response.response) }]
  })
  const pairing = unpaired(calls, results)
  if (pairing !== undefined) return pairing
  const calling = asObject(asObject(body.toolConfig)?.functionCallingConfig)
  const thinking = asObject(config.thinkingConfig)
  return {
    model: address.model ?? '',
    streams: address.streams ?? false,
    system: textOf(body.systemInstruction),
    userText: contents
      .filter(({ role }) => role !== 'model')
      .map(textOf)
      .join('\n'),
    images: parts.flatMap(({ inlineData }) => bytesOf(asObject(inlineData), 'image/')),
    documents: parts.flatMap(({ inlineData }) => bytesOf(asObject(inlineData), 'application/pdf')),
    toolNames: declarations(body).flatMap(({ name }) => asString(name) ?? []),
    forcedTool: calling?.mode === 'ANY' ? (asString(asArray(calling.allowedFunctionNames)[0]) ?? true) : undefined,
    calls,
    results,
    schema:
      config.responseMimeType === 'application/json'
        ? (jsonSchemaOf(config.responseJsonSchema ?? config._responseJsonSchema ?? config.responseSchema) ?? true)
        : undefined,
    thinkingAsked: thinking !== undefined && thinking.includeThoughts === true,
    proofs: parts.flatMap(({ thoughtSignature }) => (thoughtSignature === SIGNATURE ? [SIGNATURE] : [])),
    maxTokens: asNumber(config.maxOutputTokens),
  }
}

function firstFault(
  body: JsonObject,
  config: JsonObject,
  contents: readonly JsonObject[],
  parts: readonly JsonObject[],
): string | undefined {
  const unknown =
    unknownField(body, FIELDS) ??
    unknownField(config, CONFIG_FIELDS) ??
    parts.map((part) => unknownField(part, PART_FIELDS)).find((field) => field !== undefined)
  if (unknown !== undefined) return `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`
  if (contents.length === 0) return 'contents is not specified'
  if (contents.some(({ role }) => role !== undefined && role !== 'user' && role !== 'model'))
    return 'Please use a valid role: user, model.'
  if (contents.some((content) => asArray(content.parts).length === 0)) return 'contents.parts must not be empty.'
  return undefined
}

function declarations(body: JsonObject): JsonObject[] {
  return asArray(body.tools).flatMap((tool) => asArray(asObject(tool)?.functionDeclarations).filter(isObject))
}

function textOf(content: unknown): string {
  return asArray(asObject(content)?.parts)
    .map((part) => asString(asObject(part)?.text) ?? '')
    .join('')
}

/** Clients wrap a result in `output`, `result` or `content`, or send their own object. */
function resultText(response: unknown): string {
  const object = asObject(response)
  const inner = object?.output ?? object?.result ?? object?.content ?? object
  return typeof inner === 'string' ? inner : JSON.stringify(inner)
}

function bytesOf(data: JsonObject | undefined, type: string): Buffer[] {
  const encoded = asString(data?.data)
  return encoded !== undefined && asString(data?.mimeType)?.startsWith(type) ? [Buffer.from(encoded, 'base64')] : []
}

const FINISH = { stop: 'STOP', tools: 'STOP', length: 'MAX_TOKENS' } as const

function usageOf({ usage }: Say): JsonObject {
  const written = usage.output - usage.reasoning
  return {
    promptTokenCount: usage.input,
    candidatesTokenCount: written,
    totalTokenCount: usage.input + usage.output,
    ...(usage.cached ? { cachedContentTokenCount: usage.cached } : {}),
    ...(usage.reasoning ? { thoughtsTokenCount: usage.reasoning } : {}),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: usage.input }],
  }
}

function callParts(say: Say): JsonObject[] {
  return (say.calls ?? []).map((call, index) => ({
    functionCall: { name: call.name, args: call.input, id: call.id },
    ...(say.thinking !== undefined && index === 0 ? { thoughtSignature: SIGNATURE } : {}),
  }))
}

function partsOf(say: Say): JsonObject[] {
  return [
    ...(say.thinking === undefined ? [] : [{ text: say.thinking, thought: true }]),
    ...(say.text === undefined
      ? []
      : [{ text: say.text, ...(say.thinking === undefined ? {} : { thoughtSignature: SIGNATURE }) }]),
    ...callParts(say),
  ]
}

function reply(say: Say, seen: Seen, parts: JsonObject[], isLast: boolean): JsonObject {
  return {
    candidates: [
      { content: { role: 'model', parts }, ...(isLast ? { finishReason: FINISH[say.finish] } : {}), index: 0 },
    ],
    usageMetadata: usageOf(say),
    modelVersion: seen.model,
    responseId: 'upstream-response-1',
  }
}

function stream(say: Say, seen: Seen): string[] {
  const chunk = (parts: JsonObject[], isLast = false): string =>
    `data: ${JSON.stringify(reply(say, seen, parts, isLast))}\r\n\r\n`
  const opening = [
    ...pieces(say.thinking ?? '').map((text) => chunk([{ text, thought: true }])),
    ...pieces(say.text ?? '').map((text) => chunk([{ text }])),
    ...callParts(say).map((part) => chunk([part])),
  ]
  if (say.breaks)
    return [
      ...opening,
      `data: ${JSON.stringify({ error: { code: 503, message: 'The server had an error.', status: 'UNAVAILABLE' } })}\r\n\r\n`,
    ]
  const signed = say.thinking !== undefined && say.text !== undefined ? { thoughtSignature: SIGNATURE } : {}
  return [...opening, chunk([{ text: '', ...signed }], true)]
}

const STATUSES = {
  'rate-limit': 'RESOURCE_EXHAUSTED',
  'bad-request': 'INVALID_ARGUMENT',
  credentials: 'UNAUTHENTICATED',
  overloaded: 'UNAVAILABLE',
} as const

function refuse({ status, kind, message, retryAfterSeconds }: Refusal): JsonObject {
  const details =
    retryAfterSeconds === undefined
      ? {}
      : { details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` }] }
  return { error: { code: status, message, status: STATUSES[kind], ...details } }
}
