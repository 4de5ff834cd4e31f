/** From a target's `canary` to the plan in the revision. */

import * as z from 'zod'
import { CANARY_MEASURES, type CanaryMeasure, type CanaryPlan, type CanaryRules } from '../ground/canary.ts'
import { canonicalJson } from '../ground/canonical-json.ts'
import { durationField } from './fields.ts'

const PERCENT = /^\d{1,3}(?:\.\d{1,3})?%$/
const FACTOR = /^\d{1,4}(?:\.\d{1,3})?x$/

const share = z.string().regex(PERCENT, 'must be a percentage such as 5%')
const more = (what: string) =>
  z
    .string()
    .regex(PERCENT, 'must be a percentage such as 2%')
    .optional()
    .describe(`How much more often ${what} than beside it.`)
const times = (what: string) =>
  z
    .string()
    .regex(FACTOR, 'must be a factor such as 1.5x')
    .refine((text) => Number.parseFloat(text) >= 0.1, 'must be at least 0.1x')
    .optional()
    .describe(`How many times as ${what} as beside it.`)

/** What a target may say under `canary`. */
export const canaryDocument = z
  .strictObject({
    steps: z
      .array(share)
      .min(1)
      .max(20)
      .optional()
      .describe('Shares of the route’s calls, rising; after the last it takes all. Default: 5%, 25%, 50%.'),
    step_for: durationField().optional().describe('The least time of each step. Default: 1h.'),
    min_calls: z
      .int()
      .min(30)
      .max(1_000_000)
      .optional()
      .describe('Calls on each side below which nothing is concluded. Default: 100.'),
    promote: z
      .enum(['automatic', 'manual'])
      .optional()
      .describe('`manual`: it stays at its last step until an admin promotes it. Default: automatic.'),
    rollback_if: z
      .strictObject({
        error_rate: more('calls may fail'),
        latency: times('long a call may take, typically,'),
        p95_latency: times('long the slowest twentieth may take'),
        cost: times('dear a call may be'),
        guardrail_rate: more('guardrails may stop calls'),
        feedback: z
          .string()
          .regex(PERCENT, 'must be a percentage such as 5%')
          .optional()
          .describe('How much lower feedback may be.'),
      })
      .optional()
      .describe(
        'By how much it may be worse; proven worse it gets no more calls. Default: error_rate 2%, latency 1.5x.',
      ),
  })
  .describe('Gives this target a growing share of the calls while evidence says that it is no worse.')

export type CanaryDocument = z.output<typeof canaryDocument>

const HOUR_MS = 3_600_000
const USUAL_STEPS = ['5%', '25%', '50%']
const USUAL_RULES: CanaryRules = { error_rate: 0.02, latency: 1.5 }
const USUAL_CALLS = 100

/** A text instead of a plan says what is wrong. `target` names it: another target is another canary. */
export function compileCanary(document: CanaryDocument, target: string): CanaryPlan | string {
  const steps = (document.steps ?? USUAL_STEPS).map(shareOf)
  if (steps.some((step) => step <= 0 || step >= 1)) return 'each step must be above 0% and below 100%'
  if (steps.some((step, index) => step <= (steps[index - 1] ?? 0))) return 'the steps must rise'
  const plan = {
    rules: document.rollback_if ? rulesOf(document.rollback_if) : USUAL_RULES,
    minCalls: document.min_calls ?? USUAL_CALLS,
    steps,
    stepMs: document.step_for ?? HOUR_MS,
    promote: document.promote ?? ('automatic' as const),
  }
  if (Object.keys(plan.rules).length === 0) return 'rollback_if must name at least one measure'
  return { id: canonicalJson({ target, ...plan }), ...plan }
}

function rulesOf(written: NonNullable<CanaryDocument['rollback_if']>): CanaryRules {
  const rules: Partial<Record<CanaryMeasure, number>> = {}
  for (const measure of CANARY_MEASURES) {
    const text = written[measure]
    if (text !== undefined) rules[measure] = text.endsWith('%') ? shareOf(text) : Number.parseFloat(text)
  }
  return rules
}

/** `12.5%` is 0.125, without the noise of a division. */
function shareOf(percent: string): number {
  return Math.round(Number.parseFloat(percent) * 1000) / 100_000
}
