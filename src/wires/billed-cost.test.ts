/** billedCost: dollars, ticks and nested totals, to the nano-dollar. */

import { describe, expect, it } from 'vitest'
import { billedCost } from './billed-cost.ts'

describe('billedCost', () => {
  it("reads OpenRouter's dollars, Perplexity's total and xAI's ticks", () => {
    expect(billedCost({ cost: 0.00012345 })).toBe(123_450n)
    expect(billedCost({ cost: { input_tokens_cost: 1, total_cost: 0.006 } })).toBe(6_000_000n)
    expect(billedCost({ cost_in_usd_ticks: 52_625_000 })).toBe(5_262_500n)
    expect(billedCost({ cost: 0 })).toBe(0n)
  })

  it('says nothing where nothing is said, or nothing that could be a price', () => {
    for (const usage of [undefined, {}, { cost: null }, { cost: '1' }, { cost: -1 }, { cost: 1e300 }, { cost: {} }])
      expect(billedCost(usage)).toBeUndefined()
  })
})
