/** `tools` and `toolConfig` <-> the hub's tools and tool choice. */

import type { ChatCall, FunctionTool, Tool, ToolChoice } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import type { Problems } from '../problems.ts'
import { camelCased } from './aliases.ts'
import { unknownFields } from './extras.ts'
import { plainSchema } from './schema.ts'
import { WIRE } from './wire-name.ts'

/** Fields of functions that the hub has no word for, by path: `tools[name].field`. */
type ToolExtras = Record<string, Json>

const KNOWN_OF_FUNCTION = new Set(['name', 'description', 'parameters', 'parametersJsonSchema'])

/** Functions of all groups in one list; what Google itself runs (search, code) stays whole. */
export function decodeTools(value: Json | undefined, problems: Problems): { tools?: Tool[]; extras: ToolExtras } {
  const extras: ToolExtras = {}
  if (value === undefined || value === null) return { extras }
  if (!Array.isArray(value)) {
    problems.report('tools', 'must be a list')
    return { extras }
  }
  const tools = value.flatMap((entry, index) => {
    if (isObject(entry)) return decodeGroup(camelCased(entry), `tools[${index}]`, extras, problems)
    problems.report(`tools[${index}]`, 'must be an object')
    return []
  })
  return { ...(tools.length > 0 && { tools }), extras }
}

function decodeGroup(group: JsonObject, path: string, extras: ToolExtras, problems: Problems): Tool[] {
  const { functionDeclarations, ...others } = group
  const tools: Tool[] = asArray(functionDeclarations).flatMap((entry, index) => {
    const declaration = isObject(entry) ? camelCased(entry) : undefined
    const name = asString(declaration?.name)
    if (declaration && name) {
      Object.assign(extras, unknownFields(declaration, KNOWN_OF_FUNCTION, `tools[${name}].`))
      return [decodeFunction(declaration, name)]
    }
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

export function encodeTools({ tools, extras }: ChatCall, losses: Losses): JsonObject {
  const functions: JsonObject[] = []
  const others: JsonObject[] = []
  for (const [index, tool] of (tools ?? []).entries()) {
    if (tool.kind === 'function') functions.push({ ...encodeFunction(tool, losses), ...fieldsOfTool(tool, extras) })
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

function fieldsOfTool({ name }: FunctionTool, extras: ChatCall['extras']): JsonObject {
  const prefix = `tools[${name}].`
  const fields: Record<string, Json> = {}
  for (const [path, value] of Object.entries(extras?.wire === WIRE ? extras.fields : {}))
    if (path.startsWith(prefix)) fields[path.slice(prefix.length)] = value
  return fields
}

/** A choice of several functions has no word in the hub and stays an extra. */
export function decodeToolChoice(value: Json | undefined): { toolChoice?: ToolChoice; extras: Record<string, Json> } {
  const { functionCallingConfig, ...config } = camelCased(asObject(value) ?? {})
  const calling = asObject(functionCallingConfig)
  if (!calling) return { extras: Object.keys(config).length > 0 ? { toolConfig: config } : {} }
  const { mode, allowedFunctionNames, ...others } = camelCased(calling)
  const names = asArray(allowedFunctionNames).flatMap((name) => asString(name) ?? [])
  const choice = choiceOf(mode, names)
  if (!choice) return { extras: { toolConfig: { ...config, functionCallingConfig: calling } } }
  const isNamed = choice.type !== 'required' || names.length === 0
  const kept = { ...others, ...(!isNamed && { allowedFunctionNames: names }) }
  const rest = { ...config, ...(Object.keys(kept).length > 0 && { functionCallingConfig: kept }) }
  return { toolChoice: choice, extras: Object.keys(rest).length > 0 ? { toolConfig: rest } : {} }
}

function choiceOf(mode: Json | undefined, [only, ...more]: readonly string[]): ToolChoice | undefined {
  switch (asString(mode)?.toUpperCase()) {
    case 'ANY':
      return only !== undefined && more.length === 0 ? { type: 'tool', name: only } : { type: 'required' }
    case 'NONE':
      return { type: 'none' }
    case 'AUTO':
      return { type: 'auto' }
    default:
      return undefined
  }
}

export function encodeToolChoice({ toolChoice, parallelToolCalls, extras }: ChatCall, losses: Losses): JsonObject {
  if (parallelToolCalls === false)
    losses.dropped('parallel_tool_calls', 'This provider cannot be told to call one tool at a time.')
  const kept = extras?.wire === WIRE ? asObject(extras.fields.toolConfig) : undefined
  if (!toolChoice) return kept ? { toolConfig: kept } : {}
  const chosen: JsonObject =
    toolChoice.type === 'tool'
      ? { mode: 'ANY', allowedFunctionNames: [toolChoice.name] }
      : { mode: toolChoice.type === 'required' ? 'ANY' : toolChoice.type === 'none' ? 'NONE' : 'AUTO' }
  return { toolConfig: { ...kept, functionCallingConfig: { ...asObject(kept?.functionCallingConfig), ...chosen } } }
}
