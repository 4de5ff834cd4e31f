/** Usage of this wire <-> the usage vector. Input excludes what was read from or written to the cache. */

import { asArray, asNumber, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { addUsage, totalOutput, USAGE_UNITS, type Usage } from '../../ground/usage.ts'

/**
 * Folds one `usage` object of a stream into those before it. Counts are cumulative and any may be missing, so the last
 * value seen wins field by field; `null` says nothing.
 */
export function mergeUsage(before: JsonObject, later: Json | undefined): JsonObject {
  if (!isObject(later)) return before
  const merged: JsonObject = { ...before }
  for (const [field, value] of Object.entries(later)) {
    if (value !== null && value !== undefined) merged[field] = value
  }
  return merged
}

/** The vector for a (merged) usage object; undefined when it counts nothing at all, which means nobody said. */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  if (!isObject(value)) return undefined
  let usage = counted(value)
  for (const iteration of asArray(value.iterations)) {
    // The totals cover the message alone; a compaction or an advisor ran beside it and is billed on top:
    // anthropic compaction and advisor recordings, whose totals equal the sum of their `message` iterations.
    if (isObject(iteration) && !OWN_ITERATIONS.has(iteration.type)) usage = addUsage(usage, counted(iteration))
  }
  return Object.keys(usage).length > 0 ? usage : undefined
}

const OWN_ITERATIONS: ReadonlySet<unknown> = new Set(['message', 'fallback_message'])

function counted(value: JsonObject): Usage {
  const output = count(value.output_tokens)
  // Thinking tokens are part of output_tokens.
  const reasoning = Math.min(output, count(child(value, 'output_tokens_details').thinking_tokens))
  return withoutZeros({
    input: count(value.input_tokens),
    cacheRead: count(value.cache_read_input_tokens),
    ...cacheWrites(value),
    output: output - reasoning,
    reasoning,
    search: count(child(value, 'server_tool_use').web_search_requests),
  })
}

/**
 * The end of a stream raises the total of cache writes without a new split by lifetime (code-execution recording with
 * prompt cache), so the growth goes to the lifetime in use, and to five minutes when both are.
 */
function cacheWrites(value: JsonObject): Usage {
  const split = child(value, 'cache_creation')
  const shortLived = count(split.ephemeral_5m_input_tokens)
  const longLived = count(split.ephemeral_1h_input_tokens)
  const stated = asNumber(value.cache_creation_input_tokens)
  const total = stated === undefined ? shortLived + longLived : count(stated)
  const onlyLong = shortLived === 0 && longLived > 0
  const long = onlyLong ? total : Math.min(longLived, total)
  return { cacheWrite5m: total - long, cacheWrite1h: long }
}

/** The usage object of a whole reply or of message_start. */
export function encodeUsage(usage: Usage): JsonObject {
  const short = usage.cacheWrite5m ?? 0
  const long = usage.cacheWrite1h ?? 0
  return {
    input_tokens: (usage.input ?? 0) + (usage.audioIn ?? 0) + (usage.imageIn ?? 0),
    cache_creation_input_tokens: short + long,
    cache_read_input_tokens: usage.cacheRead ?? 0,
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
    output_tokens: totalOutput(usage),
    ...(usage.reasoning ? { output_tokens_details: { thinking_tokens: usage.reasoning } } : {}),
    ...(usage.search ? { server_tool_use: { web_search_requests: usage.search, web_fetch_requests: 0 } } : {}),
  }
}

function child(value: JsonObject, field: string): JsonObject {
  const inner = value[field]
  return isObject(inner) ? inner : {}
}

function count(value: Json | undefined): number {
  return Math.max(0, Math.round(asNumber(value) ?? 0))
}

function withoutZeros(usage: Usage): Usage {
  const kept: Usage = {}
  for (const unit of USAGE_UNITS) if (usage[unit]) kept[unit] = usage[unit]
  return kept
}
