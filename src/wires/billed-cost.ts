/** What a provider says a call cost, in the dialects that say it. */

import { asNumber, asObject, type JsonObject } from '../ground/json.ts'
import type { NanoDollars } from '../ground/money.ts'

const NANO_PER_DOLLAR = 1e9
/** xAI bills in ticks of a ten-thousand-millionth of a dollar. */
const TICKS_PER_NANO = 10

/**
 * From a reply's `usage`: OpenRouter's `cost` in dollars, Perplexity's `cost.total_cost`, xAI's `cost_in_usd_ticks`;
 * rounded to the nano-dollar, undefined where nothing is said. Dollars are exact up to nine million of them.
 */
export function billedCost(usage: JsonObject | undefined): NanoDollars | undefined {
  const ticks = asNumber(usage?.cost_in_usd_ticks)
  // Nothing is what other hosts of the same models say, who bill elsewhere.
  if (ticks !== undefined && ticks !== 0) return whole(ticks / TICKS_PER_NANO)
  const dollars = asNumber(usage?.cost) ?? asNumber(asObject(usage?.cost)?.total_cost)
  return dollars === undefined ? undefined : whole(dollars * NANO_PER_DOLLAR)
}

function whole(nano: number): NanoDollars | undefined {
  return nano >= 0 && nano <= Number.MAX_SAFE_INTEGER ? BigInt(Math.round(nano)) : undefined
}
