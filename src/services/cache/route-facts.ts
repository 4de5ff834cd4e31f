/** What of a route decides its answers: which models it leads to, where they are, and what its policies do. */

import type { ProviderSettings, RouteSettings } from '../../config/revision.ts'
import { canonicalJson } from '../../ground/canonical-json.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Tags } from '../../ground/tags.ts'

const known = new WeakMap<RouteSettings, string>()

/** One text for one state of the route's documents: with any change of them, kept answers are no longer found. */
export function routeFacts(route: RouteSettings, providers: Readonly<Record<string, ProviderSettings>>): string {
  const before = known.get(route)
  if (before !== undefined) return before
  const { description, ...settings } = route
  const names = [...new Set([...route.targets, ...route.fallback].map(({ provider }) => provider))].sort()
  const facts = canonicalJson({ settings, providers: names.map((name) => [name, providers[name] ?? null]) })
  known.set(route, facts)
  return facts
}

/** What decides which of the route's targets a call is for; empty where all are for all calls. */
export function traitFacts(
  route: RouteSettings,
  body: JsonObject,
  caller: { team: string; tags: Tags | undefined; stream: boolean },
): string {
  const conditions = [...route.targets, ...route.fallback].flatMap(({ when }) => when ?? [])
  if (conditions.length === 0) return ''
  const fields = new Set(conditions.flatMap(({ parameters }) => Object.keys(parameters ?? {})))
  return canonicalJson([caller, [...fields].sort().map((name) => [name, body[name] ?? null])])
}
