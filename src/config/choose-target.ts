/** Decides which target of `sluice.yml` is compiled, and what the variables are worth there. */

import { TARGET_NAMES } from './bundle-document.ts'
import type { Value } from './interpolate.ts'
import { entriesAt, keyPlaceOf, type Located, locatedAt, type Path, placeOf } from './located.ts'
import { formatPlace } from './problem.ts'
import type { ProblemList } from './problem-list.ts'
import type { TargetName } from './revision.ts'
import { didYouMeanOrOneOf } from './suggest.ts'

/**
 * The target asked for; else the one with `default: true`, the only one, or `dev`. Without `targets` there is `dev` alone.
 * Undefined after reporting that it cannot be told.
 */
export function chooseTarget(root: Located, asked: string | undefined, problems: ProblemList): TargetName | undefined {
  const defined = TARGET_NAMES.filter((name) => locatedAt(root, ['targets', name]))
  const names: readonly TargetName[] = defined.length ? defined : ['dev']
  const place = keyPlaceOf(root, ['targets'])
  const defaults = refuseSecondDefault(root, names, problems)
  if (asked !== undefined) {
    const found = names.find((name) => name === asked)
    if (!found)
      problems.error(
        place,
        `there is no target "${asked.slice(0, 40)}"`,
        didYouMeanOrOneOf(asked, names, 'targets are'),
      )
    return found
  }
  const [only, another] = names
  const chosen = defaults[0] ?? (another === undefined ? only : names.find((name) => name === 'dev'))
  if (!chosen) problems.error(place, 'no target is the default', 'add "default: true" to one or name one with -t')
  return chosen
}

function refuseSecondDefault(root: Located, names: readonly TargetName[], problems: ProblemList): TargetName[] {
  const defaults = names.filter((name) => {
    const node = locatedAt(root, ['targets', name, 'default'])
    return node?.kind === 'scalar' && node.value === true
  })
  const [first, ...others] = defaults
  for (const other of others) {
    const firstPlace = formatPlace(placeOf(root, ['targets', first ?? '', 'default']))
    problems.error(
      placeOf(root, ['targets', other, 'default']),
      `"${first}" is already the default target, at ${firstPlace}`,
    )
  }
  return defaults
}

/** Variables with their values for a target. One without a value stands as undefined, so that its use can be told apart. */
export function variablesOf(root: Located, target: string): Map<string, Value | undefined> {
  const variables = new Map<string, Value | undefined>()
  for (const [name] of entriesAt(root, ['variables'])) {
    const own = scalarAt(root, ['targets', target, 'variables', name])
    variables.set(name, own ?? scalarAt(root, ['variables', name, 'default']))
  }
  return variables
}

/** Reports values for variables that were never declared. */
export function checkVariables(root: Located, problems: ProblemList): void {
  const declared = entriesAt(root, ['variables']).map(([name]) => name)
  for (const target of TARGET_NAMES) {
    for (const [name, { keyAt }] of entriesAt(root, ['targets', target, 'variables'])) {
      if (declared.includes(name)) continue
      const hint = didYouMeanOrOneOf(name, declared, 'declared are') ?? 'declare it under variables'
      problems.error(keyAt, `there is no variable "${name}"`, hint)
    }
  }
}

function scalarAt(root: Located, path: Path): Value | undefined {
  const node = locatedAt(root, path)
  return node?.kind === 'scalar' && node.value !== null ? node.value : undefined
}
