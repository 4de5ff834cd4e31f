/** Google takes every field name in camel case and in snake case. */

import type { Json, JsonObject } from '../../ground/json.ts'

/** The same object with its own names in camel case; where both spellings stand, camel case counts. */
export function camelCased(object: JsonObject): JsonObject {
  const names = Object.keys(object)
  if (!names.some((name) => name.includes('_'))) return object
  const result: Record<string, Json> = {}
  for (const name of names) {
    const value = object[name]
    const camel = name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    if (value !== undefined && (camel === name || object[camel] === undefined)) result[camel] = value
  }
  return result
}
