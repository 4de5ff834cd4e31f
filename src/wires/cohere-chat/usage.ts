/** `usage` of a reply <-> the hub's disjoint units. */

import { asObject, type Json, type JsonObject } from '../../ground/json.ts'
import { totalInput, totalOutput, type Usage } from '../../ground/usage.ts'
import { statedCount } from '../task-tap.ts'

/**
 * What is billed counts: `tokens` also has those of the provider's own template, which cost nothing
 * (cohere/cohere-chat/stream-cache-usage: 12 billed of 212), and `cached_tokens` are part of them. Only where every
 * token of the prompt is billed, or nothing is said of billing, are cached tokens told apart. Undefined when nothing is said.
 */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  const usage = asObject(value) ?? {}
  const billed = asObject(usage.billed_units) ?? {}
  const tokens = asObject(usage.tokens) ?? {}
  const prompt = statedCount(billed.input_tokens) ?? sum(tokens.input_tokens, tokens.image_tokens)
  const completion = statedCount(billed.output_tokens) ?? statedCount(tokens.output_tokens)
  const search = statedCount(billed.search_units)
  if (prompt === undefined && completion === undefined && search === undefined) return undefined
  const all = sum(tokens.input_tokens, tokens.image_tokens)
  const cached = prompt === all ? (statedCount(usage.cached_tokens) ?? 0) : 0
  const imageIn = Math.min(statedCount(tokens.image_tokens) ?? 0, prompt ?? 0)
  const cacheRead = Math.min(cached, (prompt ?? 0) - imageIn)
  const reasoning = Math.min(statedCount(tokens.reasoning_tokens) ?? 0, completion ?? 0)
  return {
    ...(prompt !== undefined && { input: prompt - imageIn - cacheRead }),
    ...(cacheRead > 0 && { cacheRead }),
    ...(imageIn > 0 && { imageIn }),
    ...(completion !== undefined && { output: completion - reasoning }),
    ...(reasoning > 0 && { reasoning }),
    ...(search && { search }),
  }
}

/** As this API's clients read it: every token is shown as billed. */
export function encodeUsage(usage: Usage): JsonObject {
  const prompt = totalInput(usage)
  const completion = totalOutput(usage)
  const image = usage.imageIn ?? 0
  return {
    billed_units: {
      input_tokens: prompt,
      output_tokens: completion,
      ...(usage.search && { search_units: usage.search }),
    },
    tokens: {
      input_tokens: prompt - image,
      output_tokens: completion,
      ...(usage.reasoning && { reasoning_tokens: usage.reasoning }),
      ...(image > 0 && { image_tokens: image }),
    },
    ...(usage.cacheRead && { cached_tokens: usage.cacheRead }),
  }
}

/** What of `usage` the hub has no unit for: tokens that were not billed. Undefined for nothing. */
export function unbilled(value: Json | undefined): JsonObject | undefined {
  const usage = asObject(value)
  const hub = decodeUsage(usage)
  if (!usage || !hub) return undefined
  const { billed_units: _, ...rest } = usage
  const { billed_units: __, ...told } = encodeUsage(hub)
  return JSON.stringify(rest) === JSON.stringify(told) || Object.keys(rest).length === 0 ? undefined : rest
}

function sum(...values: (Json | undefined)[]): number | undefined {
  const counts = values.map(statedCount).filter((count) => count !== undefined)
  return counts.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0)
}
