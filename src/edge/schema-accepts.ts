/** A small JSON Schema check: whether a schema an app sent allows a value that an edge model can give. */

import { asArray, isObject, type Json, type JsonObject } from '../ground/json.ts'

/** Deepest schema followed, so that a schema that refers to itself ends. */
const MAX_DEPTH = 12

/**
 * Whether `schema` allows `value`. Knows type, enum, const, anyOf, oneOf, allOf, local `$ref`, properties, required,
 * additionalProperties, items, minimum, maximum and the length keywords; a `pattern`, a `format` or a `$ref` it cannot follow means no.
 */
export function schemaAccepts(schema: unknown, value: Json, root: JsonObject, depth = 0): boolean {
  if (schema === undefined || schema === true) return true
  if (!isObject(schema) || depth > MAX_DEPTH) return false
  const accepts = (part: unknown): boolean => schemaAccepts(part, value, root, depth + 1)
  if (typeof schema.$ref === 'string') return accepts(resolveReference(schema.$ref, root) ?? false)
  if (schema.pattern !== undefined || schema.format !== undefined || schema.not !== undefined) return false
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return false
  if (schema.const !== undefined && schema.const !== value) return false
  if (!typeMatches(schema.type, value)) return false
  if (!asArray(schema.allOf).every(accepts)) return false
  if (Array.isArray(schema.anyOf) && !schema.anyOf.some(accepts)) return false
  if (Array.isArray(schema.oneOf) && schema.oneOf.filter(accepts).length !== 1) return false
  return withinBounds(schema, value) && membersMatch(schema, value, root, depth)
}

/** The strings a schema lists for a property, through `$ref` and `anyOf`; undefined when it lists none. */
export function enumStrings(schema: unknown, root: JsonObject, depth = 0): string[] | undefined {
  if (!isObject(schema) || depth > MAX_DEPTH) return undefined
  if (typeof schema.$ref === 'string') return enumStrings(resolveReference(schema.$ref, root), root, depth + 1)
  if (typeof schema.const === 'string') return [schema.const]
  if (Array.isArray(schema.enum)) return schema.enum.filter((item) => typeof item === 'string')
  const branches = [...asArray(schema.anyOf), ...asArray(schema.oneOf), ...asArray(schema.allOf)]
  const found = branches.map((branch) => enumStrings(branch, root, depth + 1)).filter((list) => list !== undefined)
  return found.length > 0 ? found.flat() : undefined
}

/** Follows `#/a/b` inside the root schema. */
function resolveReference(reference: string, root: JsonObject): Json | undefined {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  let at: Json | undefined = root
  for (const step of reference.slice(2).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined
    at = at[name]
  }
  return at
}

function typeMatches(type: Json | undefined, value: Json): boolean {
  if (type === undefined) return true
  if (Array.isArray(type)) return type.some((one) => typeMatches(one, value))
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    case 'null':
      return value === null
    default:
      return false
  }
}

function withinBounds(schema: JsonObject, value: Json): boolean {
  const size = typeof value === 'number' ? value : typeof value === 'string' || Array.isArray(value) ? value.length : 0
  const kind = typeof value === 'number' ? 'number' : Array.isArray(value) ? 'array' : typeof value
  const limits: Readonly<Record<string, readonly [string, string]>> = {
    number: ['minimum', 'maximum'],
    string: ['minLength', 'maxLength'],
    array: ['minItems', 'maxItems'],
  }
  const names = limits[kind]
  if (!names) return true
  const [low, high] = [schema[names[0]], schema[names[1]]]
  return !(typeof low === 'number' && size < low) && !(typeof high === 'number' && size > high)
}

function membersMatch(schema: JsonObject, value: Json, root: JsonObject, depth: number): boolean {
  if (Array.isArray(value)) return value.every((item) => schemaAccepts(schema.items, item, root, depth + 1))
  if (!isObject(value)) return true
  const properties = isObject(schema.properties) ? schema.properties : {}
  if (!asArray(schema.required).every((name) => typeof name === 'string' && Object.hasOwn(value, name))) return false
  return Object.entries(value).every(([name, member]) => {
    const rule = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties
    return schemaAccepts(rule, member ?? null, root, depth + 1)
  })
}
