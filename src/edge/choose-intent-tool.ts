/** Which of an app's tools an intent stands for, and with what arguments it is called. */

import type { ChatCall, FunctionTool } from '../ground/chat-call.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { isObject, type JsonObject } from '../ground/json.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Classification } from './edge-model.ts'
import { cannotSayOutOfScope, fillSchema, plainName } from './intent-values.ts'

export interface ChosenTool {
  readonly name: string
  readonly arguments: JsonObject
}

const INTENT_TOOLS = new Set(['intent', 'classifyintent', 'setintent'])

/**
 * The tool to call, or undefined to answer in text. In order: the tool named like the intent, a tool named `intent`,
 * `classify_intent` or `set_intent`, a tool with an `intent` or `label` parameter. A tool whose required parameters
 * cannot be filled is passed over; when the app insists on a call, that is an error instead. `answered` says that the
 * tool has already been called for this text: then only an insisting app gets another call.
 */
export function chooseIntentTool(
  call: ChatCall,
  classification: Classification,
  answered: boolean,
): Result<ChosenTool | undefined, GatewayError> {
  const tools = (call.tools ?? []).filter((tool) => tool.kind === 'function')
  const choice = call.toolChoice ?? { type: 'auto' }
  if (choice.type === 'tool') return callNamed(tools, choice.name, classification)
  const insists = choice.type === 'required'
  if (choice.type === 'none' || (!insists && (tools.length === 0 || answered))) return ok(undefined)
  for (const tool of byFitness(tools, classification.label)) {
    if (!insists && cannotSayOutOfScope(parametersOf(tool), classification)) continue
    const filled = fillSchema(parametersOf(tool), classification)
    if (filled.ok) return ok({ name: tool.name, arguments: filled.value })
  }
  if (!insists) return ok(undefined)
  return err(
    gatewayError(
      'not-supported',
      `tool_choice asks for a tool call, but none of the ${tools.length} tools can be called by an intent classifier. Offer a tool named after an intent, or one with an "intent" parameter and no other required ones, or set tool_choice to "auto".`,
      { param: 'tools' },
    ),
  )
}

function callNamed(
  tools: readonly FunctionTool[],
  name: string,
  classification: Classification,
): Result<ChosenTool, GatewayError> {
  const tool = tools.find((candidate) => candidate.name === name)
  if (!tool) {
    const message = `tool_choice names "${name}", but tools has no function of that name. Add it or change tool_choice.`
    return err(gatewayError('invalid-request', message, { param: 'tool_choice' }))
  }
  const filled = fillSchema(parametersOf(tool), classification)
  if (filled.ok) return ok({ name, arguments: filled.value })
  const message = `tool "${name}" requires ${filled.error.join(', ')}, which an intent classifier cannot fill. Make them optional or send the call to a chat model.`
  return err(gatewayError('not-supported', message, { param: 'tools' }))
}

function byFitness(tools: readonly FunctionTool[], label: string): FunctionTool[] {
  const named = tools.filter((tool) => plainName(tool.name) === plainName(label))
  const general = tools.filter((tool) => INTENT_TOOLS.has(plainName(tool.name)))
  const shaped = tools.filter((tool) => {
    const { properties } = parametersOf(tool)
    return isObject(properties) && (Object.hasOwn(properties, 'intent') || Object.hasOwn(properties, 'label'))
  })
  return [...new Set([...named, ...general, ...shaped])]
}

function parametersOf(tool: FunctionTool): JsonObject {
  return tool.parameters ?? {}
}
