/** A client's generateContent request -> the hub's call. */

import type { ChatCall } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { GatewayError } from '../../ground/error.ts'
import { asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { Problems } from '../problems.ts'
import { camelCased } from './aliases.ts'
import { decodeContents, decodeSystem } from './decode-contents.ts'
import { unknownFields } from './extras.ts'
import { decodeConfig } from './generation-config.ts'
import { decodeToolChoice, decodeTools } from './tools.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'labels', 'model'])

/**
 * The model and whether to stream stand in the path: `model` comes back empty and `stream` false. Field names may be in
 * snake case. Fields we have no word for go into `extras`, which is always there.
 */
export function decodeRequest(body: JsonObject): Result<ChatCall, GatewayError> {
  const problems = new Problems()
  const request = camelCased(body)
  const { settings, extras: configExtras } = decodeConfig(request.generationConfig, problems)
  const { tools, extras: toolExtras } = decodeTools(request.tools, problems)
  const { toolChoice, extras: choiceExtras } = decodeToolChoice(request.toolConfig)
  const { metadata, extras: labelExtras } = decodeLabels(request.labels)
  const call: ChatCall = compact({
    model: '',
    messages: [...decodeSystem(request.systemInstruction), ...decodeContents(request.contents, problems)],
    stream: false,
    streamUsage: true,
    tools,
    toolChoice,
    metadata,
    ...settings,
    extras: {
      wire: WIRE,
      fields: { ...unknownFields(request, KNOWN), ...configExtras, ...toolExtras, ...choiceExtras, ...labelExtras },
    },
  } as Loose<ChatCall>) as ChatCall // `compact` took the undefined fields out
  return problems.first ? err(problems.first) : ok(call)
}

type Loose<T> = { [Key in keyof T]: T[Key] | undefined }

/** Vertex AI's labels on a call. */
function decodeLabels(value: Json | undefined): { metadata?: Record<string, string>; extras: Record<string, Json> } {
  const labels = asObject(value)
  if (!labels) return { extras: {} }
  const entries = Object.entries(labels).map(([name, label]) => [name, asString(label)] as const)
  if (entries.some(([, label]) => label === undefined)) return { extras: { labels } }
  return { metadata: Object.fromEntries(entries.map(([name, label]) => [name, label ?? ''])), extras: {} }
}
