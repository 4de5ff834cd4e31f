/** What a chat model gave through the binding -> a reply in OpenAI's form. */

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'

/** What the reply repeats and what it cannot be read without. */
export interface ChatRun {
  readonly model: string
  readonly nowMs: number
  /** The client's output limit, by which a reply that was cut off can be told. */
  readonly maxTokens: number | undefined
  readonly includeUsage: boolean
}

/** Newer models answer in OpenAI's form already; others with `{response, tool_calls, usage}`. */
export function chatReply(result: JsonObject, run: ChatRun): JsonObject {
  if (Array.isArray(result.choices)) return result
  const calls = toolCalls(asArray(result.tool_calls), run)
  const message = {
    role: 'assistant',
    content: textOf(result.response) ?? null,
    ...(calls.length > 0 && { tool_calls: calls }),
  }
  const usage = asObject(result.usage)
  return {
    id: `id-${run.nowMs}`,
    object: 'chat.completion',
    created: Math.floor(run.nowMs / 1000),
    model: run.model,
    choices: [{ index: 0, message, finish_reason: finishOf(calls.length > 0, usage, run) }],
    ...(usage && { usage }),
  }
}

/** Structured output comes as an object, and now and then text as a number. */
export function textOf(response: Json | undefined): string | undefined {
  if (response === undefined || response === null) return undefined
  return typeof response === 'string' ? response : JSON.stringify(response)
}

/** Calls in OpenAI's form, from that or from `{name, arguments}`. What has no name is no call. */
export function toolCalls(calls: readonly Json[], { nowMs }: ChatRun, from = 0): JsonObject[] {
  return calls.flatMap((each, at) => {
    const call = asObject(each)
    const inner = asObject(call?.function) ?? call
    const name = asString(inner?.name)
    if (!name) return []
    const given = inner?.arguments
    const text = asString(given) ?? JSON.stringify(given ?? {})
    const id = asString(call?.id) ?? `call_${nowMs}_${from + at}`
    return [{ id, type: 'function', function: { name, arguments: text === '' ? '{}' : text } }]
  })
}

/** Models of the older kind do not say why they stopped. */
export function finishOf(called: boolean, usage: JsonObject | undefined, { maxTokens }: ChatRun): string {
  if (called) return 'tool_calls'
  const written = asNumber(usage?.completion_tokens)
  return maxTokens !== undefined && written !== undefined && written >= maxTokens ? 'length' : 'stop'
}
