/** Checks a document against its schema and says every fault at its line, in plain words. */

import type * as z from 'zod'
import type { JsonObject } from '../ground/json.ts'
import { quote } from './clear-secret.ts'
import { knownKeysAt } from './json-schemas.ts'
import { keyPlaceOf, type Located, locatedAt, type Path, placeOf, plain, without } from './located.ts'
import type { ProblemList } from './problem-list.ts'
import { didYouMean, didYouMeanOrOneOf, nearest } from './suggest.ts'

type Issue = z.core.$ZodIssue

export interface Shape<T> {
  readonly schema: z.ZodType<T>
  /** The same schema for editors; tells which keys a place may have. */
  readonly json: JsonObject
}

/** A value that fits its schema, together with where its parts stand. */
export interface Shaped<T> {
  readonly value: T
  readonly located: Located
}

/**
 * Reports what does not fit. What remains without the faulty parts is given back, so that later checks can look at it too;
 * undefined when something indispensable is missing.
 */
export function checkShape<T>(located: Located, shape: Shape<T>, problems: ProblemList): Shaped<T> | undefined {
  const checked = shape.schema.safeParse(plain(located))
  if (checked.success) return { value: checked.data, located }
  const slips = new Set(checked.error.issues.flatMap((issue) => slipsOf(issue, [], shape.json)))
  const context = { root: located, json: shape.json, slips, problems }
  const faulty = checked.error.issues.flatMap((issue) => report(issue, [], context))
  const rest = without(located, faulty)
  const again = shape.schema.safeParse(plain(rest))
  return again.success ? { value: again.data, located: rest } : undefined
}

interface Context {
  readonly root: Located
  readonly json: JsonObject
  /** Keys that were misspelt, as text of their right paths: they are not reported as missing too. */
  readonly slips: ReadonlySet<string>
  readonly problems: ProblemList
}

function slipsOf(issue: Issue, base: Path, json: JsonObject): string[] {
  const path = pathOf(issue, base)
  if (issue.code === 'invalid_union')
    return (bestBranch(issue.errors) ?? []).flatMap((inner) => slipsOf(inner, path, json))
  if (issue.code !== 'unrecognized_keys') return []
  const known = knownKeysAt(json, path)
  return issue.keys.map((key) => JSON.stringify([...path, nearest(key, known)]))
}

function pathOf(issue: Issue, base: Path): (string | number)[] {
  return [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]
}

/** Reports one issue and gives the paths of the parts to leave out. */
function report(issue: Issue, base: Path, context: Context): Path[] {
  const { root, json, slips, problems } = context
  const path = pathOf(issue, base)
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeysAt(json, path)
    for (const key of issue.keys) {
      const hint = didYouMeanOrOneOf(key, known, 'known keys are')
      problems.error(keyPlaceOf(root, [...path, key]), `unknown key ${quote(key)}`, hint)
    }
    return issue.keys.map((key) => [...path, key])
  }
  if (issue.code === 'invalid_union') {
    const branch = bestBranch(issue.errors)
    if (branch) return branch.flatMap((inner) => report(inner, path, context))
  }
  const place = issue.code === 'invalid_key' ? keyPlaceOf(root, path) : placeOf(root, path)
  if (locatedAt(root, path) === undefined) {
    if (!slips.has(JSON.stringify(path))) problems.error(place, `${quote(String(path.at(-1)))} is missing`)
  } else if (!problems.hasErrorAt(place)) {
    // A value that an earlier check refused, such as a reference that leads nowhere, needs no second complaint.
    problems.error(place, `${label(path)} ${explain(issue, root, path)}`, hintFor(issue, root, path))
  }
  return [path]
}

/** The alternative the writer meant: the one whose outer type fits. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) => !issues.some((issue) => issue.code === 'invalid_type' && issue.path.length === 0))
}

function label(path: Path): string {
  const last = path.at(-1)
  if (last === undefined) return 'the document'
  return typeof last === 'number' ? `entry ${last + 1} of ${quote(String(path.at(-2)))}` : quote(last)
}

function explain(issue: Issue, root: Located, path: Path): string {
  if (!isStandardMessage(issue)) return issue.message
  const actual = describe(locatedAt(root, path))
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = TYPE_WORDS[issue.expected] ?? issue.expected
      return `must be ${wanted}, not ${actual === 'a number' && wanted.endsWith('number') ? 'a fraction' : actual}`
    }
    case 'invalid_value':
      return `must be ${issue.values.length > 2 ? 'one of ' : ''}${issue.values.join(issue.values.length > 2 ? ', ' : ' or ')}`
    case 'too_small':
      return issue.origin === 'array' ? 'must not be empty' : `must be at least ${issue.minimum}`
    case 'too_big':
      return `must be at most ${issue.maximum}${UNIT_WORDS[issue.origin] ?? ''}`
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is not a valid name'
    case 'invalid_union':
      return `must be text or a map, not ${actual}`
    default:
      return issue.message
  }
}

/** Words of zod's own; every other message was written for the schema. */
function isStandardMessage(issue: Issue): boolean {
  return /^(?:Invalid|Too |Unrecognized)/.test(issue.message)
}

const UNIT_WORDS: Readonly<Record<string, string>> = { array: ' entries', string: ' characters' }

function hintFor(issue: Issue, root: Located, path: Path): string | undefined {
  const node = locatedAt(root, path)
  if (node?.kind !== 'scalar' || node.value === null || !isStandardMessage(issue)) return undefined
  if (issue.code === 'invalid_value') return didYouMean(String(node.value), issue.values.map(String))
  return issue.code === 'invalid_type' && issue.expected === 'string' ? 'put it in quotes' : undefined
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
}

function describe(node: Located | undefined): string {
  if (node?.kind === 'list') return 'a list'
  if (node?.kind === 'map') return 'a map'
  if (node === undefined || node.value === null) return 'empty'
  return typeof node.value === 'string' ? 'text' : typeof node.value === 'number' ? 'a number' : String(node.value)
}
