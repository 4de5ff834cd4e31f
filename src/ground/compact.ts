/** Leaves out fields that have no value. */

/** The same object without its undefined fields; it is changed in place. */
export function compact<T extends object>(value: T): T {
  for (const key of Object.keys(value)) {
    if (Reflect.get(value, key) === undefined) Reflect.deleteProperty(value, key)
  }
  return value
}
