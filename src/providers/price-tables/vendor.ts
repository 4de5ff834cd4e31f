/** What the importer must know about a vendor, beyond what the tables say. */

import type { ClassRule, UnitPrices } from '../../ground/price-book.ts'
import type { Fact } from './fact.ts'

/** What LiteLLM's table calls a vendor, and the prefix it gives its models. */
export interface LitellmName {
  readonly provider: string
  readonly prefix: string
}

export interface Vendor {
  /** Name of the provider row. */
  readonly provider: string
  /** The vendor's own price page. */
  readonly source: string
  readonly litellm?: readonly LitellmName[]
  readonly genaiPrices?: string
  /** Whose models genai-prices prices alike at this vendor, where it lists none of its own. */
  readonly genaiFallback?: string
  /** The rules by which genai-prices finds a model are made for this vendor's ids: what they find binds as an exact id does. */
  readonly genaiRulesBind?: boolean
  /** Leaves out names of a table that are no models of the vendor. */
  readonly isModel?: (model: string) => boolean
  /** Patterns whose first group is the model under which an unlisted name is billed. */
  readonly aliases?: readonly string[]
  /** Prices the vendor documents for all its models and the tables lack or get wrong. */
  readonly documented?: (prices: UnitPrices, model: string) => UnitPrices
  /** Other rows of the provider table that are billed by the same prices. */
  readonly alsoFor?: readonly string[]
  /** What the vendor states about service classes for all its models. */
  readonly rules?: readonly ClassRule[]
  /** How LiteLLM names a model in a region: the groups `region` and `model`. */
  readonly regional?: RegExp
  /** Each call costs a fee that depends on how much was searched (and not each search). */
  readonly feeByContext?: boolean
  /** Names and prices that follow from others by the vendor's own rules. */
  readonly complete?: (facts: ReadonlyMap<string, Fact>) => Map<string, Fact>
}

const DOLLAR = 1_000_000_000_000
/** Anthropic's web search: $10 per 1,000 searches, at whoever hosts the model. */
const CLAUDE_SEARCH = DOLLAR / 100

/**
 * Anthropic, wherever it is hosted: "1-hour cache write tokens are 2 times the base input tokens price" (LiteLLM has 12 times
 * for claude-3-haiku), five minutes 1.25 times.
 */
export function claudePrices({ input }: UnitPrices): UnitPrices {
  return { ...(input !== undefined && { cacheWrite1h: 2 * input }), search: CLAUDE_SEARCH }
}

/** xAI's server-side search tools: $5 per 1,000 calls; its own billed amounts bear it out. */
export const GROK_SEARCH: UnitPrices = { search: DOLLAR / 200 }
