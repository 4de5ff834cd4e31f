/** The hub's tools and tool choice -> `toolConfig`. */

import type { ChatCall, FunctionTool, Message, ToolChoice } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import { encodeCachePoint } from './cache-point.ts'
import type { EncodeContext } from './encode-context.ts'
import { WIRE } from './wire-name.ts'

/**
 * Undefined without tools. This API cannot forbid calls: for `none` the tools are left out, unless earlier turns hold
 * calls, which are refused without a tool list.
 */
export function encodeToolConfig(call: ChatCall, context: EncodeContext): JsonObject | undefined {
  const { losses, native } = context
  const called = native ? [] : calledTools(call.messages)
  const tools = encodeTools(call, context)
  if (call.parallelToolCalls === false && tools.length > 0)
    losses.dropped('parallel_tool_calls', 'The Converse API cannot ask for one tool call at a time.')
  if (call.toolChoice?.type === 'none' && tools.length > 0) {
    if (called.length === 0) return undefined
    losses.dropped('tool_choice', 'The Converse API cannot forbid tool calls when earlier turns hold some.')
  }
  if (tools.length === 0) return called.length > 0 ? { tools: standIns(called, context) } : noTools(call, context)
  const toolChoice = encodeChoice(call.toolChoice)
  return { tools, ...(toolChoice && { toolChoice }) }
}

/** A native request may hold an empty list, which the provider judges. */
function noTools({ tools, toolChoice }: ChatCall, { losses, native }: EncodeContext): JsonObject | undefined {
  if (toolChoice && toolChoice.type !== 'none' && toolChoice.type !== 'auto')
    losses.dropped('tool_choice', 'A tool choice without tools is not possible in the Converse API.')
  return native && tools ? { tools: [] } : undefined
}

function encodeTools({ tools }: ChatCall, { losses, native }: EncodeContext): JsonObject[] {
  return (tools ?? []).flatMap((tool, index) => {
    const path = `tools[${index}]`
    if (tool.kind === 'function') return [encodeFunction(tool, native), ...encodeCachePoint(tool.cache)]
    if (tool.wire === WIRE) return [tool.value]
    losses.dropped(path, `A tool that runs at a ${tool.wire} provider does not exist in the Converse API.`)
    return []
  })
}

/** `strict: false` is what tools are anyway, and models that know no strictness refuse the word. */
function encodeFunction(tool: FunctionTool, native: boolean): JsonObject {
  return {
    toolSpec: {
      name: tool.name,
      ...(tool.description !== undefined && tool.description !== '' && { description: tool.description }),
      inputSchema: { json: tool.parameters ?? NO_PARAMETERS },
      ...((tool.strict || native) && tool.strict !== undefined && { strict: tool.strict }),
    },
  }
}

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} }

function encodeChoice(choice: ToolChoice | undefined): JsonObject | undefined {
  switch (choice?.type) {
    case 'auto':
      return { auto: {} }
    case 'required':
      return { any: {} }
    case 'tool':
      return { tool: { name: choice.name } }
    default:
      return undefined
  }
}

function calledTools(messages: readonly Message[]): string[] {
  const names = messages.flatMap(({ content }) =>
    content.flatMap((block) => (block.type === 'tool-call' ? [block.name] : [])),
  )
  return [...new Set(names)]
}

/** Other APIs take earlier calls without the tools that were called; this one wants them listed. */
function standIns(names: readonly string[], { losses }: EncodeContext): JsonObject[] {
  losses.changed(
    'tools',
    'Earlier turns call tools that the request does not list; they were listed without parameters.',
  )
  return names.map((name) => ({ toolSpec: { name, inputSchema: { json: NO_PARAMETERS } } }))
}
