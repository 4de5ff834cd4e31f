/** From `when` of a target to the condition in the revision. */

import * as z from 'zod'
import { compact } from '../ground/compact.ts'
import { nameField } from './fields.ts'
import type { TargetCondition } from './revision.ts'

const tagValue = z.string().min(1).max(128)
const parameterValue = z.union([z.string().max(128), z.number(), z.boolean()])
const oneOrMore = <Value extends z.ZodType>(value: Value) => z.union([value, z.array(value).min(1).max(50)])

/** What a target may say under `when`. */
export const conditionDocument = z
  .strictObject({
    tags: z
      .record(
        z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be a name of letters, digits and . _ -'),
        oneOrMore(tagValue),
      )
      .optional()
      .describe('Tags of the call and the values they must have, such as `{ tier: [gold, silver] }`.'),
    teams: z.array(nameField()).min(1).max(100).optional().describe('Teams whose calls it takes.'),
    parameters: z
      .record(z.string().min(1).max(64), oneOrMore(parameterValue))
      .optional()
      .describe('Top-level fields of the request and the values they must have, such as `{ reasoning_effort: high }`.'),
    stream: z.boolean().optional().describe('`true`: only calls that stream; `false`: only those that do not.'),
    min_input_tokens: z.int().min(0).optional().describe('Only requests of at least so many tokens, by estimate.'),
    max_input_tokens: z.int().min(1).optional().describe('Only requests of at most so many tokens, by estimate.'),
  })
  .describe('The calls this target is for; all that is said must hold. Default: every call.')

/** Undefined when it says nothing. */
export function compileCondition(document: z.output<typeof conditionDocument>): TargetCondition | undefined {
  const condition = compact({
    tags: document.tags && listed(document.tags),
    teams: document.teams,
    parameters: document.parameters && listed(document.parameters),
    stream: document.stream,
    minInputTokens: document.min_input_tokens,
    maxInputTokens: document.max_input_tokens,
  })
  return Object.keys(condition).length === 0 ? undefined : condition
}

function listed<Value>(record: Readonly<Record<string, Value | readonly Value[]>>): Record<string, readonly Value[]> {
  const isList = (value: Value | readonly Value[]): value is readonly Value[] => Array.isArray(value)
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, isList(value) ? value : [value]]))
}
