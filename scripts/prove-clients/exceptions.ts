/** Checks that are known not to pass, with the reason; one that passes after all is itself reported. */

import { readFileSync } from 'node:fs'
import * as z from 'zod'
import type { Outcome } from './run-checks.ts'

const exceptionSchema = z.strictObject({
  /** A pattern with `*` over `client/check/upstream`. */
  match: z.string().min(1),
  /**
   * What the gateway must have stated meanwhile (a part of a warning or of an error's text), so that the loss was not
   * silent; null where the client itself is at fault and the gateway has nothing to say.
   */
  states: z.string().min(3).nullable(),
  /** One sentence: why it cannot be carried. */
  reason: z.string().min(20),
})

export type Exception = z.infer<typeof exceptionSchema>

export interface ExceptionList {
  /** The exception that covers this outcome, remembered as used. */
  find(outcome: Outcome): Exception | undefined
  /** Those that covered nothing. */
  unused(): readonly Exception[]
}

/** Reads and checks the file; throws with the field at fault when it is not a list of exceptions. */
export function loadExceptions(path: string): ExceptionList {
  return createExceptionList(z.array(exceptionSchema).parse(JSON.parse(readFileSync(path, 'utf8'))))
}

export function createExceptionList(exceptions: readonly Exception[]): ExceptionList {
  const entries = exceptions.map((exception) => ({ exception, isUsed: false, pattern: matcher(exception.match) }))
  return {
    find(outcome) {
      const name = `${outcome.client}/${outcome.check}/${outcome.upstream}`
      const entry = entries.find(
        ({ exception: { states }, pattern }) =>
          pattern.test(name) && (states === null || outcome.stated.some((text) => text.includes(states))),
      )
      if (entry) entry.isUsed = true
      return entry?.exception
    },
    unused: () => entries.flatMap(({ exception, isUsed }) => (isUsed ? [] : [exception])),
  }
}

function matcher(pattern: string): RegExp {
  const escaped = pattern.split('*').map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('.*')}$`)
}
