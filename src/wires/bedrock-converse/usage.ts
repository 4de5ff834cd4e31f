/** Usage of this wire <-> the usage vector. Input excludes what was read from or written to the cache. */

import { asArray, asNumber, asObject, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { totalInput, totalOutput, USAGE_UNITS, type Usage } from '../../ground/usage.ts'

/**
 * The vector of a `usage` object. Cache counts come under two names and are read once. Undefined when no count is stated;
 * stated zeros (a guardrail stopped the call before the model) are a usage of nothing. The count of thinking tokens is
 * not told apart from the others.
 */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  if (!isObject(value)) return undefined
  const input = count(value.inputTokens)
  const output = count(value.outputTokens)
  const cacheRead = count(value.cacheReadInputTokens) ?? count(value.cacheReadInputTokenCount)
  const written = count(value.cacheWriteInputTokens) ?? count(value.cacheWriteInputTokenCount)
  const stated = [input, output, cacheRead, written].some((number) => number !== undefined)
  if (!stated) return undefined
  const vector: Usage = {
    input: input ?? 0,
    cacheRead: cacheRead ?? 0,
    ...cacheWrites(written, value.cacheDetails),
    output: output ?? 0,
  }
  const usage: Usage = {}
  for (const unit of USAGE_UNITS) if (vector[unit]) usage[unit] = vector[unit]
  return Object.keys(usage).length > 0 ? usage : { input: 0 }
}

/** Without the split by lifetime (older models) everything was written for five minutes. */
function cacheWrites(written: number | undefined, details: Json | undefined): Usage {
  const of = (ttl: string) =>
    asArray(details).reduce<number>((sum, detail) => {
      const entry = asObject(detail)
      return entry?.ttl === ttl ? sum + (count(entry.inputTokens) ?? 0) : sum
    }, 0)
  const long = of('1h')
  const total = written ?? long + of('5m')
  return { cacheWrite5m: Math.max(0, total - long), cacheWrite1h: Math.min(long, total) }
}

/** The usage object of a reply: the total counts every token once, those of the cache too. */
export function encodeUsage(usage: Usage): JsonObject {
  const read = usage.cacheRead ?? 0
  const short = usage.cacheWrite5m ?? 0
  const long = usage.cacheWrite1h ?? 0
  const details = [
    ...(long > 0 ? [{ inputTokens: long, ttl: '1h' }] : []),
    ...(short > 0 ? [{ inputTokens: short, ttl: '5m' }] : []),
  ]
  return {
    inputTokens: (usage.input ?? 0) + (usage.audioIn ?? 0) + (usage.imageIn ?? 0),
    outputTokens: totalOutput(usage),
    totalTokens: totalInput(usage) + totalOutput(usage),
    cacheReadInputTokens: read,
    cacheWriteInputTokens: short + long,
    ...(details.length > 0 && { cacheDetails: details }),
  }
}

function count(value: Json | undefined): number | undefined {
  const number = asNumber(value)
  return number === undefined ? undefined : Math.max(0, Math.round(number))
}
