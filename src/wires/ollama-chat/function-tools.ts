/** Tools of a request as OpenAI first wrote them, `{type: "function", function}` <-> the hub's; Cohere and Ollama took the form over. */

import type { FunctionTool, Tool } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import type { Problems } from '../problems.ts'

const KNOWN = new Set(['name', 'description', 'parameters'])
const TOOL_PATH = /^tools\[(.*)\]\.([^.[\]]+)$/

export interface DecodedTools {
  readonly tools?: Tool[]
  /** Fields of functions that the hub has no word for, by path: `tools[name].field`. */
  readonly extras: Record<string, Json>
}

/** An empty list is no tools. What is not a function stays whole as a tool of `wire`. */
export function decodeFunctionTools(value: Json | undefined, wire: string, problems: Problems): DecodedTools {
  if (value === undefined || value === null) return { extras: {} }
  if (!Array.isArray(value)) {
    problems.report('tools', 'must be a list')
    return { extras: {} }
  }
  const tools: Tool[] = []
  const extras: Record<string, Json> = {}
  value.forEach((entry, index) => {
    if (!isObject(entry)) problems.report(`tools[${index}]`, 'must be an object')
    else if (isObject(entry.function)) {
      tools.push(decodeFunction(entry.function, `tools[${index}].function`, problems))
      for (const [name, inner] of Object.entries(entry.function)) {
        if (!KNOWN.has(name) && inner !== null && inner !== undefined)
          extras[`tools[${String(entry.function.name)}].${name}`] = inner
      }
    } else tools.push({ kind: 'provider', wire, value: entry })
  })
  return tools.length > 0 ? { tools, extras } : { extras }
}

function decodeFunction(target: JsonObject, path: string, problems: Problems): FunctionTool {
  const name = problems.string(target, 'name', `${path}.name`)
  if (!name) problems.report(`${path}.name`, 'is required')
  return compact({
    kind: 'function',
    name: name ?? '',
    description: problems.string(target, 'description', `${path}.description`),
    parameters: problems.object(target, 'parameters', `${path}.parameters`),
  })
}

/** Tools that run at providers of another wire are left out, and told. `parameters` are demanded, so none are an empty object. */
export function encodeFunctionTools(tools: readonly Tool[], wire: string, losses: Losses): JsonObject[] {
  const encoded: JsonObject[] = []
  tools.forEach((tool, index) => {
    if (tool.kind === 'function') {
      const { name, description, parameters = { type: 'object', properties: {} } } = tool
      if (tool.cache) losses.dropped('cache_control', 'This provider takes no cache breakpoints.')
      encoded.push({ type: 'function', function: compact({ name, description, parameters }) })
    } else if (tool.wire === wire) encoded.push(tool.value)
    else {
      const name = String(tool.value.name ?? tool.value.type ?? 'it')
      losses.dropped(`tools[${index}]`, `The tool ${name} runs at providers of ${tool.wire} only.`)
    }
  })
  return encoded
}

/** Puts a kept field back into its tool; false if `path` names no field of a tool. */
export function applyToolField(body: JsonObject, path: string, value: Json): boolean {
  const [, name, field] = TOOL_PATH.exec(path) ?? []
  if (name === undefined || field === undefined) return false
  for (const tool of Array.isArray(body.tools) ? body.tools : []) {
    const target = isObject(tool) ? tool.function : undefined
    if (isObject(target) && target.name === name) target[field] = value
  }
  return true
}
