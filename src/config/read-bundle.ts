/** Reads `sluice.yml` for one target: variables filled in, the target's changes laid over the rest. */

import { type BundleDocument, bundleDocument } from './bundle-document.ts'
import { checkShape } from './check-shape.ts'
import { checkVariables, chooseTarget, variablesOf } from './choose-target.ts'
import { interpolate, type Names, type Value } from './interpolate.ts'
import { jsonSchemas } from './json-schemas.ts'
import { keyPlaceOf, type Located, type LocatedEntry, locatedAt, overlay, type Path, textAt } from './located.ts'
import type { ProblemList } from './problem-list.ts'
import type { TargetName } from './revision.ts'

export interface Bundle {
  readonly target: TargetName
  /** For the other documents' references. */
  readonly names: Names
  /** All of `sluice.yml`, with the target's providers and alerts laid over its own. */
  readonly root: Located
  /** Undefined when the document lacks something indispensable. */
  readonly document: BundleDocument | undefined
}

/** Whether a path of `sluice.yml` is where a reference to a secret belongs. */
export function secretBelongs(path: Path): boolean {
  const inner = path[0] === 'targets' ? path.slice(2) : path
  if (inner[0] === 'providers' && inner[2] === 'api_keys') return inner.length === 4
  if (inner.length !== 3) return false
  return inner[0] === 'providers'
    ? inner[2] === 'api_key'
    : inner[0] === 'alerts' && (inner[2] === 'secret' || inner[2] === 'previous_secret')
}

/** Problems are reported; the bundle is as complete as they allow, so that the other documents can be checked too. */
export function readBundle(raw: Located, asked: string | undefined, problems: ProblemList): Bundle {
  // Only a target that exists can be compiled; the rest of the documents is checked all the same.
  const target = chooseTarget(raw, asked, problems) ?? 'dev'
  const bundleNames = (name: string): Map<string, Value> =>
    new Map([
      ['name', textAt(raw, ['bundle']) ?? ''],
      ['target', name],
    ])
  const first = mapParts(raw, (part, path) =>
    path.at(-1) === 'variables'
      ? interpolate(
          part,
          { bundle: bundleNames(String(path.at(-2) ?? target)), variables: undefined, secretAllowed: () => false },
          problems,
          path,
        )
      : part,
  )
  checkVariables(first, problems)
  const namesFor = (name: string): Names => ({
    bundle: bundleNames(name),
    variables: variablesOf(first, name),
    secretAllowed: secretBelongs,
  })
  const filled = mapParts(first, (part, path) => {
    // The name is what references refer to; variables were filled in above.
    if (path[0] === 'bundle' || path.at(-1) === 'variables') return part
    return interpolate(part, namesFor(path[0] === 'targets' ? String(path[1]) : target), problems, path)
  })
  const root = overlaid(overlaid(filled, 'providers', target), 'alerts', target)
  const shape = { schema: bundleDocument, json: jsonSchemas.sluice }
  const shaped = checkShape(root, shape, problems)
  return { target, names: namesFor(target), root: shaped?.located ?? root, document: shaped?.value }
}

/** Changes each top-level part of `sluice.yml`; the targets count as parts of parts. */
function mapParts(root: Located, change: (part: Located, path: Path) => Located): Located {
  const mapEntries = (node: Located, path: Path, into: (part: Located, path: Path) => Located): Located => {
    if (node.kind !== 'map') return into === change ? change(node, path) : node
    const entries = [...node.entries].map(([key, entry]): [string, LocatedEntry] => [
      key,
      { ...entry, value: into(entry.value, [...path, key]) },
    ])
    return { ...node, entries: new Map(entries) }
  }
  const intoTarget = (target: Located, path: Path): Located => mapEntries(target, path, change)
  return mapEntries(root, [], (part, path) =>
    path[0] === 'targets' ? mapEntries(part, path, intoTarget) : change(part, path),
  )
}

/** One part of the document with the target's own laid over it. */
function overlaid(root: Located, part: 'providers' | 'alerts', target: string): Located {
  const own = locatedAt(root, ['targets', target, part])
  if (!own || root.kind !== 'map') return root
  const value = overlay(locatedAt(root, [part]), own) ?? own
  const keyAt = keyPlaceOf(root, [part])
  return { ...root, entries: new Map(root.entries).set(part, { keyAt, value }) }
}
