/** Collects the problems of one compile, so that a writer sees all of them at once and each only once. */

import { redactSecrets } from './clear-secret.ts'
import { comparePlaces, formatPlace, type Place, type Problem } from './problem.ts'
import { reference } from './reference.ts'

export interface ProblemList {
  error(place: Place, message: string, hint?: string): void
  warn(place: Place, message: string, hint?: string): void
  /** A secret in clear. Other faults on its line are not told: they would be about the same text. */
  secret(place: Place, message?: string): void
  hasErrorAt(place: Place): boolean
  /** In reading order. */
  errors(): Problem[]
  warnings(): Problem[]
}

const CLEAR_SECRET = 'this looks like a secret written in clear'
const SECRET_HINT = `keep the value in .dev.vars or the environment and write a reference such as ${reference('secret', 'NAME')}`

export function createProblemList(): ProblemList {
  const errors = new Map<string, Problem>()
  const warnings = new Map<string, Problem>()
  const errorPlaces = new Set<string>()
  const secretLines = new Set<string>()
  const add = (list: Map<string, Problem>, place: Place, message: string, hint?: string): void => {
    if (secretLines.has(lineOf(place))) return
    const { file, line, column } = place
    // Second line of defence: no message is built from a secret, and if one were, it would not show.
    const text = { message: redactSecrets(message), ...(hint === undefined ? {} : { hint: redactSecrets(hint) }) }
    list.set(`${formatPlace(place)} ${text.message}`, { file, line, column, ...text })
  }
  return {
    error(place, message, hint) {
      add(errors, place, message, hint)
      errorPlaces.add(formatPlace(place))
    },
    warn: (place, message, hint) => add(warnings, place, message, hint),
    secret(place, message = CLEAR_SECRET) {
      add(errors, place, message, SECRET_HINT)
      secretLines.add(lineOf(place))
      errorPlaces.add(formatPlace(place))
    },
    hasErrorAt: (place) => errorPlaces.has(formatPlace(place)),
    errors: () => [...errors.values()].sort(comparePlaces),
    warnings: () => [...warnings.values()].sort(comparePlaces),
  }
}

function lineOf(place: Place): string {
  return `${place.file}:${place.line}`
}
