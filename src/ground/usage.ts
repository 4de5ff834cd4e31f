/** What a call consumed, as one vector of disjoint units: no token is counted in two of them. */

/** The units, in the order tables show them. Token units unless said otherwise. */
export const USAGE_UNITS = [
  'input', // prompt tokens that were neither read from nor written to a cache
  'cacheRead', // prompt tokens served from the provider's cache
  'cacheWrite5m', // prompt tokens written to a cache that lives five minutes (or has no stated life)
  'cacheWrite1h', // prompt tokens written to a cache that lives one hour
  'output', // visible completion tokens, without reasoning
  'reasoning', // hidden or shown thinking tokens
  'audioIn',
  'audioOut',
  'imageIn',
  'imageOut',
  'search', // server-side searches and rerank searches: calls, not tokens
  'images', // pictures made, where they are billed by the piece
  'audioSeconds', // sound transcribed, where it is billed by its length
  'characters', // text spoken, where it is billed by its length
] as const

export type UsageUnit = (typeof USAGE_UNITS)[number]

/** Absent units are zero. Values are whole and not negative. */
export type Usage = Partial<Record<UsageUnit, number>>

/**
 * Where a usage vector came from. `reported`: the provider said so at the end of the reply. `partial`: the reply was
 * cut and this is the provider's last word. `counted`: we measured it exactly (edge models). `estimated`: from text
 * length. `unknown`: nobody said; never to be read as zero.
 */
export type UsageSource = 'reported' | 'partial' | 'counted' | 'estimated' | 'unknown'

const INPUT_UNITS: readonly UsageUnit[] = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'audioIn', 'imageIn']
const OUTPUT_UNITS: readonly UsageUnit[] = ['output', 'reasoning', 'audioOut', 'imageOut']

/** All prompt tokens, cached or not. */
export function totalInput(usage: Usage): number {
  return sum(usage, INPUT_UNITS)
}

/** All completion tokens, reasoning included. */
export function totalOutput(usage: Usage): number {
  return sum(usage, OUTPUT_UNITS)
}

/** Unit by unit sum of two vectors. */
export function addUsage(a: Usage, b: Usage): Usage {
  const total: Usage = {}
  for (const unit of USAGE_UNITS) {
    const value = (a[unit] ?? 0) + (b[unit] ?? 0)
    if (value > 0) total[unit] = value
  }
  return total
}

function sum(usage: Usage, units: readonly UsageUnit[]): number {
  let total = 0
  for (const unit of units) total += usage[unit] ?? 0
  return total
}
