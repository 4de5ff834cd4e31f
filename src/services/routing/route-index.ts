/** Finds the route an app named: exact names first, then the longest `prefix*` that matches. */

import type { RouteSettings } from '../../config/revision.ts'

export interface FoundRoute {
  readonly route: RouteSettings
  /** What the route's `*` stood for; undefined for an exact route. */
  readonly matched: string | undefined
}

export interface RouteIndex {
  readonly routes: readonly RouteSettings[]
  find(model: string): FoundRoute | undefined
}

/** Builds the lookup once per revision. */
export function createRouteIndex(routes: readonly RouteSettings[]): RouteIndex {
  const exact = new Map<string, RouteSettings>()
  const prefixes: { prefix: string; route: RouteSettings }[] = []
  for (const route of routes) {
    if (route.name.endsWith('*')) prefixes.push({ prefix: route.name.slice(0, -1), route })
    else exact.set(route.name, route)
  }
  prefixes.sort((a, b) => b.prefix.length - a.prefix.length)
  return {
    routes,
    find(model) {
      const route = exact.get(model)
      if (route) return { route, matched: undefined }
      for (const { prefix, route } of prefixes) {
        // "openai/" alone names no model.
        if (model.length > prefix.length && model.startsWith(prefix))
          return { route, matched: model.slice(prefix.length) }
      }
      return undefined
    },
  }
}
