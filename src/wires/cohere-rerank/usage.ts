/** What a reranker says it billed: searches or tokens, in any vendor's place for it. */

import { asObject, type JsonObject } from '../../ground/json.ts'
import { totalInput, type Usage } from '../../ground/usage.ts'
import { statedCount } from '../task-tap.ts'

/**
 * Cohere bills searches (`meta.billed_units.search_units`); Voyage and Jina tokens (`usage.total_tokens`), also through
 * OpenRouter. Undefined when nothing is said; `meta.tokens` is what went through the model, not what is billed.
 */
export function decodeUsage(body: JsonObject): Usage | undefined {
  const billed = asObject(asObject(body.meta)?.billed_units) ?? {}
  const usage = asObject(body.usage) ?? {}
  const search = statedCount(billed.search_units) ?? statedCount(usage.search_units)
  const input =
    statedCount(billed.input_tokens) ??
    // Beside searches the tokens are told but not billed.
    (search === undefined ? (statedCount(usage.total_tokens) ?? statedCount(usage.prompt_tokens)) : undefined)
  if (search === undefined && input === undefined) return undefined
  return { ...(search !== undefined && { search }), ...(input !== undefined && { input }) }
}

/** `meta` as Cohere's clients read it. */
export function encodeMeta(usage: Usage | undefined): JsonObject {
  const tokens = usage ? totalInput(usage) : 0
  const billed = {
    ...(usage?.search !== undefined && { search_units: usage.search }),
    ...(tokens > 0 && { input_tokens: tokens }),
  }
  return { api_version: { version: '2' }, ...(Object.keys(billed).length > 0 && { billed_units: billed }) }
}
