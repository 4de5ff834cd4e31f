/** JSON values as types, and the narrow readers that turn `unknown` into them without a cast. */

import { isDeeperThan } from './json-scan.ts'

export type Json = string | number | boolean | null | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json | undefined
}

/** True for a plain JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value if it is a string, else undefined. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The value if it is a finite number, else undefined. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The value if it is a boolean, else undefined. */
export function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** The value if it is an array, else an empty one. */
export function asArray(value: unknown): Json[] {
  return Array.isArray(value) ? value : []
}

/** The value if it is an object, else undefined. */
export function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

/** Deeper JSON could be read, but writing or copying it would overflow the stack; no API has a use for it. */
const MAX_DEPTH = 500

/** Parses JSON text; undefined when it is not JSON, or nested more than 500 levels deep. */
export function parseJson(text: string): Json | undefined {
  if (isDeeperThan(text, MAX_DEPTH)) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
