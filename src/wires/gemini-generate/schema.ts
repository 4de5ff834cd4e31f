/** Google's older schemas (OpenAPI, types in capitals, `nullable`) -> JSON Schema. */

import { isObject, type Json, type JsonObject } from '../../ground/json.ts'

/** A schema in plain JSON Schema; what is one already comes back equal. */
export function plainSchema(schema: JsonObject): JsonObject {
  const result: Record<string, Json> = {}
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'nullable' || value === undefined) continue
    result[name] =
      name === 'enum' || name === 'const' || name === 'default' || name === 'example' ? value : plainValue(name, value)
  }
  if (schema.nullable === true && typeof result.type === 'string') result.type = [result.type, 'null']
  return result
}

function plainValue(name: string, value: Json): Json {
  if (name === 'type' && typeof value === 'string') return /^[A-Z]+$/.test(value) ? value.toLowerCase() : value
  if (Array.isArray(value)) return value.map((item) => (isObject(item) ? plainSchema(item) : item))
  if (!isObject(value)) return value
  if (name !== 'properties' && name !== '$defs') return plainSchema(value)
  // Names in here are the user's own: a property may be called `nullable`.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isObject(inner) ? plainSchema(inner) : (inner ?? null)]),
  )
}
