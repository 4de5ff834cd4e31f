/** The hub's tools and tool choice -> this wire's. */

import type { ChatCall, FunctionTool } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { cached } from './encode-content.ts'
import type { EncodeContext } from './encode-context.ts'
import { WIRE } from './wire-name.ts'

/** `tools`, `tool_choice` and `parallel_tool_calls`; none of them without a tool, which the API refuses. */
export function encodeTools(call: ChatCall, context: EncodeContext): JsonObject {
  const tools = encodeList(call, context)
  if (tools.length === 0 && !context.native) {
    if (call.toolChoice && call.toolChoice.type !== 'none' && call.toolChoice.type !== 'auto')
      context.losses.dropped('tool_choice', 'There is no tool left to choose.')
    return {}
  }
  return compact({
    tools: call.tools && (tools.length > 0 || context.native) ? tools : undefined,
    tool_choice: encodeChoice(call, context),
    parallel_tool_calls: call.parallelToolCalls,
  })
}

function encodeList(call: ChatCall, context: EncodeContext): JsonObject[] {
  const tools: JsonObject[] = []
  call.tools?.forEach((tool, index) => {
    if (tool.kind === 'function') tools.push(encodeFunction(tool, context))
    else if (tool.wire === WIRE) tools.push(tool.value)
    else {
      const name = String(tool.value.name ?? tool.value.type ?? 'it')
      context.losses.dropped(`tools[${index}]`, `The tool ${name} runs at providers of ${tool.wire} only.`)
    }
  })
  return tools
}

function encodeFunction(tool: FunctionTool, context: EncodeContext): JsonObject {
  const { name, description, parameters, strict } = tool
  return {
    type: 'function',
    function: compact({ name, description, parameters, strict }),
    ...cached(tool.cache, context),
  }
}

function encodeChoice({ toolChoice }: ChatCall, { quirks }: EncodeContext): Json | undefined {
  if (!toolChoice) return undefined
  if (toolChoice.type === 'tool') return { type: 'function', function: { name: toolChoice.name } }
  return toolChoice.type === 'required' ? quirks.toolChoiceRequired : toolChoice.type
}
