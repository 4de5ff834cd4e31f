/** Tools and tool choice of a request, also in the old `functions` style -> the hub's. */

import type { FunctionTool, Tool, ToolChoice } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { lookUp } from '../look-up.ts'
import type { Problems } from '../problems.ts'
import { decodeCache } from './cache-control.ts'
import { WIRE } from './wire-name.ts'

const KNOWN_IN_FUNCTION = new Set(['name', 'description', 'parameters', 'strict', 'cache_control'])

export interface DecodedTools {
  readonly tools?: Tool[] | undefined
  /** Fields of functions that the hub has no word for, by path: `tools[name].field`. */
  readonly extras: Record<string, Json>
}

/** Tools that are not functions (web search, custom grammars…) stay whole as provider tools. */
export function decodeTools(body: JsonObject, problems: Problems): DecodedTools {
  const field = body.tools === undefined || body.tools === null ? 'functions' : 'tools'
  const value = body[field]
  if (value === undefined || value === null) return { extras: {} }
  if (!Array.isArray(value)) {
    problems.report(field, 'must be a list')
    return { extras: {} }
  }
  const tools: Tool[] = []
  const extras: Record<string, Json> = {}
  value.forEach((entry, index) => {
    const path = `${field}[${index}]`
    const tool = field === 'functions' && isObject(entry) ? { type: 'function', function: entry } : entry
    if (!isObject(tool)) problems.report(path, 'must be an object')
    else if (isObject(tool.function)) {
      tools.push(decodeFunction(tool, tool.function, path, problems))
      for (const [name, inner] of Object.entries(tool.function)) {
        if (!KNOWN_IN_FUNCTION.has(name) && inner !== null && inner !== undefined)
          extras[`tools[${String(tool.function.name)}].${name}`] = inner
      }
    } else tools.push({ kind: 'provider', wire: WIRE, value: tool })
  })
  return { tools, extras }
}

function decodeFunction(tool: JsonObject, target: JsonObject, path: string, problems: Problems): FunctionTool {
  const name = problems.string(target, 'name', `${path}.function.name`)
  if (!name) problems.report(`${path}.function.name`, 'is required')
  return compact({
    kind: 'function',
    name: name ?? '',
    description: problems.string(target, 'description', `${path}.function.description`),
    parameters: problems.object(target, 'parameters', `${path}.function.parameters`),
    strict: problems.boolean(target, 'strict', `${path}.function.strict`),
    cache: decodeCache(tool.cache_control) ?? decodeCache(target.cache_control),
  })
}

export interface DecodedToolChoice {
  readonly toolChoice?: ToolChoice | undefined
  readonly extras: Record<string, Json>
}

const WORDS: Readonly<Record<string, ToolChoice>> = {
  auto: { type: 'auto' },
  none: { type: 'none' },
  required: { type: 'required' },
  // Mistral's word for it.
  any: { type: 'required' },
}

/** `tool_choice`, or `function_call`. A list of allowed tools is kept for this wire; the hub knows only its mode. */
export function decodeToolChoice(body: JsonObject, problems: Problems): DecodedToolChoice {
  const value = body.tool_choice ?? body.function_call
  if (value === undefined || value === null) return { extras: {} }
  if (typeof value === 'string') {
    const toolChoice = lookUp(WORDS, value)
    if (!toolChoice) problems.report('tool_choice', 'must be "auto", "none", "required" or {"type": "function", ...}')
    return { toolChoice, extras: {} }
  }
  const choice = asObject(value)
  const name = asString(asObject(choice?.function)?.name) ?? asString(choice?.name)
  if (name !== undefined) return { toolChoice: { type: 'tool', name }, extras: {} }
  if (choice?.type === 'allowed_tools') {
    const mode = asString(asObject(choice.allowed_tools)?.mode)
    return { toolChoice: lookUp(WORDS, mode), extras: { tool_choice: value } }
  }
  const type = asString(choice?.type)
  const plain = lookUp(WORDS, type)
  if (plain) return { toolChoice: plain, extras: {} }
  if (type !== undefined && type !== 'function') return { extras: { tool_choice: value } }
  problems.report('tool_choice.function.name', 'is required')
  return { extras: {} }
}
