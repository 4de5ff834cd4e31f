/** A document's values together with where each of them stands, so that any later check can point at its line. */

import type { Json, JsonObject } from '../ground/json.ts'
import type { Place } from './problem.ts'

export interface LocatedMap {
  readonly kind: 'map'
  readonly at: Place
  readonly entries: ReadonlyMap<string, LocatedEntry>
}

export interface LocatedEntry {
  readonly keyAt: Place
  readonly value: Located
}

export interface LocatedScalar {
  readonly kind: 'scalar'
  readonly at: Place
  readonly value: string | number | boolean | null
}

export type Located =
  | LocatedMap
  | { readonly kind: 'list'; readonly at: Place; readonly items: readonly Located[] }
  | LocatedScalar

export type Path = readonly (string | number)[]

/** The value at a path; undefined when something on the way is missing. */
export function locatedAt(root: Located | undefined, path: Path): Located | undefined {
  let node = root
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.get(String(step))?.value
    else node = node?.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined
  }
  return node
}

/** Where the value at a path stands, or the nearest thing around it that exists. */
export function placeOf(root: Located, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const node = locatedAt(root, path.slice(0, length))
    if (node) return node.at
  }
  return root.at
}

/** Where the last key of a path stands; the value's place when the path ends in a list. */
export function keyPlaceOf(root: Located, path: Path): Place {
  const parent = locatedAt(root, path.slice(0, -1))
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined
  return entry?.keyAt ?? placeOf(root, path)
}

/** Text at a path; undefined when it is missing or not text. */
export function textAt(root: Located | undefined, path: Path): string | undefined {
  const node = locatedAt(root, path)
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}

/** The entries of the map at a path; none when there is no map. */
export function entriesAt(root: Located | undefined, path: Path): [string, LocatedEntry][] {
  const node = locatedAt(root, path)
  return node?.kind === 'map' ? [...node.entries] : []
}

/** The bare value. */
export function plain(node: Located): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map(plain)
    case 'map': {
      const object: JsonObject = {}
      for (const [key, entry] of node.entries) object[key] = plain(entry.value)
      return object
    }
  }
}

/** Lays `over` on `base`: maps merge key by key, lists and scalars are replaced. Places stay those of the parts. */
export function overlay(base: Located | undefined, over: Located | undefined): Located | undefined {
  if (!base || !over) return over ?? base
  if (base.kind !== 'map' || over.kind !== 'map') return over
  const entries = new Map(base.entries)
  for (const [key, entry] of over.entries) {
    const value = overlay(entries.get(key)?.value, entry.value) ?? entry.value
    entries.set(key, { keyAt: entries.get(key)?.keyAt ?? entry.keyAt, value })
  }
  return { ...base, entries }
}

/** The tree without the parts at these paths. */
export function without(root: Located, paths: readonly Path[]): Located {
  const gone = new Set(paths.map((path) => JSON.stringify(path)))
  const copy = (node: Located, path: Path): Located => {
    if (node.kind === 'scalar') return node
    const keep = (step: string | number): boolean => !gone.has(JSON.stringify([...path, step]))
    if (node.kind === 'list') {
      const items = node.items.flatMap((item, index) => (keep(index) ? [copy(item, [...path, index])] : []))
      return { ...node, items }
    }
    const entries = [...node.entries].flatMap(([key, { keyAt, value }]): [string, LocatedEntry][] =>
      keep(key) ? [[key, { keyAt, value: copy(value, [...path, key]) }]] : [],
    )
    return { ...node, entries: new Map(entries) }
  }
  return copy(root, [])
}
