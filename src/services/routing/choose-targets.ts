/** The order in which a route's targets are tried for one call: one by weight, then the fallbacks as written. */

import type { RouteTarget } from '../../config/revision.ts'
import type { Random } from '../../ports/clock.ts'
import type { FoundRoute } from './route-index.ts'

/** Targets with `*` filled in. Weights of zero are never chosen first. */
export function chooseTargets(found: FoundRoute, random: Random): RouteTarget[] {
  const { route, matched } = found
  const first = pickByWeight(route.targets, random)
  const order = first ? [first, ...route.fallback] : [...route.fallback]
  return matched === undefined ? order : order.map((target) => fillWildcard(target, matched))
}

/** All targets at one provider, whatever their weight: for calls that must go where something is kept. */
export function targetsOfProvider({ route, matched }: FoundRoute, provider: string): RouteTarget[] {
  const there = [...route.targets, ...route.fallback].filter((target) => target.provider === provider)
  return matched === undefined ? there : there.map((target) => fillWildcard(target, matched))
}

function pickByWeight(targets: readonly RouteTarget[], random: Random): RouteTarget | undefined {
  if (targets.length === 1) return targets[0]
  const total = targets.reduce((sum, target) => sum + target.weight, 0)
  let left = random() * total
  for (const target of targets) {
    left -= target.weight
    if (left < 0) return target
  }
  return targets.findLast((target) => target.weight > 0)
}

function fillWildcard(target: RouteTarget, matched: string): RouteTarget {
  return { ...target, name: target.name.replace('*', () => matched), model: target.model.replace('*', () => matched) }
}
