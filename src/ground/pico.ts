/** Decimal dollars as tables and documents write them, to whole pico-dollars, without passing through floating-point arithmetic. */

/**
 * `2.5e-06` dollars with scale 12 gives 2500000. Undefined when the result would not be a whole number, except that the last
 * digit of a double's noise (`6.000000000000001e-07`) is rounded away.
 */
export function pico(value: number, scale: 12 | 6): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const power = Number(exponent) + scale - fraction.length
  if (power >= 0) return Number(whole + fraction) * 10 ** power
  const nearest = Math.round(Number(`${mantissa}e${Number(exponent) + scale}`))
  const exact = Number(`${mantissa}e${Number(exponent) + scale}`)
  return nearest > 0 && Math.abs(exact - nearest) / nearest < 1e-12 ? nearest : undefined
}
