/** What is measured together: who, and whom the ratios compare with. */

import { accounting, LEASED, LEDGER, STRICT, WITHOUT_LEDGER, withoutLedger } from './contenders/accounting.ts'
import type { Contender } from './contenders/contender.ts'
import { direct } from './contenders/direct.ts'
import { CONTENDERS } from './contenders/index.ts'
import { ANCHOR_NAME, workerd } from './contenders/workerd.ts'

export interface Suite {
  /** In the order of the table; the mock is first, because the others need it. */
  readonly contenders: readonly Contender[]
  readonly anchor: Contender
  /** The anchor's row. */
  readonly anchorName: string
  /** Pairs of rows whose difference is told in words: the second over the first. */
  readonly differences: readonly (readonly [base: string, name: string])[]
}

export const PEERS: Suite = { contenders: CONTENDERS, anchor: workerd, anchorName: ANCHOR_NAME, differences: [] }

export const ACCOUNTING: Suite = {
  contenders: [direct, withoutLedger, accounting],
  anchor: withoutLedger,
  anchorName: WITHOUT_LEDGER,
  differences: [
    [WITHOUT_LEDGER, LEDGER],
    [WITHOUT_LEDGER, LEASED],
    [WITHOUT_LEDGER, STRICT],
    [LEDGER, LEASED],
    [LEDGER, STRICT],
  ],
}
