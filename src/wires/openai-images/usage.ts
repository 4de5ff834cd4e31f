/** `usage` of pictures -> the hub's disjoint units. */

import { asObject, isObject, type Json } from '../../ground/json.ts'
import type { Usage, UsageUnit } from '../../ground/usage.ts'
import { statedCount } from '../task-tap.ts'

/**
 * Undefined when no tokens are stated: then pictures are billed by the piece. What is made counts as image tokens, save
 * the text tokens that the details name.
 */
export function decodeImageUsage(value: Json | undefined): Usage | undefined {
  if (!isObject(value)) return undefined
  const input = statedCount(value.input_tokens)
  const output = statedCount(value.output_tokens)
  if (input === undefined && output === undefined) return undefined
  const into = asObject(value.input_tokens_details) ?? {}
  const out = asObject(value.output_tokens_details) ?? {}
  const imageIn = Math.min(statedCount(into.image_tokens) ?? 0, input ?? 0)
  const text = (input ?? 0) - imageIn
  const cacheRead = Math.min(statedCount(into.cached_tokens) ?? 0, text)
  const outText = Math.min(statedCount(out.text_tokens) ?? 0, output ?? 0)
  const units: readonly [UsageUnit, number][] = [
    ['input', text - cacheRead],
    ['cacheRead', cacheRead],
    ['imageIn', imageIn],
    ['output', outText],
    ['imageOut', (output ?? 0) - outText],
  ]
  const usage: Usage = {}
  for (const [unit, tokens] of units) if (tokens > 0) usage[unit] = tokens
  return Object.keys(usage).length > 0 ? usage : { input: 0 }
}
