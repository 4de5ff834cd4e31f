/** Decimal dollars to whole pico-dollars. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pico } from './pico.ts'

describe('pico', () => {
  it.each([
    [2.5e-6, 12, 2_500_000],
    [1.923e-6, 12, 1_923_000],
    [0.003625, 6, 3625],
    [75, 6, 75_000_000],
    [0.01, 12, 10_000_000_000],
    [0, 12, 0],
    [6.000000000000001e-7, 12, 600_000],
  ] as const)('reads %s at scale %s as %s', (value, scale, expected) => expect(pico(value, scale)).toBe(expected))

  it.each([1.5e-12, 1e-13, -1, Number.NaN])('refuses %s, which is not a whole number of pico-dollars', (value) => {
    expect(pico(value, 12)).toBeUndefined()
  })

  it('gives back every whole number written as decimal dollars', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 9), (whole) => {
        expect(pico(Number(`${whole}e-12`), 12)).toBe(whole)
      }),
    )
  })
})
