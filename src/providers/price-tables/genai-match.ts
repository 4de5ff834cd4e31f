/** The rules by which genai-prices finds the model an id belongs to. */

import { asArray, asObject, asString, type JsonObject } from '../../ground/json.ts'

/** Whether the rule says that the id is one of its model's. */
export function matches(rule: JsonObject | undefined, id: string): boolean {
  if (!rule) return false
  const [start, end, inside, pattern] = [rule.starts_with, rule.ends_with, rule.contains, rule.regex].map(asString)
  const all = asArray(rule.and)
  return (
    rule.equals === id ||
    (start !== undefined && id.startsWith(start)) ||
    (end !== undefined && id.endsWith(end)) ||
    (inside !== undefined && id.includes(inside)) ||
    (pattern !== undefined && new RegExp(pattern).test(id)) ||
    asArray(rule.or).some((each) => matches(asObject(each), id)) ||
    (all.length > 0 && all.every((each) => matches(asObject(each), id)))
  )
}

/** The ids the rule names in full. */
export function exactIds(rule: JsonObject | undefined): string[] {
  const own = asString(rule?.equals)
  return [...(own === undefined ? [] : [own]), ...asArray(rule?.or).flatMap((each) => exactIds(asObject(each)))]
}
