/** Tools and tool choice of a request -> the hub's. */

import type { FunctionTool, Tool, ToolChoice } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { unknownFields } from './extras.ts'
import { WIRE } from './wire-name.ts'

const KNOWN_IN_FUNCTION = new Set(['type', 'name', 'description', 'parameters', 'strict'])

/** Tools of a request. */
export interface DecodedTools {
  readonly tools?: Tool[] | undefined
  /** Fields of functions that the hub has no word for, by path: `tools[name].field`. */
  readonly extras: Record<string, Json>
}

/** Tools that are not functions (web search, custom, MCP…) stay whole as provider tools. */
export function decodeTools(body: JsonObject, problems: Problems): DecodedTools {
  if (body.tools === undefined || body.tools === null) return { extras: {} }
  if (!Array.isArray(body.tools)) {
    problems.report('tools', 'must be a list')
    return { extras: {} }
  }
  const tools: Tool[] = []
  const extras: Record<string, Json> = {}
  body.tools.forEach((tool, index) => {
    const path = `tools[${index}]`
    if (!isObject(tool)) problems.report(path, 'must be an object')
    else if (tool.type === 'function') {
      const decoded = decodeFunction(tool, path, problems)
      tools.push(decoded)
      Object.assign(extras, unknownFields(tool, KNOWN_IN_FUNCTION, `tools[${decoded.name}].`))
    } else tools.push({ kind: 'provider', wire: WIRE, value: tool })
  })
  return { tools, extras }
}

function decodeFunction(tool: JsonObject, path: string, problems: Problems): FunctionTool {
  const name = problems.string(tool, 'name', `${path}.name`)
  // Chat Completions' nested form is a common slip; the API itself answers with these words too.
  if (!name) problems.report(`${path}.name`, 'is required')
  return compact({
    kind: 'function',
    name: name ?? '',
    description: problems.string(tool, 'description', `${path}.description`),
    parameters: problems.object(tool, 'parameters', `${path}.parameters`),
    strict: problems.boolean(tool, 'strict', `${path}.strict`),
  })
}

/** Which tool a request wants called. */
export interface DecodedToolChoice {
  readonly toolChoice?: ToolChoice | undefined
  readonly extras: Record<string, Json>
}

const WORDS: Readonly<Record<string, ToolChoice>> = {
  auto: { type: 'auto' },
  none: { type: 'none' },
  required: { type: 'required' },
}

/** Allowed tools and tools that are no functions are kept for this wire; of the former the hub knows the mode. */
export function decodeToolChoice(body: JsonObject, problems: Problems): DecodedToolChoice {
  const value = body.tool_choice
  if (value === undefined || value === null) return { extras: {} }
  if (typeof value === 'string') {
    const toolChoice = Object.hasOwn(WORDS, value) ? WORDS[value] : undefined
    if (!toolChoice) problems.report('tool_choice', 'must be "auto", "none", "required" or an object')
    return { toolChoice, extras: {} }
  }
  const choice = asObject(value)
  const name = asString(choice?.name)
  if (choice?.type === 'function') {
    if (name === undefined) problems.report('tool_choice.name', 'is required')
    return { toolChoice: name === undefined ? undefined : { type: 'tool', name }, extras: {} }
  }
  if (choice?.type === 'allowed_tools') {
    const mode = asString(choice.mode)
    return { toolChoice: mode === undefined ? undefined : WORDS[mode], extras: { tool_choice: value } }
  }
  if (typeof choice?.type === 'string') return { extras: { tool_choice: value } }
  problems.report('tool_choice', 'must be "auto", "none", "required" or an object with a "type"')
  return { extras: {} }
}
