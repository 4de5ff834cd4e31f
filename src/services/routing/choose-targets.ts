/** The order in which a route's targets are tried for one call, and why the first is first. */

import type { RouteSettings, RouteTarget } from '../../config/revision.ts'
import { fractionOf } from '../../ground/draw.ts'
import type { Random } from '../../ports/clock.ts'
import type { Side } from './canary-desk.ts'
import type { FoundRoute } from './route-index.ts'

/** What the choice may depend on. All but `random` may be left out. */
export interface CallTraits {
  readonly random: Random
  readonly side?: Side | undefined
  /** Calls with the same words get the same target. */
  readonly sticky?: string | undefined
  /** The call is one that the target is for. */
  fits?(target: RouteTarget): boolean
  /** Nothing that the call needs is known to be lacking. */
  able?(target: RouteTarget): boolean
  /** What the call would cost there; undefined when nobody knows. */
  cost?(target: RouteTarget): number | undefined
  /** How long its first data takes; undefined when nothing is known yet. */
  delayMs?(target: RouteTarget): number | undefined
}

export interface TargetOrder {
  readonly targets: readonly RouteTarget[]
  /** For people: how the first came to be first. */
  readonly why: string
}

/** One call in so many goes to a target whose speed should be measured anew. */
const EXPLORE_ONE_IN = 20

/** Targets with `*` filled in, those that can do the call before those known to lack something. Weights of zero are never chosen first. */
export function chooseTargets({ route, matched }: FoundRoute, traits: CallTraits): TargetOrder {
  const fill = (target: RouteTarget): RouteTarget => (matched === undefined ? target : fillWildcard(target, matched))
  const fits = (target: RouteTarget): boolean => traits.fits?.(target) ?? true
  const able = (target: RouteTarget): boolean => traits.able?.(target) ?? true
  const fitting = route.targets.filter((target) => !target.canary && target.weight > 0 && fits(target)).map(fill)
  const capable = fitting.filter(able)
  const { targets: chosen, why } = order(route, capable.length > 0 ? capable : fitting, traits)
  const canary = traits.side === 'canary' ? route.targets.find((target) => target.canary && fits(target)) : undefined
  const fallback = route.fallback.filter(fits).map(fill)
  // Where a canary fails, those beside it answer.
  const targets = [
    ...(canary ? [fill(canary)] : []),
    ...chosen,
    ...(fallback.length > 1 ? [...fallback.filter(able), ...fallback.filter((target) => !able(target))] : fallback),
  ]
  const [first] = targets
  if (canary) return { targets, why: `${canary.name} was chosen: it is the canary` }
  if (!first) return { targets, why: 'no target is for this call' }
  if (chosen.length === 0)
    return { targets, why: `${first.name} was chosen: no target is for this call, so fallbacks are tried` }
  const ableOnly = capable.length > 0 && capable.length < fitting.length ? ', of those that can do it' : ''
  return { targets, why: `${first.name} was chosen: ${why}${ableOnly}` }
}

/** All targets at one provider, whatever their weight: for calls that must go where something is kept. */
export function targetsOfProvider({ route, matched }: FoundRoute, provider: string): RouteTarget[] {
  const there = [...route.targets, ...route.fallback].filter((target) => target.provider === provider)
  return matched === undefined ? there : there.map((target) => fillWildcard(target, matched))
}

/** Who goes first of those that may; with a measure, the others in its order. */
function order(route: RouteSettings, targets: readonly RouteTarget[], traits: CallTraits): TargetOrder {
  const [only, another] = targets
  if (!only || !another) return { targets, why: 'there is no other' }
  if (route.choose === 'cheapest') return cheapestFirst(targets, traits)
  if (route.choose === 'fastest') return fastestFirst(targets, traits)
  if (traits.sticky !== undefined)
    return { targets: [pickByWords(targets, route.name, traits.sticky)], why: `sticky by ${route.sticky ?? 'words'}` }
  return { targets: pickByWeight(targets, traits.random), why: 'by weight' }
}

/** Those whose price nobody knows come last; equal ones stay in the document's order. */
function cheapestFirst(targets: readonly RouteTarget[], traits: CallTraits): TargetOrder {
  const priced = targets.map((target) => ({ target, cost: traits.cost?.(target) ?? Number.POSITIVE_INFINITY }))
  priced.sort((a, b) => (a.cost === b.cost ? 0 : a.cost - b.cost))
  return { targets: priced.map(({ target }) => target), why: 'cheapest for this call' }
}

/** Those nobody has measured come first; now and then one at random does, so that old measurements do not stand for ever. */
function fastestFirst(targets: readonly RouteTarget[], { delayMs, random }: CallTraits): TargetOrder {
  const timed = targets.map((target) => ({ target, delay: delayMs?.(target) ?? -1 }))
  timed.sort((a, b) => a.delay - b.delay)
  const [fastest] = timed
  const explored = random() * EXPLORE_ONE_IN < 1 ? timed[Math.floor(random() * timed.length)] : undefined
  if (explored && explored !== fastest)
    return {
      targets: [explored, ...timed.filter((each) => each !== explored)].map(({ target }) => target),
      why: 'to measure its speed anew',
    }
  const why = (fastest?.delay ?? -1) < 0 ? 'its speed is not known yet' : 'fastest to its first data'
  return { targets: timed.map(({ target }) => target), why }
}

/**
 * Rendezvous hashing: each target draws a lot from the words and its weight, and the lowest wins. When a weight changes or a target
 * comes or goes, only those calls move that must.
 */
function pickByWords(targets: readonly RouteTarget[], route: string, words: string): RouteTarget {
  const lot = (target: RouteTarget): number => -Math.log(1 - fractionOf(route, target.name, words)) / target.weight
  return targets.reduce((best, target) => (lot(target) < lot(best) ? target : best))
}

/** No weight is zero. */
function pickByWeight(targets: readonly RouteTarget[], random: Random): RouteTarget[] {
  const total = targets.reduce((sum, target) => sum + target.weight, 0)
  let left = random() * total
  const picked = targets.find((target) => {
    left -= target.weight
    return left < 0
  })
  return picked ? [picked] : targets.slice(-1)
}

function fillWildcard(target: RouteTarget, matched: string): RouteTarget {
  return { ...target, name: target.name.replace('*', () => matched), model: target.model.replace('*', () => matched) }
}
