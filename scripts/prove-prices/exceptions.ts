/** Differences that are known and explained, in a file a reader can check; one that explains nothing any more is itself reported. */

import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { type Case, DIFFERENCES, type Difference, distanceOf, nameOf } from './case.ts'

const exceptionSchema = z.strictObject({
  /** A pattern with `*` over `oracle/provider/wire/class/model/id`. */
  match: z.string().min(1),
  difference: z.enum(DIFFERENCES),
  /** With `cost`: the reason explains no greater distance than this. */
  atMostNano: z.int().positive().optional(),
  /** At least one sentence: why the amounts differ and which is right. */
  reason: z.string().min(20),
})

export type PriceException = z.infer<typeof exceptionSchema>

export interface ExceptionList {
  /** True, and remembered, when a listed exception explains this difference. */
  explains(subject: Case, difference: Difference): boolean
  /** How often each was used. */
  uses(): readonly { readonly exception: PriceException; readonly count: number }[]
}

/** Reads and checks the file; throws with the field at fault when it is not a list of exceptions. */
export function loadExceptions(path: string): ExceptionList {
  return createExceptionList(z.array(exceptionSchema).parse(JSON.parse(readFileSync(path, 'utf8'))))
}

/** Where several fit, the first counts as used. */
export function createExceptionList(exceptions: readonly PriceException[]): ExceptionList {
  const entries = exceptions.map((exception) => ({ exception, count: 0, pattern: patternOf(exception.match) }))
  return {
    explains(subject, difference) {
      const name = nameOf(subject)
      const entry = entries.find(
        ({ exception, pattern }) =>
          exception.difference === difference && pattern.test(name) && isNear(subject, exception),
      )
      if (entry) entry.count += 1
      return entry !== undefined
    },
    uses: () => entries.map(({ exception, count }) => ({ exception, count })),
  }
}

function isNear(subject: Case, { atMostNano }: PriceException): boolean {
  if (atMostNano === undefined) return true
  const distance = distanceOf(subject)
  return distance !== undefined && distance <= BigInt(atMostNano)
}

function patternOf(match: string): RegExp {
  const pieces = match.split('*').map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pieces.join('.*')}$`)
}
