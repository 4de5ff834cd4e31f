/** `npm run prove:prices`: our costs against what providers billed and what another project worked out, to the nano-dollar. */

import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { priceBook } from '../src/services/pricing/find-price.ts'
import { loadBilledCases } from './prove-prices/billed-cases.ts'
import { type Comparison, compareAll, isProven } from './prove-prices/compare.ts'
import { createExceptionList, type ExceptionList, loadExceptions } from './prove-prices/exceptions.ts'
import { describeUnexplained, tableOf } from './prove-prices/report.ts'
import { loadTableCases } from './prove-prices/table-cases.ts'

const ROOT = path.join(import.meta.dirname, '..')

const HELP = `Compares costs by the price book with amounts that others stated for recorded replies.

  --corpus DIR        the corpus, or its folder of recordings (default: ../shared/corpus)
  --exceptions FILE   explained differences (default: docs/prove-prices-exceptions.json); "none" to ignore them
  --at DATE           the day whose prices hold for bills (default: 2026-11-01)
  --partial           the corpus lacks recordings: an exception that explains nothing is no failure
  --verbose           print every unexplained case instead of two a group
`

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: path.join(ROOT, '../shared/corpus') },
    exceptions: { type: 'string', default: path.join(ROOT, 'docs/prove-prices-exceptions.json') },
    at: { type: 'string', default: '2026-11-01' },
    partial: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

process.exitCode = options.help ? help() : main()

function help(): number {
  console.log(HELP)
  return 0
}

function main(): number {
  const inside = path.join(options.corpus, 'wire')
  const wireFolder = existsSync(inside) ? inside : options.corpus
  const atMs = Date.parse(options.at)
  if (!existsSync(wireFolder) || Number.isNaN(atMs)) {
    console.error(
      `There is no corpus at ${options.corpus}, or ${options.at} is no date. Name both with --corpus and --at.`,
    )
    return 2
  }
  const billed = loadBilledCases(wireFolder, atMs)
  // The other project's amounts are those of the day its table was taken.
  const table = loadTableCases(wireFolder, Date.parse(priceBook.checkedOn))
  const exceptions = options.exceptions === 'none' ? createExceptionList([]) : loadExceptions(options.exceptions)
  const comparison = compareAll([...billed.cases, ...table.cases], exceptions)
  console.log(tableOf(comparison))
  printCounts('Recordings that were not read', billed.notRead)
  printCounts('Prices of the other project that were not compared', table.notCompared)
  printNotes(comparison, exceptions)
  const proven = isProven(comparison, options.partial)
  console.log(proven ? 'Every amount is equal or explained.' : 'Not proven.')
  return proven ? 0 : 1
}

function printCounts(title: string, counts: ReadonlyMap<string, number>): void {
  if (counts.size > 0) console.log(`\n${title}:`)
  for (const [why, count] of counts) console.log(`    ${count} x ${why}`)
}

function printNotes({ unexplained, unused }: Comparison, exceptions: ExceptionList): void {
  console.log('\nExplained:')
  for (const { exception, count } of exceptions.uses())
    if (count > 0) console.log(`    ${count} x ${exception.match} (${exception.difference}): ${exception.reason}`)
  if (unused.length > 0) console.log('Exceptions that explain nothing; take them out of the list:')
  for (const { match, difference } of unused) console.log(`    ${match} (${difference})`)
  const examples = options.verbose ? Number.POSITIVE_INFINITY : 2
  if (unexplained.length > 0) console.log(`Unexplained:\n${describeUnexplained(unexplained, examples)}`)
}
