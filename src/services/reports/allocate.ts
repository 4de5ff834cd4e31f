/** Showback and chargeback: spreads shared cost over the teams by a stated rule, to the last nano-dollar. */

import type { NanoDollars } from '../../ground/money.ts'
import { err, ok, type Result } from '../../ground/result.ts'

/** What one owner caused; `owner` is a team, or whatever field cost is charged to. */
export interface DirectCost {
  readonly owner: string
  readonly costNano: NanoDollars
  readonly unknownCostCalls: number
}

/**
 * `direct`: in the ratio of the owners' direct cost. `even`: the same for each. `weights`: in a ratio of whole numbers.
 * `keep`: not at all; shared cost stays a line of its own.
 */
export const ALLOCATION_RULES = ['direct', 'even', 'weights', 'keep'] as const
export type AllocationRule =
  | { readonly rule: 'direct' | 'even' | 'keep' }
  | { readonly rule: 'weights'; readonly weights: Readonly<Record<string, number>> }

export interface Allocation {
  /** The rule as people read it. */
  readonly rule: string
  readonly sharedNano: NanoDollars
  /** Calls of unknown cost among the shared ones. */
  readonly sharedUnknownCostCalls: number
  readonly lines: readonly AllocationLine[]
  /** Shared cost that no owner took: all of it under `keep`, else nothing. */
  readonly unallocatedNano: NanoDollars
}

export interface AllocationLine {
  readonly owner: string
  readonly directNano: NanoDollars
  readonly sharedNano: NanoDollars
  readonly totalNano: NanoDollars
  readonly unknownCostCalls: number
}

const RULE_TEXT = {
  direct: 'shared cost in the ratio of direct cost',
  even: 'shared cost in equal parts',
  weights: 'shared cost in the ratio of the stated weights',
  keep: 'shared cost is not spread',
} as const

/**
 * Costs of owners for which `isShared` holds go to the others. All lines and what is unallocated add up to all costs. Who has a
 * weight takes part also without any call. An error when nobody can take a part: no owners, weights that sum to nothing, or no
 * direct cost to go by.
 */
export function allocate(
  costs: readonly DirectCost[],
  isShared: (owner: string) => boolean,
  rule: AllocationRule,
): Result<Allocation, string> {
  const shared = costs.filter(({ owner }) => isShared(owner))
  const owners = [...costs, ...idle(costs, rule)].filter(({ owner }) => !isShared(owner))
  const sharedNano = shared.reduce((sum, cost) => sum + cost.costNano, 0n)
  const parts = partsOf(owners, sharedNano, rule)
  if (!parts.ok) return parts
  const lines = owners.map(({ owner, costNano, unknownCostCalls }, index) => {
    const part = parts.value[index] ?? 0n
    return { owner, directNano: costNano, sharedNano: part, totalNano: costNano + part, unknownCostCalls }
  })
  return ok({
    rule: RULE_TEXT[rule.rule],
    sharedNano,
    sharedUnknownCostCalls: shared.reduce((sum, cost) => sum + cost.unknownCostCalls, 0),
    lines,
    unallocatedNano: sharedNano - parts.value.reduce((sum, part) => sum + part, 0n),
  })
}

/** An agreed ratio holds whether somebody made calls or not. */
function idle(costs: readonly DirectCost[], rule: AllocationRule): DirectCost[] {
  if (rule.rule !== 'weights') return []
  const known = new Set(costs.map(({ owner }) => owner))
  return Object.keys(rule.weights)
    .filter((owner) => !known.has(owner))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((owner) => ({ owner, costNano: 0n, unknownCostCalls: 0 }))
}

function partsOf(
  owners: readonly DirectCost[],
  sharedNano: NanoDollars,
  rule: AllocationRule,
): Result<readonly NanoDollars[], string> {
  if (rule.rule === 'keep' || sharedNano === 0n) return ok(owners.map(() => 0n))
  const weights = rule.rule === 'weights' ? readWeights(owners, rule.weights) : ok(ratios(owners, rule.rule))
  if (!weights.ok) return weights
  if (weights.value.every((weight) => weight === 0n)) {
    return err(
      owners.length === 0
        ? 'there is shared cost and nobody to charge it to; use the rule "keep"'
        : `the rule "${rule.rule}" gives every part of the shared cost to nobody; use "even", "keep" or weights above zero`,
    )
  }
  return ok(splitExactly(sharedNano, weights.value))
}

function ratios(owners: readonly DirectCost[], rule: 'direct' | 'even'): bigint[] {
  return owners.map(({ costNano }) => (rule === 'even' ? 1n : costNano))
}

function readWeights(
  owners: readonly DirectCost[],
  weights: Readonly<Record<string, number>>,
): Result<bigint[], string> {
  const wrong = Object.entries(weights).find(([, weight]) => !Number.isSafeInteger(weight) || weight < 0)
  if (wrong) return err(`the weight of "${wrong[0]}" must be a whole number of 0 or more, not ${wrong[1]}`)
  return ok(owners.map(({ owner }) => BigInt(Object.hasOwn(weights, owner) ? (weights[owner] ?? 0) : 0)))
}

/**
 * Whole parts of `total` in the ratio of `weights`, which add up to it: what division leaves over goes, one each, to the
 * largest remainders, the earlier first. `total` and weights are not negative; one weight at least is above zero.
 */
export function splitExactly(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((all, weight) => all + weight, 0n)
  const parts = weights.map((weight) => (total * weight) / sum)
  const left = Number(total - parts.reduce((all, part) => all + part, 0n))
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .sort((a, b) => (a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : a.index - b.index))
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n
  return parts
}
