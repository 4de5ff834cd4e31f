import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stableExp, stableLog, stableSigmoid } from './stable-math.ts'

const relative = (value: number, truth: number): number => Math.abs(value / truth - 1)

describe('stable maths', () => {
  it('agrees with the library to twelve digits', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(relative(stableExp(x), Math.exp(x))).toBeLessThan(1e-12)
      }),
    )
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), (x) => {
        expect(Math.abs(stableLog(x) - Math.log(x))).toBeLessThan(1e-12)
      }),
    )
  })

  it('stays finite outside its range', () => {
    expect(stableExp(1e9)).toBe(stableExp(700))
    expect(stableSigmoid(-1e9)).toBeGreaterThanOrEqual(0)
    expect(stableSigmoid(1e9)).toBe(1)
    expect(stableSigmoid(0)).toBe(0.5)
  })
})
