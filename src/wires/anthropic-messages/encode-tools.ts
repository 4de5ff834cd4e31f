/** The hub's tools and tool choice -> this wire's. */

import type { ChatCall, FunctionTool, Tool } from '../../ground/chat-call.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { encodeCache } from './cache-control.ts'
import type { EncodeContext } from './encode-context.ts'
import { WIRE } from './wire-name.ts'

/** Tools that run at another provider are lost and told. */
export function encodeTools(tools: readonly Tool[] | undefined, { losses }: EncodeContext): JsonObject[] {
  const encoded: JsonObject[] = []
  tools?.forEach((tool, index) => {
    const path = `tools[${index}]`
    if (tool.kind === 'function') encoded.push(encodeFunction(tool, path, losses))
    else if (tool.wire === WIRE) encoded.push(tool.value)
    else losses.dropped(path, `A tool that runs at a ${tool.wire} provider does not exist in the Messages API.`)
  })
  return encoded
}

function encodeFunction(tool: FunctionTool, path: string, losses: Losses): JsonObject {
  const schema = tool.parameters ?? { type: 'object', properties: {} }
  if (schema.type !== 'object')
    losses.changed(`${path}.parameters`, 'The schema was given "type": "object", which the Messages API demands.')
  return {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    input_schema: schema.type === 'object' ? schema : { ...schema, type: 'object' },
    ...(tool.strict !== undefined && { strict: tool.strict }),
    ...encodeCache(tool.cache),
  }
}

const CHOICE_OF = { auto: 'auto', required: 'any', none: 'none' } as const

/** A choice without tools is refused by the provider, so it is left out and told. */
export function encodeToolChoice(call: ChatCall, hasTools: boolean, { losses }: EncodeContext): Json | undefined {
  const { toolChoice, parallelToolCalls } = call
  if (!hasTools) {
    if (toolChoice && toolChoice.type !== 'none' && toolChoice.type !== 'auto')
      losses.dropped('tool_choice', 'A tool choice without tools is not possible in the Messages API.')
    return undefined
  }
  const disable = parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls }
  if (!toolChoice) return parallelToolCalls === false ? { type: 'auto', ...disable } : undefined
  if (toolChoice.type === 'tool') return { type: 'tool', name: toolChoice.name, ...disable }
  if (toolChoice.type === 'none') return { type: 'none' }
  return { type: CHOICE_OF[toolChoice.type], ...disable }
}
