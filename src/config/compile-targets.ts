/** From a route's `targets` and `fallback` to the targets in the revision: every model reference leads somewhere. */

import type { CanaryPlan } from '../ground/canary.ts'
import { compact } from '../ground/compact.ts'
import { quote } from './clear-secret.ts'
import { compileCanary } from './compile-canary.ts'
import { compileCondition } from './compile-condition.ts'
import { addressHint, neededOptions } from './compile-providers.ts'
import { findKnown, type KnownProvider, type KnownProviders } from './known-providers.ts'
import { type Located, locatedAt, type Path, placeOf } from './located.ts'
import type { ModelNamesDocument } from './model-names-document.ts'
import { formatPlace } from './problem.ts'
import type { ProblemList } from './problem-list.ts'
import { resolveModel } from './resolve-model.ts'
import type { EndpointName, RouteTarget } from './revision.ts'
import type { RouteDocument } from './route-document.ts'
import { didYouMean, didYouMeanOrOneOf } from './suggest.ts'

export interface ProviderLookup {
  readonly known: KnownProviders
  /** Providers that `sluice.yml` names, faulty ones included, with their kind where it is known. */
  readonly named: ReadonlyMap<string, KnownProvider | undefined>
}

interface Context {
  readonly route: RouteDocument
  readonly root: Located
  readonly lookup: ProviderLookup
  readonly models: ModelNamesDocument
  readonly problems: ProblemList
}

type TargetDocument =
  | RouteDocument['targets'][number]
  | NonNullable<RouteDocument['fallback']>[number]
  | NonNullable<RouteDocument['shadow']>[number]

/** The targets of one list, in the document's order. */
export function compileTargets(list: 'targets' | 'fallback' | 'shadow', context: Context): RouteTarget[] {
  const { route, root, problems } = context
  const targets = (route[list] ?? []).flatMap(
    (document, index) => compileTarget(document, [list, index], context) ?? [],
  )
  if (list === 'targets') checkCanaries(targets, context)
  const names = new Map<string, number>()
  for (const [index, { name }] of (route[list] ?? []).map(readTarget).entries()) {
    const first = names.get(name)
    if (first === undefined) names.set(name, index)
    else {
      const firstPlace = formatPlace(placeOf(root, [list, first]))
      problems.error(
        placeOf(root, [list, index]),
        `the target ${quote(name)} stands twice, first at ${firstPlace}`,
        'give one of them another name or remove it',
      )
    }
  }
  return targets
}

/** What a target may be asked through. */
export function endpointsOf(target: RouteTarget, lookup: ProviderLookup): readonly EndpointName[] {
  return kindOf(target.provider, lookup)?.endpoints ?? []
}

function readTarget(document: TargetDocument): { name: string; model: string; weight: number } {
  if (typeof document === 'string') return { name: document, model: document, weight: 1 }
  return {
    name: document.name ?? document.model,
    model: document.model,
    weight: ('weight' in document ? document.weight : undefined) ?? 1,
  }
}

function compileTarget(document: TargetDocument, path: Path, context: Context): RouteTarget | undefined {
  const { root, problems, lookup, route } = context
  const { name, model: written, weight } = readTarget(document)
  const place = placeOf(root, locatedAt(root, [...path, 'model']) ? [...path, 'model'] : path)
  const resolved = resolveModel(written, context.models)
  if ('fault' in resolved) {
    problems.error(place, resolved.fault, resolved.hint)
    return undefined
  }
  const { reference } = resolved
  const slash = reference.indexOf('/')
  const provider = reference.slice(0, slash)
  const model = reference.slice(slash + 1)
  const stars = model.split('*').length - 1
  if (stars > 0 && !route.route.endsWith('*'))
    problems.error(
      place,
      `the model ${quote(reference)} has a "*", but the route ${quote(route.route)} does not end in one`,
    )
  if (stars > 1) problems.error(place, `the model ${quote(reference)} may hold only one "*"`)
  if (!lookup.named.has(provider) && !findKnown(lookup.known, provider)) {
    const names = [...lookup.known.map((row) => row.name), ...lookup.named.keys()]
    problems.error(
      place,
      `there is no provider ${quote(provider)}`,
      didYouMeanOrOneOf(provider, names, 'providers are'),
    )
    return undefined
  }
  const kind = kindOf(provider, lookup)
  if (kind?.needsBaseUrl && !lookup.named.has(provider))
    problems.error(
      place,
      `the provider ${quote(provider)} has no address`,
      `add it under providers in sluice.yml with a base_url, ${addressHint(kind) ?? 'written in full'}`,
    )
  const [needed] = kind && !lookup.named.has(provider) ? neededOptions(kind) : []
  if (needed)
    problems.error(
      place,
      `the provider ${quote(provider)} needs to know your ${needed[0]}`,
      `add it under providers in sluice.yml: ${provider}: {options: {${needed[0]}: ${needed[1]}}}`,
    )
  if (kind?.models && stars === 0 && !kind.models.includes(model))
    problems.error(
      place,
      `${quote(provider)} has no model ${quote(model)}`,
      didYouMean(model, kind.models) ?? `it has ${kind.models.join(', ')}`,
    )
  const canary = canaryAt(document, path, context)
  const when =
    typeof document === 'object' && 'when' in document && document.when ? compileCondition(document.when) : undefined
  const on = typeof document === 'object' && 'on' in document ? document.on : undefined
  return { name, provider, model, weight, ...compact({ canary, when, on }) }
}

function canaryAt(document: TargetDocument, path: Path, { root, problems }: Context): CanaryPlan | undefined {
  if (typeof document === 'string' || !('canary' in document) || !document.canary) return undefined
  const { name, model } = readTarget(document)
  const place = placeOf(root, [...path, 'canary'])
  if ('weight' in document && document.weight !== undefined)
    problems.error(place, 'a canary has no weight: its steps say how much it gets', 'remove the weight')
  const plan = compileCanary(document.canary, `${name} ${model}`)
  if (typeof plan === 'string') problems.error(place, plan)
  return typeof plan === 'string' ? undefined : plan
}

/** One canary at a time, beside something that is not one. */
function checkCanaries(targets: readonly RouteTarget[], { root, problems }: Context): void {
  const canaries = targets.filter(({ canary }) => canary).length
  if (canaries === 0) return
  const place = placeOf(root, ['targets'])
  if (canaries > 1)
    problems.error(place, 'a route has one canary at a time', 'remove the canary of all targets but one')
  else if (!targets.some(({ canary, weight }) => !canary && weight > 0))
    problems.error(
      place,
      'a canary needs a target beside it that answers the other calls',
      'add the target it may replace',
    )
}

function kindOf(provider: string, { known, named }: ProviderLookup): KnownProvider | undefined {
  return named.has(provider) ? named.get(provider) : findKnown(known, provider)
}
