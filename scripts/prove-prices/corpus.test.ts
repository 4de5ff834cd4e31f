/** Every amount of the corpus is equal or explained, and the list of explanations holds nothing in vain. */

import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { priceBook } from '../../src/services/pricing/find-price.ts'
import { loadBilledCases } from './billed-cases.ts'
import { compareAll } from './compare.ts'
import { loadExceptions } from './exceptions.ts'
import { describeUnexplained } from './report.ts'
import { loadTableCases } from './table-cases.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const WIRE = path.resolve(ROOT, process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const present = existsSync(`${WIRE}/cost-oracle.provider-billed.json`)

describe.skipIf(!present)(present ? 'costs against oracles' : 'skipped, no corpus', () => {
  it('is equal to the nano-dollar or explained', { timeout: 60_000 }, () => {
    const billed = loadBilledCases(WIRE, Date.UTC(2026, 10, 1))
    const table = loadTableCases(WIRE, Date.parse(priceBook.checkedOn))
    const exceptions = loadExceptions(path.join(ROOT, 'docs/prove-prices-exceptions.json'))
    const { total, unexplained, unused, rows } = compareAll([...billed.cases, ...table.cases], exceptions)
    expect(describeUnexplained(unexplained, 3)).toBe('')
    expect(unused).toEqual([])
    expect(total.equal).toBeGreaterThanOrEqual(1700)
    // xAI: all bills but two hand-written ones, by the model that answered.
    expect(rows.get('billed  xai  openai-chat  standard')).toEqual({ equal: 30, explained: 0, unexplained: 0 })
    expect(rows.get('billed  xai  openai-responses  standard')?.equal).toBe(60)
  })
})
