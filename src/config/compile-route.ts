/** From one route document to its settings in the revision: targets, endpoints and the policies in force. */

import { compact } from '../ground/compact.ts'
import { quote } from './clear-secret.ts'
import { compileTargets, endpointsOf, type ProviderLookup } from './compile-targets.ts'
import { effectivePolicy } from './effective-policy.ts'
import { type Located, placeOf } from './located.ts'
import type { ModelNamesDocument } from './model-names-document.ts'
import type { PolicyDocument } from './policy-document.ts'
import { formatPlace } from './problem.ts'
import type { ProblemList } from './problem-list.ts'
import { ENDPOINT_NAMES, type EndpointName, type RouteSettings, type RouteTarget } from './revision.ts'
import type { RouteDocument } from './route-document.ts'
import { didYouMeanOrOneOf } from './suggest.ts'

export interface RouteContext {
  readonly lookup: ProviderLookup
  readonly models: ModelNamesDocument
  /** Policies that could be read, by name. */
  readonly policies: ReadonlyMap<string, PolicyDocument>
  /** Names of all policies, those with faults included. */
  readonly policyNames: ReadonlySet<string>
  readonly problems: ProblemList
}

/** `root` is the document with the target's changes laid over it. What is wrong is reported; the rest is compiled. */
export function compileRoute(route: RouteDocument, root: Located, context: RouteContext): RouteSettings {
  const { lookup, models, problems } = context
  const parts = { route, root, lookup, models, problems }
  const targets = compileTargets('targets', parts)
  const fallback = compileTargets('fallback', parts)
  const shadows = compileTargets('shadow', parts).flatMap((target) => {
    const document = route.shadow?.find(({ name, model }) => (name ?? model) === target.name)
    return document ? [{ ...target, share: Number.parseFloat(document.share) / 100 }] : []
  })
  if (targets.length > 0 && targets.every((target) => target.weight === 0))
    problems.error(
      placeOf(root, ['targets']),
      'all targets have weight 0, so none would answer',
      'give one a weight above 0',
    )
  const policies = policiesOf(route, root, context)
  return {
    name: route.route,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...compact({
      choose: route.choose === 'weight' ? undefined : route.choose,
      sticky: route.sticky,
      shadows: shadows.length > 0 ? shadows : undefined,
    }),
    accepts: acceptsOf(route, root, [...targets, ...fallback], context),
    targets,
    fallback,
    policies: policies.map((policy) => policy.policy),
    policy: effectivePolicy(policies),
  }
}

/** What at least one of its targets can do, unless the document says less. */
function acceptsOf(
  route: RouteDocument,
  root: Located,
  targets: readonly RouteTarget[],
  { lookup, problems }: RouteContext,
): EndpointName[] {
  const possible = new Set(targets.flatMap((target) => endpointsOf(target, lookup)))
  const asked = route.accepts
  if (!asked) return ENDPOINT_NAMES.filter((name) => possible.has(name))
  refuseRepeats(asked, 'accepts', root, problems)
  for (const [index, name] of asked.entries()) {
    if (possible.has(name) || targets.length === 0) continue
    const hint = `add a target that can, or remove ${name}`
    problems.error(placeOf(root, ['accepts', index]), `no target of this route can answer ${name} calls`, hint)
  }
  return ENDPOINT_NAMES.filter((name) => asked.includes(name))
}

/** The policies in force, by name: the defaults and those the route lists. */
function policiesOf(route: RouteDocument, root: Located, context: RouteContext): PolicyDocument[] {
  const { policies, policyNames, problems } = context
  const listed = route.policies ?? []
  refuseRepeats(listed, 'policies', root, problems)
  for (const [index, name] of listed.entries()) {
    if (policyNames.has(name)) continue
    const hint = didYouMeanOrOneOf(name, policyNames, 'policies are') ?? 'there are no policies yet'
    problems.error(placeOf(root, ['policies', index]), `there is no policy ${quote(name)}`, hint)
  }
  const names = new Set(listed)
  return [...policies.values()]
    .filter((policy) => policy.default || names.has(policy.policy))
    .sort((a, b) => (a.policy < b.policy ? -1 : 1))
}

function refuseRepeats(names: readonly string[], key: string, root: Located, problems: ProblemList): void {
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name)
    if (first === index) continue
    const firstPlace = formatPlace(placeOf(root, [key, first]))
    problems.error(placeOf(root, [key, index]), `${quote(name)} stands twice, first at ${firstPlace}`)
  }
}
