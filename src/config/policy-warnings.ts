/** What is allowed in policies but surely not meant: settings without effect, policies without a route. */

import { LIMITS } from './effective-policy.ts'
import { keyPlaceOf, type Located, type Path } from './located.ts'
import type { PolicyDocument } from './policy-document.ts'
import type { ProblemList } from './problem-list.ts'
import type { RouteSettings } from './revision.ts'

export interface ReadPolicy {
  readonly document: PolicyDocument
  readonly root: Located
}

export function warnAboutPolicies(
  policies: readonly ReadPolicy[],
  routes: readonly RouteSettings[],
  problems: ProblemList,
): void {
  const defaults = policies.map(({ document }) => document).filter((policy) => policy.default)
  const used = new Set(routes.flatMap((route) => route.policies))
  for (const { document, root } of policies) {
    if (document.default) continue
    if (!used.has(document.policy)) problems.warn(keyPlaceOf(root, ['policy']), 'no route uses this policy')
    const warn = (path: Path, stricter: PolicyDocument): void =>
      problems.warn(keyPlaceOf(root, path), `this has no effect: the default policy "${stricter.policy}" is stricter`)
    for (const { path, read } of Object.values(LIMITS)) {
      const own = read(document)
      const stricter = defaults.find((policy) => own !== undefined && (read(policy) ?? Infinity) < own)
      if (stricter) warn(path, stricter)
    }
    const refusing = defaults.find((policy) => policy.translation?.lossy === 'refuse')
    if (refusing && document.translation?.lossy === 'warn') warn(['translation', 'lossy'], refusing)
  }
}
