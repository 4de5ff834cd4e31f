/**
 * Request fields the hub has no word for, kept for the way back to this wire: top-level names, or paths such as
 * `inferenceConfig.seed`, `additionalModelRequestFields.anthropic_beta`, `toolConfig.x` and `tools[weather].x`.
 */

import { isObject, type Json, type JsonObject } from '../../ground/json.ts'

const TOOL_PATH = /^tools\[(.*)\]\.([^.[\]]+)$/
const OBJECT_PATH = /^(inferenceConfig|additionalModelRequestFields|toolConfig|outputConfig)\.(.+)$/

/** Writes kept fields back into a request body; what the translation itself has set stays. */
export function applyExtras(body: JsonObject, fields: Readonly<Record<string, Json>>): void {
  for (const [path, value] of Object.entries(fields)) {
    const tool = TOOL_PATH.exec(path)
    const nested = OBJECT_PATH.exec(path)
    if (tool) applyToTool(body, tool[1] ?? '', tool[2] ?? '', value)
    else if (nested) applyNested(body, nested[1] ?? '', nested[2] ?? '', value)
    else body[path] ??= value
  }
}

function applyToTool(body: JsonObject, name: string, field: string, value: Json): void {
  const tools = isObject(body.toolConfig) ? body.toolConfig.tools : undefined
  for (const tool of Array.isArray(tools) ? tools : []) {
    const spec = isObject(tool) ? tool.toolSpec : undefined
    if (isObject(spec) && spec.name === name) spec[field] ??= value
  }
}

function applyNested(body: JsonObject, owner: string, field: string, value: Json): void {
  const holder = isObject(body[owner]) ? body[owner] : {}
  body[owner] = { [field]: value, ...holder }
}
