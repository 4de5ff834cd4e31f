/** Which secrets a revision needs, and for what. */

import { findKnown, type KnownProviders } from './known-providers.ts'
import type { RevisionBody } from './revision.ts'

export interface NeededSecret {
  readonly name: string
  /** Routes that cannot reach one of their targets without it. */
  readonly routes: readonly string[]
  /** Destinations of alerts that it signs for; absent when there are none. */
  readonly alerts?: readonly string[]
}

/** Secrets by name, each with what needs it; a secret that nothing needs is not listed. */
export function secretsOf(revision: RevisionBody, known: KnownProviders): NeededSecret[] {
  const routes = new Map<string, Set<string>>()
  for (const route of revision.routes) {
    for (const { provider } of [...route.targets, ...route.fallback]) {
      const settings = Object.hasOwn(revision.providers, provider) ? revision.providers[provider] : undefined
      const first = settings?.secret ?? findKnown(known, settings?.kind ?? provider)?.secretName
      for (const name of [...(first === undefined ? [] : [first]), ...(settings?.moreSecrets ?? [])])
        routes.set(name, (routes.get(name) ?? new Set()).add(route.name))
    }
  }
  const alerts = alertSecrets(revision)
  return [...new Set([...routes.keys(), ...alerts.keys()])].sort().map((name) => {
    const signsFor = alerts.get(name)
    return { name, routes: [...(routes.get(name) ?? [])].sort(), ...(signsFor && { alerts: signsFor }) }
  })
}

function alertSecrets({ alerts = [] }: RevisionBody): Map<string, string[]> {
  const destinations = new Map<string, string[]>()
  for (const { name, secrets } of alerts)
    for (const secret of secrets) destinations.set(secret, [...(destinations.get(secret) ?? []), name])
  return destinations
}
