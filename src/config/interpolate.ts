/** Fills `${var.x}` and `${bundle.x}` into a document's values; `${secret.X}` stays, and only where a secret belongs. */

import { looksLikeSecret, quote } from './clear-secret.ts'
import type { Located, LocatedEntry, LocatedScalar, Path } from './located.ts'
import type { Place } from './problem.ts'
import type { ProblemList } from './problem-list.ts'
import { reference } from './reference.ts'
import { didYouMean, didYouMeanOrOneOf } from './suggest.ts'

export type Value = string | number | boolean

export interface Names {
  /** `name` and `target`. */
  readonly bundle: ReadonlyMap<string, Value>
  /** Undefined inside the variables themselves, which do not refer to each other. A variable without a value is kept as undefined. */
  readonly variables: ReadonlyMap<string, Value | undefined> | undefined
  /** True where a document may refer to a secret. */
  secretAllowed(path: Path): boolean
}

const REFERENCE = /\$\{([^{}]*)\}/g
const KNOWN = [
  reference('var', 'name'),
  reference('secret', 'NAME'),
  reference('bundle', 'name'),
  reference('bundle', 'target'),
]
const NAMESPACES = ['var', 'bundle', 'secret']

/** The document with every reference replaced. A value that is one reference alone keeps the variable's type. */
export function interpolate(root: Located, names: Names, problems: ProblemList, base: Path = []): Located {
  const walk = (node: Located, path: Path): Located => {
    if (node.kind === 'scalar') return fillScalar(node, path, names, problems)
    if (node.kind === 'list') return { ...node, items: node.items.map((item, index) => walk(item, [...path, index])) }
    const entries = [...node.entries].map(([key, entry]): [string, LocatedEntry] => {
      if (key.includes('${')) problems.error(entry.keyAt, 'a key cannot hold a reference')
      return [key, { ...entry, value: walk(entry.value, [...path, key]) }]
    })
    return { ...node, entries: new Map(entries) }
  }
  return walk(root, base)
}

function fillScalar(node: LocatedScalar, path: Path, names: Names, problems: ProblemList): LocatedScalar {
  const { value: text, at } = node
  if (typeof text !== 'string' || !text.includes('${')) return node
  if (text.replace(REFERENCE, '').includes('${')) {
    problems.error(at, 'a reference is not closed', `write it as ${reference('var', 'name')}`)
    return node
  }
  const whole = /^\$\{([^{}]*)\}$/.exec(text)
  if (whole) {
    const value = lookUp(whole[1] ?? '', at, path, names, problems)
    return value === undefined ? node : { ...node, value }
  }
  const filled = text.replace(REFERENCE, (same, inside: string) => {
    const value = lookUp(inside, at, path, names, problems)
    if (value !== undefined && /^\s*secret\./.test(inside)) {
      problems.error(at, 'a reference to a secret must be the whole value')
    }
    return String(value ?? same)
  })
  if (looksLikeSecret(filled)) problems.secret(at)
  return { ...node, value: filled }
}

/** The value of what stands between the braces; undefined after reporting why there is none. */
function lookUp(inside: string, at: Place, path: Path, names: Names, problems: ProblemList): Value | undefined {
  const [, space = '', name = ''] = /^([A-Za-z]+)\.([A-Za-z0-9_]+)$/.exec(inside) ?? []
  if (space === 'secret') {
    if (names.secretAllowed(path)) return checkSecretName(name, at, problems) ? reference('secret', name) : undefined
    problems.error(
      at,
      'a secret cannot be used here',
      `${reference('secret', 'NAME')} is for api_key of a provider and secret of alerts`,
    )
    return undefined
  }
  if (space !== 'var' && space !== 'bundle') {
    // Where a secret belongs, what stands between the braces may be one.
    const what = names.secretAllowed(path) ? 'such reference' : `reference ${quote(`\${${inside}}`)}`
    const near = didYouMean(space, NAMESPACES)
    const known = `references are ${KNOWN.join(', ')}`
    problems.error(at, `there is no ${what}`, near ?? known)
    return undefined
  }
  const values = space === 'var' ? names.variables : names.bundle
  if (!values) {
    problems.error(at, 'a variable cannot refer to another variable')
    return undefined
  }
  const value = values.get(name)
  if (value !== undefined) return value
  if (values.has(name)) {
    const target = String(names.bundle.get('target'))
    const hint = `give it a default, or a value under targets.${target}.variables in sluice.yml`
    problems.error(at, `the variable ${quote(name)} has no value for target ${target}`, hint)
    return undefined
  }
  const what = space === 'var' ? `variable ${quote(name)}` : `reference ${quote(reference('bundle', name))}`
  const hint = didYouMeanOrOneOf(name, values.keys(), 'there are') ?? 'declare it under variables in sluice.yml'
  problems.error(at, `there is no ${what}`, hint)
  return undefined
}

/** Names of the worker's own bindings: a provider must never be sent what is behind them. */
const RESERVED = /^(?:SLUICE_.*|CONTROL|ACCOUNT)$/

function checkSecretName(name: string, at: Place, problems: ProblemList): boolean {
  if (!RESERVED.test(name)) return true
  problems.error(at, `the secret ${quote(name)} is Sluice's own and is not sent to a provider`, 'use another name')
  return false
}
