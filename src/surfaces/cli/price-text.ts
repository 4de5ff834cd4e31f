/** Prices as people read them: dollars for a million tokens, or for one piece. */

import type { UnitPrices } from '../../ground/price-book.ts'
import { USAGE_UNITS } from '../../ground/usage.ts'

/** Billed one by one, not by the million. */
const PIECES: ReadonlySet<string> = new Set(['search', 'request', 'images', 'audioSeconds', 'characters'])

/** `input 2.5, cacheRead 1.25, output 10` and, for pieces, `search 0.01 each`. */
export function pricesText(prices: UnitPrices): string {
  const units = [...USAGE_UNITS, 'request'] as const
  const parts = units.flatMap((unit) => {
    const price = prices[unit]
    return price === undefined ? [] : [`${unit} ${priceText(unit, price)}`]
  })
  return parts.join(', ') || 'nothing'
}

/** Dollars, exactly; `unit` may have words around it (`batch input`). */
export function priceText(unit: string, pico: number): string {
  const piece = unit.split(' ').some((word) => PIECES.has(word))
  return piece ? `${decimal(pico, 12)} each` : decimal(pico, 6)
}

function decimal(value: number, places: number): string {
  const digits = String(value).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return `${digits.slice(0, -places)}${fraction ? `.${fraction}` : ''}`
}
