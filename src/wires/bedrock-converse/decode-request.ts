/** A client's Converse request -> the hub's call. */

import type { ChatCall, ResponseFormat } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { unknownFields } from '../anthropic-messages/extras.ts'
import { Problems } from '../problems.ts'
import { decodeMessages, resultsAsWritten } from './decode-messages.ts'
import { decodeModelFields, MODEL_FIELDS } from './decode-model-fields.ts'
import { decodeTools } from './decode-tools.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set([
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  MODEL_FIELDS,
  'requestMetadata',
  'serviceTier',
  'outputConfig',
])

/**
 * The model and whether to stream stand in the URL. `extras` is always there: it also says that the call came in on this
 * wire, so that going out on it again keeps to what the client wrote.
 */
export function decodeRequest(body: JsonObject): Result<ChatCall, GatewayError> {
  const problems = new Problems()
  const messages = decodeMessages(body, problems)
  const { tools, toolChoice, extras: toolExtras } = decodeTools(body, problems)
  const { topK, reasoning, fields, asWritten } = decodeModelFields(body, problems)
  const format = decodeFormat(body.outputConfig, problems)
  const tier = asObject(body.serviceTier)
  const call: ChatCall = {
    model: '',
    messages,
    stream: false,
    streamUsage: true,
    ...decodeInference(body, problems),
    ...compact({
      tools,
      toolChoice,
      topK,
      reasoning,
      format: format?.format,
      metadata: decodeMetadata(body, problems),
      serviceTier: tier && problems.string(tier, 'type', 'serviceTier.type'),
    }),
    extras: {
      wire: WIRE,
      fields: {
        ...unknownFields(body, KNOWN),
        ...unknownFields(asObject(body.inferenceConfig) ?? {}, INFERENCE, 'inferenceConfig.'),
        ...toolExtras,
        ...fields,
        ...format?.extras,
      },
      asWritten: { ...asWritten, ...resultsAsWritten(body.messages) },
    },
  }
  return problems.first ? err(problems.first) : ok(call)
}

const INFERENCE = new Set(['maxTokens', 'temperature', 'topP', 'stopSequences'])

function decodeInference(body: JsonObject, problems: Problems): Partial<ChatCall> {
  const config = problems.object(body, 'inferenceConfig')
  if (!config) return {}
  return compact({
    maxOutputTokens: problems.number(config, 'maxTokens', 'inferenceConfig.maxTokens'),
    temperature: problems.number(config, 'temperature', 'inferenceConfig.temperature'),
    topP: problems.number(config, 'topP', 'inferenceConfig.topP'),
    stop: decodeStop(config.stopSequences, problems),
  })
}

function decodeStop(value: Json | undefined, problems: Problems): string[] | undefined {
  if (value === undefined || value === null) return undefined
  const words = asArray(value).filter((word) => typeof word === 'string')
  if (!Array.isArray(value) || words.length < value.length)
    problems.report('inferenceConfig.stopSequences', 'must be a list of strings')
  return words
}

function decodeMetadata(body: JsonObject, problems: Problems): Record<string, string> | undefined {
  const given = problems.object(body, 'requestMetadata')
  if (!given) return undefined
  const metadata: Record<string, string> = {}
  for (const name of Object.keys(given)) {
    const value = problems.string(given, name, `requestMetadata.${name}`)
    if (value !== undefined) metadata[name] = value
  }
  return metadata
}

interface DecodedFormat {
  readonly format?: ResponseFormat
  readonly extras: Record<string, Json>
}

/** A JSON schema is given as text. What is not one stays as it is for this wire. */
function decodeFormat(value: Json | undefined, problems: Problems): DecodedFormat | undefined {
  if (!isObject(value)) return undefined
  const { textFormat } = value
  const extras = unknownFields(value, new Set(['textFormat']), 'outputConfig.')
  if (!isObject(textFormat)) return { extras }
  const definition = asObject(asObject(textFormat.structure)?.jsonSchema)
  if (textFormat.type !== 'json_schema' || !definition)
    return { extras: { ...extras, 'outputConfig.textFormat': textFormat } }
  const schema = parseJson(asString(definition.schema) ?? '')
  if (!isObject(schema)) {
    problems.report('outputConfig.textFormat.structure.jsonSchema.schema', 'must be a JSON schema as JSON text')
    return { extras }
  }
  const format: ResponseFormat = {
    type: 'json-schema',
    schema,
    ...(typeof definition.name === 'string' && { name: definition.name }),
    ...(typeof definition.description === 'string' && { description: definition.description }),
  }
  return { format, extras }
}
