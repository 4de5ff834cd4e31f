/** Requests that are forms with a file: what their fields say as an object, and the same form for another model. */

import type { Json, JsonObject } from '../ground/json.ts'

/**
 * Text fields as they are; a file as `{name, type, size}`, without its bytes. A field sent more than once is a list, and
 * so is one whose name ends in `[]`.
 */
export function formAsObject(form: FormData): JsonObject {
  const lists = new Map<string, Json[]>()
  for (const [name, value] of form.entries()) lists.set(name, [...(lists.get(name) ?? []), describe(value)])
  const fields: JsonObject = {}
  for (const [name, [first, ...others]] of lists) {
    if (first === undefined) continue
    const value = others.length > 0 || name.endsWith('[]') ? [first, ...others] : first
    // A field may be called `__proto__`, which plain assignment would not store.
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return fields
}

/** A form with the same fields and files in the same order, and `model` in the place of the client's. */
export function withModel(form: FormData, model: string): FormData {
  const copy = new FormData()
  let named = false
  for (const [name, value] of form.entries()) {
    if (name === 'model') {
      if (!named) copy.append('model', model)
      named = true
    } else if (typeof value === 'string') copy.append(name, value)
    else copy.append(name, value, value.name)
  }
  if (!named) copy.append('model', model)
  return copy
}

function describe(value: string | File): Json {
  return typeof value === 'string' ? value : { name: value.name, type: value.type, size: value.size }
}
