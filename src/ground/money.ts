/** Money as integers: nano-dollars (1e-9 USD) in the ledger, pico-dollars (1e-12 USD) per unit in the price book. */

/** A whole number of nano-dollars. Sums may pass 2^53, hence BigInt. */
export type NanoDollars = bigint

const PICO_PER_NANO = 1000n

/** Rounds pico-dollars to the nearest nano-dollar, halves up. Pico-dollars are never negative. */
export function picoToNano(pico: bigint): NanoDollars {
  return (pico + PICO_PER_NANO / 2n) / PICO_PER_NANO
}

/** Nano-dollars as decimal dollars without rounding: 1234500000n gives `1.2345`. */
export function formatDollars(nano: NanoDollars): string {
  const sign = nano < 0n ? '-' : ''
  const digits = (nano < 0n ? -nano : nano).toString().padStart(10, '0')
  const fraction = digits.slice(-9).replace(/0+$/, '')
  return `${sign}${digits.slice(0, -9)}${fraction ? `.${fraction}` : ''}`
}
