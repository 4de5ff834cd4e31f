/** The body of POST /v1/classify, both ways: a request read with care, a reply written from verdicts. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import { isObject, type JsonObject } from '../ground/json.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Classification } from './edge-model.ts'

export interface ClassifyRequest {
  readonly model: string
  readonly inputs: readonly string[]
  /** Labels wanted for each input, the best one included. */
  readonly top: number
}

export const MAX_CLASSIFY_INPUTS = 256
const MAX_TOP = 20
const DEFAULT_TOP = 5
const FIELDS = ['model', 'input', 'top']

/** Reads `{model, input: string | string[], top?}`; the error names the field and what it should be. */
export function decodeClassifyRequest(body: unknown): Result<ClassifyRequest, GatewayError> {
  if (!isObject(body)) return refuse('the body must be a JSON object with "model" and "input"')
  const unknown = Object.keys(body).find((name) => !FIELDS.includes(name))
  if (unknown !== undefined)
    return refuse(`"${unknown}" is not a field of this request; it takes model, input and top`, unknown)
  const { model, input, top = DEFAULT_TOP } = body
  if (typeof model !== 'string' || model === '')
    return refuse('"model" must name a route or an edge model, for example "edge/intent"', 'model')
  if (typeof top !== 'number' || !Number.isInteger(top) || top < 1 || top > MAX_TOP)
    return refuse(`"top" must be a whole number from 1 to ${MAX_TOP}`, 'top')
  const inputs = typeof input === 'string' ? [input] : input
  if (!Array.isArray(inputs) || inputs.length === 0)
    return refuse('"input" must be a string or a list of at least one string', 'input')
  if (inputs.length > MAX_CLASSIFY_INPUTS)
    return refuse(`"input" has ${inputs.length} texts; send at most ${MAX_CLASSIFY_INPUTS} in one request`, 'input')
  const texts: string[] = []
  for (const [index, text] of inputs.entries()) {
    if (typeof text !== 'string') return refuse(`"input[${index}]" must be a string`, `input[${index}]`)
    texts.push(text)
  }
  return ok({ model, inputs: texts, top })
}

/** The reply, one entry an input in their order. `alternatives` are the labels after the best, `top` − 1 of them. */
export function encodeClassifyReply(model: string, verdicts: readonly Classification[], top = DEFAULT_TOP): JsonObject {
  const tokens = verdicts.reduce((sum, verdict) => sum + verdict.inputTokens, 0)
  return {
    object: 'list',
    model,
    data: verdicts.map((verdict, index) => ({
      object: 'classification',
      index,
      label: verdict.label,
      score: verdict.score,
      out_of_scope: verdict.outOfScope,
      alternatives: verdict.ranked.slice(1, top).map(({ label, score }) => ({ label, score })),
    })),
    usage: { input_tokens: tokens, total_tokens: tokens },
  }
}

function refuse(message: string, param?: string): Result<never, GatewayError> {
  return err(gatewayError('invalid-request', message, param === undefined ? {} : { param }))
}
