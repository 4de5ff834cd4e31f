/** What the intent classifier can say about a text, and how much of it a JSON schema of the app's has room for. */

import { asArray, isObject, type Json, type JsonObject } from '../ground/json.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Classification } from './edge-model.ts'
import { OUT_OF_SCOPE } from './intent-classifier.ts'
import { enumStrings, schemaAccepts } from './schema-accepts.ts'

/** Alternatives listed in an answer. */
const ANSWER_ALTERNATIVES = 4

/** Words by which apps name "none of these" in a list of intents. */
const OUT_OF_SCOPE_WORDS = new Set([OUT_OF_SCOPE, 'outofscope', 'other', 'none', 'unknown', 'fallback'])

/** The object answered when the app sets no schema. `label` overrides the best label. */
export function intentValues(classification: Classification, label = classification.label): JsonObject {
  const others = classification.ranked.filter((entry) => entry.label !== label).slice(0, ANSWER_ALTERNATIVES)
  return {
    intent: label,
    score: rounded(classification.ranked.find((entry) => entry.label === label)?.score ?? classification.outOfScope),
    out_of_scope: rounded(classification.outOfScope),
    alternatives: others.map((entry) => ({ label: entry.label, score: rounded(entry.score) })),
  }
}

/**
 * Fills the properties of a schema that have our names (`intent` or `label`, `score` or `confidence`, `out_of_scope`,
 * `alternatives`) and take our values. A list of allowed intents is obeyed: the best-ranked label inside it, in the
 * list's own spelling. The error lists the required properties that cannot be filled.
 */
export function fillSchema(schema: JsonObject, classification: Classification): Result<JsonObject, string[]> {
  const properties = isObject(schema.properties) ? schema.properties : {}
  const labelName = ['intent', 'label'].find((name) => Object.hasOwn(properties, name))
  const chosen = labelName ? chooseLabel(properties[labelName], schema, classification) : undefined
  const values = intentValues(classification, chosen?.label)
  const offered: JsonObject = { ...values, confidence: values.score }
  for (const name of ['intent', 'label']) offered[name] = name === labelName ? chosen?.spelling : values.intent
  const filled: JsonObject = {}
  for (const [name, property] of Object.entries(properties)) {
    const value = Object.hasOwn(offered, name) ? offered[name] : undefined
    if (value !== undefined && schemaAccepts(property, value, schema)) filled[name] = value
  }
  const missing = asArray(schema.required)
    .map(String)
    .filter((name) => !Object.hasOwn(filled, name))
  return missing.length > 0 ? err(missing) : ok(filled)
}

/** True when the text is out of scope and the schema's list of intents has no word for that. */
export function cannotSayOutOfScope(schema: JsonObject, classification: Classification): boolean {
  if (classification.label !== OUT_OF_SCOPE || !isObject(schema.properties)) return false
  const list = enumStrings(schema.properties.intent ?? schema.properties.label, schema)
  return list !== undefined && !list.some(meansOutOfScope)
}

/** A name without case and separators: `bookFlight`, `book-flight` and `book_flight` are one. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function chooseLabel(
  property: Json | undefined,
  root: JsonObject,
  classification: Classification,
): { label: string; spelling: string } | undefined {
  const allowed = enumStrings(property, root)
  for (const { label } of classification.ranked) {
    const spelling = allowed ? allowed.find((word) => namesLabel(word, label)) : label
    if (spelling !== undefined && schemaAccepts(property, spelling, root)) return { label, spelling }
  }
  return undefined
}

function namesLabel(word: string, label: string): boolean {
  return label === OUT_OF_SCOPE ? meansOutOfScope(word) : plainName(word) === plainName(label)
}

function meansOutOfScope(word: string): boolean {
  return OUT_OF_SCOPE_WORDS.has(plainName(word))
}

function rounded(score: number): number {
  return Math.round(score * 1e4) / 1e4
}
