/** A comparison as text: a table by oracle, provider, wire and class, and what is left to explain. */

import { describeCase } from './case.ts'
import type { Comparison, Count, Unexplained } from './compare.ts'

const HEAD = ['oracle', 'provider', 'wire', 'class', 'equal', 'explained', 'unexplained']

/** The table, sorted by name, with a line of totals. */
export function tableOf({ rows, total }: Comparison): string {
  const cells = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => [...name.split('  '), ...countsOf(count)])
  return aligned([HEAD, ...cells, ['total', '', '', '', ...countsOf(total)]])
}

function countsOf({ equal, explained, unexplained }: Count): string[] {
  return [equal, explained, unexplained].map(String)
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const pad = (cell: string, column: number): string =>
    column < 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}

/** Unexplained cases in groups of one provider, model and kind of difference, each with some examples. */
export function describeUnexplained(unexplained: readonly Unexplained[], examples: number): string {
  const groups = Map.groupBy(
    unexplained,
    ({ subject, difference }) => `${subject.oracle} ${subject.provider} ${subject.model}: ${difference}`,
  )
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, group]) => {
      const shown = group.slice(0, examples).map(({ subject }) => `    ${describeCase(subject)}`)
      return [`  ${name}, ${group.length} times`, ...shown].join('\n')
    })
    .join('\n')
}
