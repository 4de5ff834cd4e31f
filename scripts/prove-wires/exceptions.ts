/** Departures that are known, explained and listed in a file a reader can check; one that stopped happening is itself reported. */

import { readFileSync } from 'node:fs'
import * as z from 'zod'

const exceptionSchema = z.strictObject({
  /** An exchange id, or a pattern with `*` over `provider/wire/kind/id`. */
  match: z.string().min(1),
  /** The name of the check that fails, with its direction: `crosswise finish`. */
  check: z.string().min(1),
  /** One sentence: why the departure is right or unavoidable. */
  reason: z.string().min(20),
  /** Where a reader can see it: a recording, a page of documentation, a line of an SDK. */
  pointer: z.string().min(1),
})

export type Exception = z.infer<typeof exceptionSchema>

/** What an exception is matched against. */
export interface Recording {
  readonly id: string
  readonly provider: string
  readonly wire: string
  readonly kind: string
}

export interface ExceptionList {
  /** True, and remembered, when a listed exception covers this failure. */
  covers(exchange: Recording, check: string): boolean
  /** Exceptions and how often each was used. */
  uses(): readonly { readonly exception: Exception; readonly count: number }[]
}

/** Reads and checks the file; throws with the field at fault when it is not a list of exceptions. */
export function loadExceptions(path: string): ExceptionList {
  return createExceptionList(z.array(exceptionSchema).parse(JSON.parse(readFileSync(path, 'utf8'))))
}

export function createExceptionList(exceptions: readonly Exception[]): ExceptionList {
  const entries = exceptions.map((exception) => ({ exception, count: 0, matches: matcher(exception.match) }))
  return {
    covers(exchange, check) {
      const names = [exchange.id, `${exchange.provider}/${exchange.wire}/${exchange.kind}/${exchange.id}`]
      const entry = entries.find(
        ({ exception, matches }) => exception.check === check && names.some((name) => matches.test(name)),
      )
      if (entry) entry.count += 1
      return entry !== undefined
    },
    uses: () => entries.map(({ exception, count }) => ({ exception, count })),
  }
}

function matcher(pattern: string): RegExp {
  const escaped = pattern.split('*').map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('.*')}$`)
}
