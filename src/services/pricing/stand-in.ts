/** Which unit's price a unit has that the vendor states no price of its own for. */

import type { PricedUnit } from '../../ground/price-book.ts'
import { assertNever } from '../../ground/result.ts'

/** Undefined where only a guess could say. */
export function standIn(unit: PricedUnit): PricedUnit | undefined {
  switch (unit) {
    case 'reasoning': // billed as completion tokens by every vendor that reports it
      return 'output'
    case 'cacheRead': // a vendor without a cache discount bills a cached token as any other; never too low
    case 'imageIn': // images are billed by their tokens unless a price of their own is listed
      return 'input'
    case 'imageOut':
    case 'input':
    case 'output':
    case 'cacheWrite5m': // dearer than input at most vendors
    case 'cacheWrite1h':
    case 'audioIn':
    case 'audioOut':
    case 'search':
    case 'request':
    case 'images': // and sound by length or text spoken: only vendors who bill by the piece state a price
    case 'audioSeconds':
    case 'characters':
      return undefined
    default:
      return assertNever(unit)
  }
}
