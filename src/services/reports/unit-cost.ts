/** What a thousand calls or tokens cost, over the calls whose cost is known. */

import type { NanoDollars } from '../../ground/money.ts'
import { totalInput, totalOutput } from '../../ground/usage.ts'
import type { ReportLine } from './cost-report.ts'

export interface UnitCosts {
  /** Per 1,000 calls of known cost; undefined when there are none. */
  readonly perThousandCallsNano?: NanoDollars
  /** Per 1,000 tokens, in and out together, of calls of known cost; undefined when they used none. */
  readonly perThousandTokensNano?: NanoDollars
  /** Calls of unknown cost in all calls, from 0 to 1; undefined without calls. */
  readonly unknownShare?: number
}

/** Rounded half up to the nano-dollar. Calls of unknown cost are left out of both sides of the division. */
export function unitCosts(line: ReportLine): UnitCosts {
  const costNano = BigInt(line.costNano)
  const tokens = totalInput(line.pricedUsage) + totalOutput(line.pricedUsage)
  return {
    ...perThousand('perThousandCallsNano', costNano, line.calls - line.unknownCostCalls),
    ...perThousand('perThousandTokensNano', costNano, tokens),
    ...(line.calls > 0 && { unknownShare: line.unknownCostCalls / line.calls }),
  }
}

function perThousand<Name extends string>(
  name: Name,
  costNano: NanoDollars,
  count: number,
): { [name in Name]?: NanoDollars } {
  if (count <= 0) return {}
  const units = BigInt(count)
  const value = (costNano * 2000n + units) / (2n * units)
  return { [name]: value } as { [name in Name]?: NanoDollars } // the one key is `name`
}
