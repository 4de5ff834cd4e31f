/** `tools` and `toolConfig` <-> the hub's tools and tool choice. */

import type { ChatCall, FunctionTool, Tool, ToolChoice } from '../../ground/chat-call.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { compact } from '../openai-chat/compact.ts'
import type { Problems } from '../problems.ts'
import { camelCased } from './aliases.ts'
import { plainSchema } from './schema.ts'
import { WIRE } from './wire-name.ts'

/** Functions of all groups in one list; what Google itself runs (search, code) stays whole. */
export function decodeTools(value: Json | undefined, problems: Problems): Tool[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) {
    problems.report('tools', 'must be a list')
    return undefined
  }
  const tools = value.flatMap((entry, index) => {
    if (isObject(entry)) return decodeGroup(camelCased(entry), `tools[${index}]`, problems)
    problems.report(`tools[${index}]`, 'must be an object')
    return []
  })
  return tools.length > 0 ? tools : undefined
}

function decodeGroup({ functionDeclarations, ...others }: JsonObject, path: string, problems: Problems): Tool[] {
  const tools: Tool[] = asArray(functionDeclarations).flatMap((entry, index) => {
    const declaration = isObject(entry) ? camelCased(entry) : undefined
    const name = asString(declaration?.name)
    if (declaration && name) return [decodeFunction(declaration, name)]
    problems.report(`${path}.functionDeclarations[${index}].name`, 'is required')
    return []
  })
  for (const [name, value] of Object.entries(others))
    if (value !== undefined && value !== null) tools.push({ kind: 'provider', wire: WIRE, value: { [name]: value } })
  return tools
}

function decodeFunction(declaration: JsonObject, name: string): FunctionTool {
  const schema = asObject(declaration.parametersJsonSchema) ?? asObject(declaration.parameters)
  return compact({
    kind: 'function',
    name,
    description: asString(declaration.description),
    parameters: schema && plainSchema(schema),
  })
}

export function encodeTools(tools: readonly Tool[] | undefined, losses: Losses): JsonObject {
  const functions: JsonObject[] = []
  const others: JsonObject[] = []
  for (const [index, tool] of (tools ?? []).entries()) {
    if (tool.kind === 'function') functions.push(encodeFunction(tool, losses))
    else if (tool.wire === WIRE) others.push(tool.value)
    else {
      const name = String(tool.value.name ?? tool.value.type ?? 'it')
      losses.dropped(`tools[${index}]`, `The tool ${name} runs at providers of ${tool.wire} only.`)
    }
  }
  const groups = [...(functions.length > 0 ? [{ functionDeclarations: functions }] : []), ...others]
  return groups.length > 0 ? { tools: groups } : {}
}

function encodeFunction({ name, description, parameters, strict, cache }: FunctionTool, losses: Losses): JsonObject {
  if (strict) losses.dropped('tools.strict', 'This provider does not hold calls to the schema of their tool.')
  if (cache)
    losses.dropped('cache_control', 'This provider takes no cache breakpoints; it caches long prompts on its own.')
  return compact({ name, description, parametersJsonSchema: parameters })
}

/** A choice of several functions has no word in the hub and stays an extra. */
export function decodeToolChoice(value: Json | undefined): { toolChoice?: ToolChoice; extras: Record<string, Json> } {
  const config = asObject(value)
  const calling = asObject(config && camelCased(config).functionCallingConfig)
  if (!calling) return { extras: isObject(value) && Object.keys(value).length > 0 ? { toolConfig: value } : {} }
  const { mode, allowedFunctionNames } = camelCased(calling)
  const names = asArray(allowedFunctionNames).flatMap((name) => asString(name) ?? [])
  const [only, ...more] = names
  switch (asString(mode)?.toUpperCase()) {
    case 'ANY':
      if (only !== undefined && more.length === 0) return { toolChoice: { type: 'tool', name: only }, extras: {} }
      return {
        toolChoice: { type: 'required' },
        extras: more.length > 0 ? { 'toolConfig.allowedFunctionNames': names } : {},
      }
    case 'NONE':
      return { toolChoice: { type: 'none' }, extras: {} }
    case 'AUTO':
      return { toolChoice: { type: 'auto' }, extras: {} }
    default:
      return { extras: { toolConfig: value ?? null } }
  }
}

export function encodeToolChoice({ toolChoice, parallelToolCalls, extras }: ChatCall, losses: Losses): JsonObject {
  if (parallelToolCalls === false)
    losses.dropped('parallel_tool_calls', 'This provider cannot be told to call one tool at a time.')
  if (!toolChoice) return {}
  const names = extras?.wire === WIRE ? extras.fields['toolConfig.allowedFunctionNames'] : undefined
  const functionCallingConfig: JsonObject =
    toolChoice.type === 'tool'
      ? { mode: 'ANY', allowedFunctionNames: [toolChoice.name] }
      : toolChoice.type === 'required'
        ? { mode: 'ANY', ...(names !== undefined && { allowedFunctionNames: names }) }
        : { mode: toolChoice.type === 'none' ? 'NONE' : 'AUTO' }
  return { toolConfig: { functionCallingConfig } }
}
