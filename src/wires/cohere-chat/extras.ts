/** Fields that the hub has no word for, kept for the way back to this wire: top-level names, or `tools[name].field`. */

import type { Json, JsonObject } from '../../ground/json.ts'
import { applyToolField } from '../ollama-chat/function-tools.ts'

/** What `owner` holds beyond the `known` fields; null is nothing. */
export function unknownFields(owner: JsonObject, known: ReadonlySet<string>): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(owner)) {
    if (!known.has(name) && value !== undefined && value !== null) fields[name] = value
  }
  return fields
}

/** Writes kept fields into a request body; what the translation itself has set stays. */
export function applyExtras(body: JsonObject, fields: Readonly<Record<string, Json>>): void {
  for (const [path, value] of Object.entries(fields)) {
    if (!applyToolField(body, path, value)) body[path] ??= value
  }
}
