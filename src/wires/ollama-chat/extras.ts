/** Fields that the hub has no word for, kept for servers of this wire and of its sister for single prompts. */

import type { ChatCall } from '../../ground/chat-call.ts'
import type { ChatReply } from '../../ground/chat-reply.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { applyToolField } from './function-tools.ts'

type Extras = { wire: string; fields: Record<string, Json> }

/** The two wires of one server: they name what they share alike. */
const KIN: ReadonlySet<string> = new Set(['ollama-chat', 'ollama-generate'])

/** What only a single prompt has. */
const PROMPT_ONLY: ReadonlySet<string> = new Set(['context', 'raw', 'suffix', 'template'])

/** What `owner` holds beyond the `known` fields, under `prefix`; null, and nothing said in another way, are nothing. */
export function unknownFields(owner: JsonObject, known: ReadonlySet<string>, prefix = ''): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(owner)) {
    if (!known.has(name) && value !== undefined && value !== null) fields[prefix + name] = value
  }
  return fields
}

/** True for a call whose client wrote this wire or its sister. */
export function isKin(extras: ChatCall['extras']): boolean {
  return extras !== undefined && KIN.has(extras.wire)
}

/** Writes the client's kept fields into a request body of `wire`: top-level names, `options.x` and `tools[name].x`. */
export function applyExtras(body: JsonObject, extras: Extras | undefined, wire: string, losses: Losses): void {
  for (const [path, value] of Object.entries(extras?.fields ?? {})) {
    if (!fits(extras, path, wire)) losses.replyField(path, `This API has no field ${path}.`)
    else if (path.startsWith('options.')) {
      body.options = { ...(isObject(body.options) ? body.options : {}), [path.slice('options.'.length)]: value }
    } else if (!applyToolField(body, path, value)) body[path] ??= value
  }
}

/** The fields of a reply that a reply of `wire` has too; others are told as lost. */
export function replyFields(extras: ChatReply['extras'], wire: string, losses: Losses): JsonObject {
  const fields: JsonObject = {}
  for (const [name, value] of Object.entries(extras?.fields ?? {})) {
    if (fits(extras, name, wire)) fields[name] = value
    else losses.replyField(name, `This API has no ${name} in its answers.`)
  }
  return fields
}

function fits(extras: Extras | undefined, path: string, wire: string): boolean {
  if (!extras || !KIN.has(extras.wire)) return false
  return extras.wire === wire || !PROMPT_ONLY.has(path)
}
