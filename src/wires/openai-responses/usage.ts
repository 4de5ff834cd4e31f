/** `usage` of a response <-> the hub's disjoint units. */

import { asArray, asNumber, asObject, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { totalInput, totalOutput, type Usage } from '../../ground/usage.ts'
import { decodeUsage as decodeChatUsage } from '../openai-chat/usage.ts'

/**
 * Of a response object; undefined when it says nothing. Counts have Chat Completions' meaning under other names, with
 * reasoning always inside the output (xAI too: difference 15). Searches are those that xAI's tool counts or `tool_usage`
 * name, or else the search calls in the output.
 */
export function decodeUsage(response: JsonObject): Usage | undefined {
  const usage = asObject(response.usage)
  if (!usage) return undefined
  const decoded = decodeChatUsage(
    {
      prompt_tokens: usage.input_tokens,
      completion_tokens: usage.output_tokens,
      total_tokens: usage.total_tokens,
      prompt_tokens_details: usage.input_tokens_details,
      completion_tokens_details: usage.output_tokens_details,
    },
    { completionIncludesReasoning: true },
  )
  const search = searches(usage, response)
  return decoded && search > 0 ? { ...decoded, search } : decoded
}

function searches(usage: JsonObject, { tool_usage: tools, output }: JsonObject): number {
  const xai = asObject(usage.server_side_tool_usage_details)
  if (xai) return count(xai.web_search_calls) + count(xai.x_search_calls)
  const told = asObject(asObject(tools)?.web_search)
  return told ? count(told.num_requests) : asArray(output).filter(isSearch).length
}

/** Opening a page and finding a word in it are steps of the same tool, but no searches. */
function isSearch(item: Json): boolean {
  if (!isObject(item) || item.type !== 'web_search_call' || item.status !== 'completed') return false
  return (asObject(item.action)?.type ?? 'search') === 'search'
}

function count(value: Json | undefined): number {
  return Math.max(0, Math.round(asNumber(value) ?? 0))
}

/** `usage`, with counts that include their details, and `tool_usage` where there were searches. */
export function encodeUsage(usage: Usage): JsonObject {
  const input = totalInput(usage)
  const output = totalOutput(usage)
  const written = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0)
  return {
    usage: {
      input_tokens: input,
      input_tokens_details: {
        cached_tokens: usage.cacheRead ?? 0,
        ...(written > 0 && { cache_write_tokens: written }),
        ...(usage.audioIn && { audio_tokens: usage.audioIn }),
      },
      output_tokens: output,
      output_tokens_details: {
        reasoning_tokens: usage.reasoning ?? 0,
        ...(usage.audioOut && { audio_tokens: usage.audioOut }),
        ...(usage.imageOut && { image_tokens: usage.imageOut }),
      },
      total_tokens: input + output,
    },
    ...(usage.search && { tool_usage: { web_search: { num_requests: usage.search } } }),
  }
}
