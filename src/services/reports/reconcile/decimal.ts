/** Amounts of money as vendors write them, read without losing a digit. */

/** Dollars are held in whole units of 10^-30: more decimals than any export was seen to write. */
const SCALE = 30
const PER_NANO = 10n ** BigInt(SCALE - 9)

export interface Decimal {
  /** In 10^-30 dollars. */
  readonly units: bigint
  /** Decimal places as written, without trailing zeros. */
  readonly decimals: number
}

/** Reads `12`, `-0.5`, `1.2e-05`, `$1,234.56`; undefined for what is no amount or has over 30 decimals. */
export function readDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)\$?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim())
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = BigInt(whole.replaceAll(',', '') + fraction)
  const shift = SCALE - fraction.length + Number(exponent)
  const units = shift >= 0 ? digits * 10n ** BigInt(shift) : divideExactly(digits, 10n ** BigInt(-shift))
  if (units === undefined) return undefined
  return { units: sign === '-' ? -units : units, decimals: decimalsOf(units) }
}

/** To the nearest nano-dollar, halves away from zero. */
export function decimalToNano(units: bigint): bigint {
  const nano = ((units < 0n ? -units : units) + PER_NANO / 2n) / PER_NANO
  return units < 0n ? -nano : nano
}

/** Nano-dollars as units. */
export function nanoToDecimal(nano: bigint): bigint {
  return nano * PER_NANO
}

/** As dollars, every digit of it. */
export function formatDecimal(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0')
  const fraction = digits.slice(-SCALE).replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -SCALE)}${fraction ? `.${fraction}` : ''}`
}

/** Half of the last decimal place, in nano-dollars rounded up: how far one rounded amount may be from the truth. */
export function halfStepNano(decimals: number): bigint {
  return decimals >= 9 ? 1n : 5n * 10n ** BigInt(8 - decimals)
}

function decimalsOf(units: bigint): number {
  return (
    /0*$/.exec(
      units
        .toString()
        .padStart(SCALE + 1, '0')
        .slice(-SCALE),
    )?.index ?? 0
  )
}

function divideExactly(value: bigint, by: bigint): bigint | undefined {
  return value % by === 0n ? value / by : undefined
}
