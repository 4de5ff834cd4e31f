/**
 * Request fields the hub has no word for, kept for the way back to this wire: top-level names, or paths such as
 * `reasoning.summary`, `text.verbosity` and `tools[weather].defer_loading`.
 */

import { isObject, type Json, type JsonObject } from '../../ground/json.ts'

/** What an owner object holds beyond the `known` fields, under `prefix`; null and undefined are nothing. */
export function unknownFields(owner: JsonObject, known: ReadonlySet<string>, prefix = ''): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(owner)) {
    if (!known.has(name) && value !== undefined && value !== null) fields[prefix + name] = value
  }
  return fields
}

const TOOL_PATH = /^tools\[(.*)\]\.([^.[\]]+)$/
const OBJECT_PATH = /^(reasoning|text|stream_options)\.(.+)$/

/** An extra is more than the hub could say, so it wins over what the translation has set; `include` lists are joined. */
export function applyExtras(body: JsonObject, fields: Readonly<Record<string, Json>>): void {
  for (const [path, value] of Object.entries(fields)) {
    const tool = TOOL_PATH.exec(path)
    const nested = OBJECT_PATH.exec(path)
    if (tool) applyToTool(body, tool[1] ?? '', tool[2] ?? '', value)
    else if (nested) applyNested(body, nested[1] ?? '', nested[2] ?? '', value)
    else if (path === 'include' && Array.isArray(value) && Array.isArray(body.include))
      body.include = [...value, ...body.include.filter((entry) => !value.includes(entry))]
    else body[path] = value
  }
}

function applyToTool(body: JsonObject, name: string, field: string, value: Json): void {
  if (!Array.isArray(body.tools)) return
  for (const tool of body.tools)
    if (isObject(tool) && tool.type === 'function' && tool.name === name) tool[field] = value
}

function applyNested(body: JsonObject, owner: string, field: string, value: Json): void {
  // Options of a stream are refused where nothing is streamed.
  if (owner === 'stream_options' && body.stream !== true) return
  const holder = body[owner]
  body[owner] = { ...(isObject(holder) ? holder : {}), [field]: value }
}
