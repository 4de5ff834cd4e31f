/** `usage` of a reply, in all dialects -> the hub's disjoint units. */

import { asNumber, asObject, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Usage, UsageUnit } from '../../ground/usage.ts'
import type { Quirks } from '../quirks.ts'

/**
 * Undefined when the provider said nothing. `prompt_tokens` includes cached, cache-writing and audio tokens, which are
 * taken out of it; where the total proves that audio or reasoning were counted on top, they are. Image tokens of a
 * prompt stay input, as every vendor of this API prices them.
 */
export function decodeUsage(
  value: Json | undefined,
  quirks: Pick<Quirks, 'completionIncludesReasoning'>,
): Usage | undefined {
  if (!isObject(value)) return undefined
  const prompt = count(value.prompt_tokens)
  const completion = count(value.completion_tokens)
  if (prompt === undefined && completion === undefined) return undefined
  const into: Partial<Record<UsageUnit, number>> = {
    ...inputUnits(value, prompt ?? 0),
    ...outputUnits(value, completion ?? 0, quirks.completionIncludesReasoning),
    search: searches(value),
  }
  const usage: Usage = {}
  for (const [unit, tokens] of Object.entries(into)) if (tokens) usage[unit as UsageUnit] = tokens
  // Asked and answered with nothing is not the same as not answered.
  if (Object.keys(usage).length === 0) usage.input = 0
  return usage
}

/** The usage object of a reply or chunk; Groq also puts it under its own name (groq/openai-chat/stream-plain). */
export function usageOf(body: JsonObject): Json | undefined {
  return isObject(body.usage) ? body.usage : asObject(body.x_groq)?.usage
}

function inputUnits(usage: JsonObject, prompt: number): Usage {
  const details = asObject(usage.prompt_tokens_details) ?? {}
  const audio = count(details.audio_tokens) ?? 0
  // Mistral: 9 prompt + 375 audio + 248 completion = 632 in total (mistral/openai-chat/audio-input).
  const onTop = audio > 0 && excess(usage) >= audio
  let left = prompt
  const take = (tokens: number): number => {
    const taken = Math.min(tokens, left)
    left -= taken
    return taken
  }
  const cached = cachedTokens(usage, details)
  // Grok on Azure counts cached tokens beside the prompt, not within it (azure/openai-chat/cache-usage, 161 of 31).
  const cacheRead = cached > prompt ? cached : take(cached)
  const { hour, fiveMinutes } = cacheWrites(usage, details)
  const cacheWrite1h = take(hour)
  const cacheWrite5m = take(fiveMinutes)
  const audioIn = onTop ? audio : take(audio)
  return { input: left, cacheRead, cacheWrite1h, cacheWrite5m, audioIn }
}

/** OpenAI; Anthropic's name at Databricks and Venice; DeepSeek; Moonshot and Together at the top level. */
function cachedTokens(usage: JsonObject, details: JsonObject): number {
  return (
    count(details.cached_tokens) ||
    count(usage.cache_read_input_tokens) ||
    count(usage.prompt_cache_hit_tokens) ||
    count(usage.cached_tokens) ||
    count(usage.num_cached_tokens) ||
    0
  )
}

function cacheWrites(usage: JsonObject, details: JsonObject): { hour: number; fiveMinutes: number } {
  const all = count(details.cache_write_tokens) || count(usage.cache_creation_input_tokens) || 0
  const hour = Math.min(all, count(asObject(usage.cache_creation)?.ephemeral_1h_input_tokens) ?? 0)
  return { hour, fiveMinutes: all - hour }
}

function outputUnits(usage: JsonObject, completion: number, included: boolean): Usage {
  const details = asObject(usage.completion_tokens_details) ?? {}
  const reasoning = count(details.reasoning_tokens) || count(usage.reasoning_tokens) || 0
  let left = completion
  const take = (tokens: number): number => {
    const taken = Math.min(tokens, left)
    left -= taken
    return taken
  }
  const onTop = reasoning > 0 && isOnTop(usage, reasoning, included)
  const thought = onTop ? reasoning : take(reasoning)
  const audioOut = take(count(details.audio_tokens) ?? 0)
  const imageOut = take(count(details.image_tokens) ?? 0)
  return { output: left, reasoning: thought, audioOut, imageOut }
}

/** The total decides where it adds up either way; the vendor's row where it does not or is not given. */
function isOnTop(usage: JsonObject, reasoning: number, included: boolean): boolean {
  // Vercel's gateway: Gemini's 25 thinking tokens beside 2 completion tokens (vercel-gateway/openai-chat/reasoning).
  if (reasoning > (count(usage.completion_tokens) ?? 0)) return true
  if (count(usage.total_tokens) === undefined) return !included
  const more = excess(usage)
  if (more === 0) return false
  return more === reasoning || !included
}

/** By how much the total is more than prompt and completion. */
function excess(usage: JsonObject): number {
  const total = count(usage.total_tokens) ?? 0
  return total - (count(usage.prompt_tokens) ?? 0) - (count(usage.completion_tokens) ?? 0)
}

/** OpenRouter's and Perplexity's counts of web searches. */
function searches(usage: JsonObject): number {
  const tools = asObject(usage.server_tool_use_details) ?? asObject(usage.server_tool_use)
  return count(tools?.web_search_requests) ?? count(usage.num_search_queries) ?? 0
}

function count(value: Json | undefined): number | undefined {
  const number = asNumber(value)
  return number === undefined || number < 0 ? undefined : Math.round(number)
}
