/** Sorts cases into equal, explained and unexplained, and counts them by provider, wire and class. */

import { type Case, type Difference, differenceOf } from './case.ts'
import type { ExceptionList, PriceException } from './exceptions.ts'

export interface Unexplained {
  readonly subject: Case
  readonly difference: Difference
}

export interface Count {
  equal: number
  explained: number
  unexplained: number
}

export interface Comparison {
  readonly rows: ReadonlyMap<string, Readonly<Count>>
  readonly total: Readonly<Count>
  readonly unexplained: readonly Unexplained[]
  /** Exceptions that explain no case. */
  readonly unused: readonly PriceException[]
}

/** Every case is counted exactly once. */
export function compareAll(cases: readonly Case[], exceptions: ExceptionList): Comparison {
  const rows = new Map<string, Count>()
  const total: Count = { equal: 0, explained: 0, unexplained: 0 }
  const unexplained: Unexplained[] = []
  for (const subject of cases) {
    const difference = differenceOf(subject)
    const verdict = !difference ? 'equal' : exceptions.explains(subject, difference) ? 'explained' : 'unexplained'
    if (difference && verdict === 'unexplained') unexplained.push({ subject, difference })
    const name = [subject.oracle, subject.provider, subject.wire, subject.serviceClass].join('  ')
    const row = rows.get(name) ?? { equal: 0, explained: 0, unexplained: 0 }
    rows.set(name, row)
    row[verdict] += 1
    total[verdict] += 1
  }
  const unused = exceptions.uses().flatMap(({ exception, count }) => (count === 0 ? [exception] : []))
  return { rows, total, unexplained, unused }
}

/** Nothing is left to explain, something was compared, and nothing is explained in vain (unless part of the corpus is missing). */
export function isProven({ total, unexplained, unused }: Comparison, isPartial = false): boolean {
  return unexplained.length === 0 && (isPartial || unused.length === 0) && total.equal > 0
}
