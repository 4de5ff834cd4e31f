/** What was saved: by prompts the provider had cached, by answers the gateway had kept, and by models that answered inside the worker. */

import { type NanoDollars, picoToNano } from '../../ground/money.ts'
import { totalInput, totalOutput, type Usage, type UsageUnit } from '../../ground/usage.ts'
import type { CostGroup } from '../../ports/accounts.ts'
import { type PricedModel, type Pricer, unitPicoDollars } from './unit-prices.ts'

/** Calls of one model on one day, with their usage added up. */
export interface SavingsLine extends PricedModel {
  readonly calls: number
  /** Undefined when nobody knows it. */
  readonly usage: Usage | undefined
  /** What they cost as far as it is known. */
  readonly costNano: NanoDollars
}

export interface Savings {
  /** What the same tokens would have cost otherwise, less what they did; negative when the cache cost more than it saved. */
  readonly savedNano: NanoDollars
  /** Calls the figure covers. */
  readonly calls: number
  /** Calls left out because their usage, or what it would have cost, is not known. */
  readonly unpricedCalls: number
  /** What the figure takes for granted, for people to read. */
  readonly assumption: string
}

const CACHE_UNITS: readonly UsageUnit[] = ['cacheRead', 'cacheWrite5m', 'cacheWrite1h']

/** Tokens read from and written to providers' caches against the price of the same tokens as plain input. */
export function cacheSavings(lines: readonly SavingsLine[], price: Pricer): Savings {
  const assumption =
    'Every cached or cache-writing token would have cost its model’s price of plain input at short prompts, on its day.'
  return addUp(lines, assumption, (line, usage) => {
    const used = CACHE_UNITS.filter((unit) => (usage[unit] ?? 0) > 0)
    if (used.length === 0) return 'none'
    const plain = unitPicoDollars(price, line, 'input')
    if (plain === undefined) return undefined
    let pico = 0n
    for (const unit of used) {
      const own = unitPicoDollars(price, line, unit)
      if (own === undefined) return undefined
      pico += BigInt(usage[unit] ?? 0) * (plain - own)
    }
    return picoToNanoSigned(pico)
  })
}

/** What answers that were given again had cost when they were made. */
export function answerSavings(groups: readonly Pick<CostGroup, 'calls' | 'saved'>[]): Savings {
  const given = groups.reduce((sum, { calls }) => sum + calls, 0)
  const calls = groups.reduce((sum, { saved }) => sum + (saved?.calls ?? 0), 0)
  return {
    savedNano: groups.reduce((sum, { saved }) => sum + BigInt(saved?.nano ?? 0), 0n),
    calls,
    unpricedCalls: given - calls,
    assumption: 'Every call that got a kept answer would have cost what that answer cost when it was made.',
  }
}

/** The tokens of edge calls at the price of `reference`, less what the calls cost. */
export function edgeSavings(
  lines: readonly SavingsLine[],
  reference: { readonly provider: string; readonly model: string },
  price: Pricer,
): Savings {
  const assumption = `The same tokens, as the edge models counted them, at the price of ${reference.provider}/${reference.model} for short prompts on their day.`
  return addUp(lines, assumption, (line, usage) => {
    const instead = { ...reference, ...(line.team !== undefined && { team: line.team }), atMs: line.atMs }
    const input = unitPicoDollars(price, instead, 'input')
    const output = unitPicoDollars(price, instead, 'output')
    if (input === undefined || output === undefined) return undefined
    const pico = BigInt(totalInput(usage)) * input + BigInt(totalOutput(usage)) * output
    return picoToNanoSigned(pico) - line.costNano
  })
}

function addUp(
  lines: readonly SavingsLine[],
  assumption: string,
  saved: (line: SavingsLine, usage: Usage) => NanoDollars | 'none' | undefined,
): Savings {
  let [savedNano, calls, unpricedCalls] = [0n, 0, 0]
  for (const line of lines) {
    const nano = line.usage && saved(line, line.usage)
    if (nano === 'none') continue
    if (nano === undefined) unpricedCalls += line.calls
    else {
      calls += line.calls
      savedNano += nano
    }
  }
  return { savedNano, calls, unpricedCalls, assumption }
}

function picoToNanoSigned(pico: bigint): NanoDollars {
  return pico < 0n ? -picoToNano(-pico) : picoToNano(pico)
}
