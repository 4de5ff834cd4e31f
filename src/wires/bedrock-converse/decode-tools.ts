/** `toolConfig` of a request -> the hub's tools and tool choice. */

import type { ChatCall, FunctionTool, Tool } from '../../ground/chat-call.ts'
import { asObject, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { unknownFields } from '../anthropic-messages/extras.ts'
import type { Problems } from '../problems.ts'
import { decodeCachePoint } from './cache-point.ts'
import { WIRE } from './wire-name.ts'

const KNOWN = new Set(['name', 'description', 'inputSchema', 'strict'])

export interface DecodedTools {
  readonly tools?: Tool[]
  readonly toolChoice?: NonNullable<ChatCall['toolChoice']>
  /** Fields that only this wire knows, by path. */
  readonly extras: Record<string, Json>
}

/** Tools that are no function (`systemTool`: what runs at the provider) stay whole as provider tools. */
export function decodeTools(body: JsonObject, problems: Problems): DecodedTools {
  const config = problems.object(body, 'toolConfig')
  if (!config) return { extras: {} }
  if (!Array.isArray(config.tools)) {
    problems.report('toolConfig.tools', 'must be a list of tools')
    return { extras: {} }
  }
  const tools: Tool[] = []
  const extras = unknownFields(config, new Set(['tools', 'toolChoice']), 'toolConfig.')
  config.tools.forEach((tool, index) => {
    const path = `toolConfig.tools[${index}]`
    const last = tools.at(-1)
    const cache = decodeCachePoint(tool)
    if (cache && last?.kind === 'function' && !last.cache) last.cache = cache
    else if (!isObject(tool)) problems.report(path, 'must be a tool with a "toolSpec"')
    else if (isObject(tool.toolSpec)) {
      tools.push(decodeFunction(tool.toolSpec, `${path}.toolSpec`, problems))
      Object.assign(extras, unknownFields(tool.toolSpec, KNOWN, `tools[${String(tool.toolSpec.name)}].`))
    } else tools.push({ kind: 'provider', wire: WIRE, value: tool })
  })
  const toolChoice = decodeChoice(config.toolChoice, problems)
  return { tools, ...(toolChoice && { toolChoice }), extras }
}

function decodeFunction(spec: JsonObject, path: string, problems: Problems): FunctionTool {
  const name = problems.string(spec, 'name', `${path}.name`)
  if (!name) problems.report(`${path}.name`, 'is required')
  const description = problems.string(spec, 'description', `${path}.description`)
  const strict = problems.boolean(spec, 'strict', `${path}.strict`)
  const parameters = asObject(asObject(spec.inputSchema)?.json)
  return {
    kind: 'function',
    name: name ?? '',
    ...(description !== undefined && { description }),
    ...(parameters && { parameters }),
    ...(strict !== undefined && { strict }),
  }
}

function decodeChoice(value: Json | undefined, problems: Problems): ChatCall['toolChoice'] {
  if (value === undefined || value === null) return undefined
  const choice = asObject(value) ?? {}
  if (isObject(choice.auto)) return { type: 'auto' }
  if (isObject(choice.any)) return { type: 'required' }
  const name = asObject(choice.tool)?.name
  if (typeof name === 'string') return { type: 'tool', name }
  problems.report('toolConfig.toolChoice', 'must be {"auto": {}}, {"any": {}} or {"tool": {"name": "..."}}')
  return undefined
}
