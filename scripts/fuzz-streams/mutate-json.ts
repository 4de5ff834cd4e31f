/** Damages JSON values the way a hostile or broken provider might. */

import { asArray, isObject, type Json } from '../../src/ground/json.ts'
import type { Random } from './random.ts'

/** Values of every type, and words that objects inherit. */
const STRANGE: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  5e-324,
  9007199254740992,
  4294967296,
  '',
  ' ',
  '0',
  'null',
  '{}',
  '{"a":',
  '[]',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'data:;base64,',
  '\u0000',
  '\ud800',
  '\u2028\r\n\n',
  '[DONE]',
  [],
  [null],
  [[]],
  [{}],
  {},
  { type: null },
  { '': {} },
  { type: 'text', text: 1 },
  { index: -1, type: 'constructor' },
]

const KEYS = ['__proto__', 'constructor', 'type', 'index', 'id', 'error', 'message', 'content', 'usage', 'text', '']

/** A copy with one place of it changed; `donors` are values from which parts may be taken over. */
export function mutateJson(random: Random, value: Json, donors: readonly Json[]): Json {
  if (random.chance(0.12) || !holdsAny(value)) return replacement(random, value, donors)
  if (Array.isArray(value)) return mutateList(random, value, donors)
  if (!isObject(value)) return replacement(random, value, donors)
  const keys = Object.keys(value)
  const key = random.pick(keys)
  const kind = random.below(20)
  if (kind === 0) return fromEntries(keys.filter((name) => name !== key).map((name) => [name, value[name] ?? null]))
  if (kind === 1) return fromEntries(keys.map((name) => [name === key ? random.pick(KEYS) : name, value[name] ?? null]))
  if (kind === 2) return fromEntries([...Object.entries(value), [random.pick(KEYS), random.pick(STRANGE)]])
  if (kind === 3) return fromEntries(keys.map((name) => [name, value[random.pick(keys)] ?? null]))
  return fromEntries(
    keys.map((name) => [name, name === key ? mutateJson(random, value[name] ?? null, donors) : (value[name] ?? null)]),
  )
}

function mutateList(random: Random, list: readonly Json[], donors: readonly Json[]): Json {
  const at = random.below(list.length)
  const kind = random.below(12)
  if (kind === 0) return list.filter((_, index) => index !== at)
  if (kind === 1) return [...list, ...list]
  if (kind === 2) return [...list.slice(at), ...list.slice(0, at)]
  if (kind === 3) return [...list.slice(0, at), random.pick(STRANGE), ...list.slice(at)]
  return list.map((item, index) => (index === at ? mutateJson(random, item, donors) : item))
}

function replacement(random: Random, value: Json, donors: readonly Json[]): Json {
  const kind = random.below(10)
  if (kind === 0) return nested(random.pick([3, 40, 300]), value)
  if (kind === 1) return [value]
  if (kind === 2) return { type: value }
  if (kind === 3) return typeof value === 'string' ? value.repeat(random.below(40)) : String(value)
  if (kind < 6) return partOf(random, random.pick(donors))
  return random.pick(STRANGE)
}

function nested(levels: number, value: Json): Json {
  let inner = value
  for (let level = 0; level < levels; level++) inner = level % 2 === 0 ? [inner] : { content: inner }
  return inner
}

function partOf(random: Random, value: Json): Json {
  let part = value
  while (holdsAny(part) && random.chance(0.7))
    part = random.pick(Array.isArray(part) ? part : asArray(Object.values(isObject(part) ? part : {})))
  return part
}

function holdsAny(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** `__proto__` becomes a field like any other, as `JSON.parse` makes it. */
function fromEntries(entries: readonly (readonly [string, Json | undefined])[]): Json {
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined))
}
