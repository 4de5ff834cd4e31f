/** JSON Schemas of the documents, for editors; also how the compiler knows which keys a place may have. */

import * as z from 'zod'
import { asArray, asObject, isObject, type Json, type JsonObject } from '../ground/json.ts'
import { bundleDocument } from './bundle-document.ts'
import type { Path } from './located.ts'
import { policyDocument } from './policy-document.ts'
import { routeDocument } from './route-document.ts'

/** File name to schema. The same files are kept in `schemas/`, where the documents' first lines point. */
export const jsonSchemas: Readonly<Record<'sluice' | 'route' | 'policy', JsonObject>> = {
  sluice: toJsonSchema(bundleDocument),
  route: toJsonSchema(routeDocument),
  policy: toJsonSchema(policyDocument),
}

/** The keys a map at this path may have; none when any key is allowed there or the path leads nowhere. */
export function knownKeysAt(schema: JsonObject, path: Path): string[] {
  let reached = [schema]
  for (const step of path) {
    reached = reached
      .flatMap((node) => alternatives(node))
      .flatMap((node) => {
        const found = asObject(insideOf(node, step))
        return found ? [found] : []
      })
  }
  return reached.flatMap((node) => alternatives(node)).flatMap((node) => Object.keys(asObject(node.properties) ?? {}))
}

function insideOf(node: JsonObject, step: string | number): Json | undefined {
  if (typeof step === 'number') return node.items
  const properties = asObject(node.properties)
  return properties && Object.hasOwn(properties, step) ? properties[step] : node.additionalProperties
}

function alternatives(node: JsonObject): JsonObject[] {
  const branches = asArray(node.anyOf).filter((branch) => isObject(branch))
  return branches.length ? branches.flatMap((branch) => alternatives(branch)) : [node]
}

function toJsonSchema(schema: z.ZodType): JsonObject {
  const made = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema, path }) => {
      if (path.at(-1) === 'propertyNames') return
      allowReference(jsonSchema as JsonObject) // zod types its output more narrowly than it is: plain JSON
    },
  })
  return JSON.parse(JSON.stringify(made)) as JsonObject // what was just written as JSON is JSON
}

/** `${var.name}` may stand for any value; a value that is checked against a pattern or type must let it pass. */
function allowReference(schema: JsonObject): void {
  const { type, pattern, enum: values } = schema
  const checked =
    (type === 'string' && (pattern || values)) || type === 'number' || type === 'integer' || type === 'boolean'
  if (!checked) return
  const { description, ...own } = schema
  for (const key of Object.keys(schema)) delete schema[key]
  schema.anyOf = [own, { type: 'string', pattern: '\\$\\{(?:var|bundle)\\.' }]
  if (description !== undefined) schema.description = description
}
