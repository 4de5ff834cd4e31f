/**
 * Request fields the hub has no word for, written back for a provider of this wire: top-level names, or paths such as
 * `stream_options.include_obfuscation`, `reasoning.exclude` and `tools[weather].defer_loading`.
 */

import { isObject, type Json, type JsonObject } from '../../ground/json.ts'

const TOOL_PATH = /^tools\[(.*)\]\.([^.[\]]+)$/
const OBJECT_PATH = /^(stream_options|reasoning)\.(.+)$/

/** An extra is more than the hub could say, so it wins over what the translation has set. */
export function applyExtras(body: JsonObject, fields: Readonly<Record<string, Json>>): void {
  for (const [path, value] of Object.entries(fields)) {
    const tool = TOOL_PATH.exec(path)
    const nested = OBJECT_PATH.exec(path)
    if (tool) applyToTool(body, tool[1] ?? '', tool[2] ?? '', value)
    else if (nested) applyNested(body, nested[1] ?? '', nested[2] ?? '', value)
    else body[path] = value
  }
}

function applyToTool(body: JsonObject, name: string, field: string, value: Json): void {
  if (!Array.isArray(body.tools)) return
  for (const tool of body.tools) {
    const target = isObject(tool) ? tool.function : undefined
    if (isObject(target) && target.name === name) target[field] = value
  }
}

function applyNested(body: JsonObject, owner: string, field: string, value: Json): void {
  // Options of a stream are refused where nothing is streamed.
  if (owner === 'stream_options' && body.stream !== true) return
  const holder = body[owner]
  body[owner] = { ...(isObject(holder) ? holder : {}), [field]: value }
}
