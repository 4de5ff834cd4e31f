/** Tools and tool choice of a request -> the hub's. */

import type { ChatCall, FunctionTool, Tool } from '../../ground/chat-call.ts'
import { asObject, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { decodeCache } from './cache-control.ts'
import { unknownFields } from './extras.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control'])

export interface DecodedTools {
  readonly tools?: Tool[]
  /** Fields of function tools that only this wire knows, by path. */
  readonly extras: Record<string, Json>
}

/** Tools with a type of their own (web search, bash, computer…) stay whole as provider tools. */
export function decodeTools(value: Json | undefined, problems: Problems): DecodedTools {
  if (value === undefined || value === null) return { extras: {} }
  if (!Array.isArray(value)) {
    problems.report('tools', 'must be a list of tools')
    return { extras: {} }
  }
  const tools: Tool[] = []
  const extras: Record<string, Json> = {}
  value.forEach((tool, index) => {
    const path = `tools[${index}]`
    if (!isObject(tool)) problems.report(path, 'must be a tool with "name" and "input_schema"')
    else if (typeof tool.type === 'string' && tool.type !== 'custom')
      tools.push({ kind: 'provider', wire: WIRE, value: tool })
    else {
      tools.push(decodeFunction(tool, path, problems))
      Object.assign(extras, unknownFields(tool, KNOWN, `tools[${String(tool.name)}].`))
    }
  })
  return { tools, extras }
}

function decodeFunction(tool: JsonObject, path: string, problems: Problems): FunctionTool {
  const name = problems.string(tool, 'name', `${path}.name`)
  if (!name) problems.report(`${path}.name`, 'is required')
  const description = problems.string(tool, 'description', `${path}.description`)
  const strict = problems.boolean(tool, 'strict', `${path}.strict`)
  const parameters = asObject(tool.input_schema)
  return {
    kind: 'function',
    name: name ?? '',
    ...(description !== undefined && { description }),
    ...(parameters && { parameters }),
    ...(strict !== undefined && { strict }),
    ...decodeCache(tool.cache_control),
  }
}

/** `tool_choice`, with the wish for one call at a time that this wire keeps inside it. */
export function decodeToolChoice(
  value: Json | undefined,
  problems: Problems,
): Pick<ChatCall, 'toolChoice' | 'parallelToolCalls'> {
  if (value === undefined || value === null) return {}
  const choice = asObject(value)
  const disabled = choice?.disable_parallel_tool_use
  const parallel = typeof disabled === 'boolean' ? { parallelToolCalls: !disabled } : {}
  switch (choice?.type) {
    case 'auto':
    case 'none':
      return { toolChoice: { type: choice.type }, ...parallel }
    case 'any':
      return { toolChoice: { type: 'required' }, ...parallel }
    case 'tool':
      if (typeof choice.name === 'string') return { toolChoice: { type: 'tool', name: choice.name }, ...parallel }
      problems.report('tool_choice.name', 'is required')
      return {}
    default:
      problems.report('tool_choice.type', 'must be "auto", "any", "tool" or "none"')
      return {}
  }
}
