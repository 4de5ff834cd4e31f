import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fractionOf } from './draw.ts'

describe('fractionOf', () => {
  it('stays the same from release to release, since sticky users rest on it', () => {
    expect(fractionOf('support', 'user-1')).toBe(fractionOf('support', 'user-1'))
    expect(fractionOf('support', 'user-1').toFixed(12)).toMatchInlineSnapshot(`"0.286673132367"`)
  })

  it('is from 0 to 1 and knows where one word ends', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (first, second) => {
        const drawn = fractionOf(first, second)
        expect(drawn).toBeGreaterThanOrEqual(0)
        expect(drawn).toBeLessThan(1)
        expect(fractionOf(first + second.slice(0, 1), second.slice(1))).not.toBe(drawn)
      }),
    )
  })

  it('spreads users evenly: each tenth of 50,000 within four standard deviations', () => {
    const tenths = new Array<number>(10).fill(0)
    for (let user = 0; user < 50_000; user++) {
      const tenth = Math.floor(fractionOf('route', `user-${user}`) * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    for (const count of tenths) expect(Math.abs(count - 5000)).toBeLessThan(4 * Math.sqrt(50_000 * 0.1 * 0.9))
  })
})
