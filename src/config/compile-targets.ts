/** From a route's `targets` and `fallback` to the targets in the revision: every model reference leads somewhere. */

import { quote } from './clear-secret.ts'
import { addressHint, neededOptions } from './compile-providers.ts'
import { findKnown, type KnownProvider, type KnownProviders } from './known-providers.ts'
import { type Located, locatedAt, type Path, placeOf } from './located.ts'
import { formatPlace } from './problem.ts'
import type { ProblemList } from './problem-list.ts'
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
  readonly problems: ProblemList
}

type TargetDocument = RouteDocument['targets'][number]

/** The targets of one list, in the document's order. */
export function compileTargets(list: 'targets' | 'fallback', context: Context): RouteTarget[] {
  const { route, root, problems } = context
  const targets = (route[list] ?? []).flatMap(
    (document, index) => compileTarget(document, [list, index], context) ?? [],
  )
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
  return { name: document.name ?? document.model, model: document.model, weight: document.weight ?? 1 }
}

function compileTarget(document: TargetDocument, path: Path, context: Context): RouteTarget | undefined {
  const { root, problems, lookup, route } = context
  const { name, model: reference, weight } = readTarget(document)
  const place = placeOf(root, locatedAt(root, [...path, 'model']) ? [...path, 'model'] : path)
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
  return { name, provider, model, weight }
}

function kindOf(provider: string, { known, named }: ProviderLookup): KnownProvider | undefined {
  return named.has(provider) ? named.get(provider) : findKnown(known, provider)
}
