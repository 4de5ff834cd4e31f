import { describe, expect, it } from 'vitest'
import { median, ratioToAnchor, shuffled } from './statistics.ts'

describe('median', () => {
  it('takes the middle value whatever the order', () => expect(median([9, 1, 5])).toBe(5))
  it('takes the mean of the two middle values of an even number', () => expect(median([4, 1, 3, 100])).toBe(3.5))
  it('leaves out what was not measured', () => expect(median([Number.NaN, 2, 4])).toBe(3))
  it('is not a number when nothing was measured', () => expect(median([])).toBeNaN())
})

describe('ratioToAnchor', () => {
  it('compares within a round, so that a slow round changes nothing', () => {
    const values = new Map([
      [0, 20],
      [1, 200],
    ])
    const anchor = new Map([
      [0, 10],
      [1, 100],
    ])
    expect(ratioToAnchor(values, anchor)).toEqual({ median: 2, lowest: 2, highest: 2 })
  })

  it('says how far apart the rounds were', () => {
    const values = new Map([
      [0, 10],
      [1, 30],
      [2, 15],
    ])
    const anchor = new Map([
      [0, 10],
      [1, 10],
      [2, 10],
    ])
    expect(ratioToAnchor(values, anchor)).toEqual({ median: 1.5, lowest: 1, highest: 3 })
  })

  it('leaves out rounds that one of the two did not finish', () => {
    const values = new Map([
      [0, 10],
      [1, 0],
      [2, 40],
    ])
    expect(ratioToAnchor(values, new Map([[0, 5]]))).toEqual({ median: 2, lowest: 2, highest: 2 })
    expect(ratioToAnchor(values, new Map())).toBeUndefined()
  })
})

describe('shuffled', () => {
  it('keeps every item and leaves the list as it was', () => {
    const items = [1, 2, 3, 4, 5]
    expect(shuffled(items, Math.random).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5])
    expect(items).toEqual([1, 2, 3, 4, 5])
  })
  it('orders by what chance says', () => {
    const numbers = [0.9, 0.1, 0.5]
    expect(shuffled(['a', 'b', 'c'], () => numbers.shift() ?? 0)).toEqual(['b', 'c', 'a'])
  })
})
