import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AllocationRule, allocate, splitExactly } from './allocate.ts'
import { budgetStatus } from './budget-status.ts'
import { forecast } from './forecast.ts'
import { cacheSavings, edgeSavings, type SavingsLine } from './savings.ts'
import { unitCosts } from './unit-cost.ts'
import type { Pricer } from './unit-prices.ts'

const DAY_MS = 86_400_000

describe('unit cost', () => {
  const line = {
    group: {},
    calls: 3,
    unknownCostCalls: 1,
    usage: { input: 900 },
    pricedUsage: { input: 7 },
    costNano: '10',
    listNano: '10',
  }

  it('divides known cost by the calls and tokens it was paid for, half up', () => {
    expect(unitCosts(line)).toEqual({
      perThousandCallsNano: 5000n,
      perThousandTokensNano: 1429n, // 1428.57…
      unknownShare: 1 / 3,
    })
  })

  it('is undefined, not zero, where nothing is known', () => {
    expect(unitCosts({ ...line, unknownCostCalls: 3, pricedUsage: {}, costNano: '0' })).toEqual({ unknownShare: 1 })
    expect(unitCosts({ ...line, calls: 0, unknownCostCalls: 0, pricedUsage: {}, costNano: '0' })).toEqual({})
  })
})

describe('forecast', () => {
  const month = { startMs: 0, nowMs: 10 * DAY_MS, endMs: 30 * DAY_MS }

  it('adds the mean of whole days for each day left', () => {
    const even = forecast({ ...month, spentNano: 1000n, wholeDaysNano: Array(10).fill(100n) })
    expect(even).toMatchObject({ expectedNano: 3000n, lowNano: 3000n, highNano: 3000n, days: 10 })
  })

  it('widens with the spread of days, and never ends below what is spent', () => {
    const wild = forecast({ ...month, spentNano: 1000n, wholeDaysNano: [0n, 500n, 0n, 0n, 0n] })
    expect(wild.expectedNano).toBe(3000n)
    // s = 223.6; 1.96 · s · √(20 + 400 ÷ 5) = 4383
    expect(wild.highNano).toBe(3000n + 4383n)
    expect(wild.lowNano).toBe(1000n)
  })

  it('goes by the time gone where there are few whole days, and says so', () => {
    const young = forecast({ ...month, nowMs: 6 * 3_600_000, spentNano: 100n, wholeDaysNano: [9n, 9n] })
    expect(young).toMatchObject({ expectedNano: 12_000n, days: 0 })
    expect(young.lowNano).toBeUndefined()
    expect(young.method).toContain('time gone')
  })

  it('is what was spent at the start without history, and at the end', () => {
    expect(forecast({ ...month, nowMs: 0, spentNano: 0n, wholeDaysNano: [] }).expectedNano).toBe(0n)
    const over = forecast({ ...month, nowMs: month.endMs, spentNano: 77n, wholeDaysNano: [1n, 2n, 3n] })
    expect(over).toMatchObject({ expectedNano: 77n, lowNano: 77n, highNano: 77n })
  })
})

describe('budget status', () => {
  const budget = { limitNano: 1000n, alertPercents: [50, 80] }
  const at = (spentNano: bigint) => budgetStatus(budget, { spentNano, unknownCostCalls: 2 })

  it.each([
    [0n, 'within', undefined, 1000n],
    [499n, 'within', undefined, 501n],
    [500n, 'alert', 50, 500n],
    [999n, 'alert', 80, 1n],
    [1000n, 'exhausted', 80, 0n],
    [1001n, 'exceeded', 80, -1n],
  ] as const)('at %s of 1000 is %s', (spentNano, state, alertPercent, leftNano) => {
    expect(at(spentNano)).toMatchObject({ state, leftNano, unknownCostCalls: 2 })
    expect(at(spentNano).alertPercent).toBe(alertPercent)
  })

  it('says how the period will likely end', () => {
    const outlook = (expectedNano: bigint, highNano: bigint) =>
      budgetStatus(budget, {
        spentNano: 1n,
        unknownCostCalls: 0,
        forecast: { method: '', expectedNano, highNano, days: 9 },
      }).outlook
    expect(outlook(900n, 1000n)).toBe('within')
    expect(outlook(900n, 1001n)).toBe('possible')
    expect(outlook(1001n, 1100n)).toBe('expected')
    expect(at(1n).outlook).toBeUndefined()
  })

  it('has no percentage of a budget of nothing', () => {
    const none = budgetStatus({ limitNano: 0n }, { spentNano: 1n, unknownCostCalls: 0 })
    expect(none).toMatchObject({ state: 'exceeded', leftNano: -1n })
    expect(none.usedPercent).toBeUndefined()
  })
})

describe('savings', () => {
  /** Pico-dollars: input 1000, cache reads 100, cache writes 1250, output 5000; nothing of other models. */
  const price: Pricer = ({ model, usage }) => {
    const pico = { input: 1000n, cacheRead: 100n, cacheWrite5m: 1250n, output: 5000n }
    if (model !== 'known') return { known: false }
    const nano = Object.entries(pico).reduce(
      (sum, [unit, each]) => sum + BigInt(usage[unit as keyof typeof pico] ?? 0) * each, // keys of the table above
      0n,
    )
    return { known: true, costNano: nano / 1000n }
  }
  const line: SavingsLine = {
    provider: 'acme',
    model: 'known',
    atMs: 0,
    calls: 4,
    usage: { input: 5, cacheRead: 1_000_000, cacheWrite5m: 1_000_000, output: 9 },
    costNano: 0n,
  }

  it('counts what cache reads saved less what cache writes cost more', () => {
    expect(cacheSavings([line], price)).toMatchObject({ savedNano: 900_000n - 250_000n, calls: 4, unpricedCalls: 0 })
    const writes = { ...line, usage: { cacheWrite5m: 1_000_000 } }
    expect(cacheSavings([writes], price).savedNano).toBe(-250_000n)
  })

  it('leaves out what has no known price or usage, and says how many calls that are', () => {
    const savings = cacheSavings([{ ...line, model: 'other' }, { ...line, usage: undefined }, line], price)
    expect(savings).toMatchObject({ savedNano: 650_000n, calls: 4, unpricedCalls: 8 })
    expect(cacheSavings([{ ...line, usage: { input: 3 } }], price)).toMatchObject({ calls: 0, unpricedCalls: 0 })
  })

  it('sets edge calls against the model that is named, at its price', () => {
    const edge = { ...line, provider: 'edge', model: 'intent', usage: { input: 2000, output: 100 }, costNano: 7n }
    const savings = edgeSavings([edge], { provider: 'acme', model: 'known' }, price)
    expect(savings).toMatchObject({ savedNano: 2000n + 500n - 7n, calls: 4 })
    expect(savings.assumption).toContain('acme/known')
    expect(edgeSavings([edge], { provider: 'acme', model: 'none' }, price)).toMatchObject({
      unpricedCalls: 4,
      calls: 0,
    })
  })
})

describe('allocation', () => {
  const costs = [
    { owner: 'blue', costNano: 300n, unknownCostCalls: 1 },
    { owner: 'green', costNano: 100n, unknownCostCalls: 0 },
    { owner: '', costNano: 101n, unknownCostCalls: 5 },
  ]
  const shares = (rule: AllocationRule) => {
    const result = allocate(costs, (owner) => owner === '', rule)
    return result.ok ? result.value.lines.map((line) => line.sharedNano) : result.error
  }

  it('follows the rule to the last nano-dollar', () => {
    expect(shares({ rule: 'direct' })).toEqual([76n, 25n])
    expect(shares({ rule: 'even' })).toEqual([51n, 50n])
    expect(shares({ rule: 'weights', weights: { green: 1 } })).toEqual([0n, 101n])
    expect(shares({ rule: 'keep' })).toEqual([0n, 0n])
  })

  it('gives those their part who have a weight and made no calls', () => {
    const weights = { red: 2, green: 1, '': 5 }
    const result = allocate(costs, (owner) => owner === '', { rule: 'weights', weights })
    expect(result.ok && result.value.lines.map(({ owner, totalNano }) => [owner, totalNano])).toEqual([
      ['blue', 300n],
      ['green', 134n],
      ['red', 67n],
    ])
  })

  it('refuses a rule that gives the cost to nobody', () => {
    expect(shares({ rule: 'weights', weights: { blue: 0 } })).toContain('nobody')
    expect(shares({ rule: 'weights', weights: { blue: 0.5 } })).toContain('whole number')
    expect(allocate(costs, () => true, { rule: 'even' }).ok).toBe(false)
  })

  it('always adds up to everything that was spent', () => {
    const cost = fc.record({
      owner: fc.constantFrom('blue', 'green', 'red', ''),
      costNano: fc.bigInt(0n, 10n ** 20n),
      unknownCostCalls: fc.nat(9),
    })
    const rules = fc.constantFrom<AllocationRule>(
      { rule: 'direct' },
      { rule: 'even' },
      { rule: 'keep' },
      { rule: 'weights', weights: { blue: 3, green: 7, red: 1 } },
    )
    fc.assert(
      fc.property(fc.uniqueArray(cost, { selector: (each) => each.owner }), rules, (all, rule) => {
        const result = allocate(all, (owner) => owner === '', rule)
        if (!result.ok) return
        const { lines, unallocatedNano } = result.value
        const charged = lines.reduce((sum, line) => sum + line.totalNano, 0n)
        expect(charged + unallocatedNano).toBe(all.reduce((sum, each) => sum + each.costNano, 0n))
        expect(unallocatedNano === 0n || rule.rule === 'keep').toBe(true)
        for (const line of lines) expect(line.directNano + line.sharedNano).toBe(line.totalNano)
      }),
    )
  })

  it('splits so that no part is a whole unit off its share', () => {
    const weights = fc.array(fc.bigInt(0n, 10n ** 12n), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), weights, (total, list) => {
        const sum = list.reduce((all, weight) => all + weight, 0n)
        fc.pre(sum > 0n)
        const parts = splitExactly(total, list)
        expect(parts.reduce((all, part) => all + part, 0n)).toBe(total)
        for (const [index, part] of parts.entries()) {
          const exact = total * (list[index] ?? 0n)
          expect(part * sum > exact - sum && part * sum < exact + sum).toBe(true)
        }
      }),
    )
  })
})
