/** Which secrets a revision needs, and for what. */

import { findKnown, type KnownProviders } from './known-providers.ts'
import type { RevisionBody } from './revision.ts'

export interface NeededSecret {
  readonly name: string
  /** Routes that cannot reach one of their targets without it. */
  readonly routes: readonly string[]
}

/** Secrets by name, each with the routes that need it; a secret that no route needs is not listed. */
export function secretsOf(revision: RevisionBody, known: KnownProviders): NeededSecret[] {
  const routes = new Map<string, Set<string>>()
  for (const route of revision.routes) {
    for (const { provider } of [...route.targets, ...route.fallback]) {
      const settings = Object.hasOwn(revision.providers, provider) ? revision.providers[provider] : undefined
      const name = settings?.secret ?? findKnown(known, settings?.kind ?? provider)?.secretName
      if (name === undefined) continue
      routes.set(name, (routes.get(name) ?? new Set()).add(route.name))
    }
  }
  return [...routes]
    .map(([name, users]) => ({ name, routes: [...users].sort() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
