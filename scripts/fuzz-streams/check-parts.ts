/** Whether what a decoder made is what its types promise, whatever it was fed. */

import type { FinishReason, Part } from '../../src/ground/chat-reply.ts'
import { ERROR_STATUS } from '../../src/ground/error.ts'
import { USAGE_UNITS, type Usage } from '../../src/ground/usage.ts'
import type { Tapped } from '../../src/wires/wire.ts'

const FINISHES: Readonly<Record<FinishReason, true>> = {
  stop: true,
  length: true,
  'tool-calls': true,
  'stop-sequence': true,
  'content-filter': true,
  refusal: true,
  pause: true,
  error: true,
  unknown: true,
}

/** Types of the fields that parts have beside `type`. */
const FIELD_TYPES: Readonly<Record<string, 'string' | 'number' | 'object'>> = {
  choice: 'number',
  index: 'number',
  id: 'string',
  model: 'string',
  name: 'string',
  text: 'string',
  data: 'string',
  arguments: 'string',
  signature: 'string',
  rawFinish: 'string',
  stopSequence: 'string',
  wire: 'string',
  createdSeconds: 'number',
  usage: 'object',
  citation: 'object',
  extras: 'object',
  raw: 'object',
  value: 'object',
  error: 'object',
  logprobs: 'object',
}

/** What is wrong with a part; undefined if nothing is. */
export function problemOfPart(part: Part): string | undefined {
  for (const [field, value] of Object.entries(part)) {
    const type = FIELD_TYPES[field]
    if (type !== undefined && (typeof value !== type || value === null)) return `${part.type}.${field} is no ${type}`
    if (typeof value === 'number' && !Number.isFinite(value)) return `${part.type}.${field} is not finite`
  }
  if ('finish' in part && !isFinish(part.finish)) return `finish is no word of the hub but a ${typeof part.finish}`
  if ('usage' in part && part.usage) return problemOfUsage(part.usage)
  if (part.type === 'reply-error' && !Object.hasOwn(ERROR_STATUS, part.error.kind)) return 'the error has no known kind'
  if (part.type === 'reply-error' && typeof part.error.message !== 'string') return 'the error has no message'
  return undefined
}

/** The parts of a whole stream: each as it should be, and one end, which is good or bad but not both. */
export function problemOfStream(parts: readonly Part[]): string | undefined {
  for (const part of parts) {
    const problem = problemOfPart(part)
    if (problem) return problem
  }
  const ends = parts.filter(({ type }) => type === 'reply-end').length
  const errors = parts.filter(({ type }) => type === 'reply-error').length
  if (ends + errors !== 1) return `the stream has ${ends} ends and ${errors} errors`
  return undefined
}

export function problemOfTapped({ usage, finish, error, complete, billedNano }: Tapped): string | undefined {
  if (usage) return problemOfUsage(usage)
  if (finish !== undefined && !isFinish(finish)) return `finish is no word of the hub but a ${typeof finish}`
  if (error && complete) return 'an error is complete'
  if (billedNano !== undefined && billedNano < 0n) return 'the stated cost is negative'
  return undefined
}

function isFinish(finish: unknown): boolean {
  return typeof finish === 'string' && Object.hasOwn(FINISHES, finish)
}

function problemOfUsage(usage: Usage): string | undefined {
  for (const [unit, value] of Object.entries(usage)) {
    if (!USAGE_UNITS.some((known) => known === unit)) return `usage has a unit ${unit}`
    if (!Number.isInteger(value) || value < 0) return `usage.${unit} is ${value}`
  }
  return undefined
}
