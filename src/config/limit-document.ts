/** The schema of one line of `limits` in a policy: how much, of what, per whom, in which window. */

import * as z from 'zod'
import { CALENDAR_UNITS, isTimeZone } from '../ground/calendar-window.ts'
import { nameField } from './fields.ts'
import { LIMIT_MEASURES } from './limit-settings.ts'
import { COUNT_PATTERN, countOf } from './units.ts'

/** Nano-dollars of this and all counts stay exact in a double and in SQLite. */
const MAX_USD = 9_000_000
const MAX_COUNT = 1e15
const MIN_SPAN_MS = 1000
const MAX_SPAN_MS = 400 * 86_400_000

const SPAN_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const PER_WORDS = ['key', 'user', 'team', 'organisation', 'route', 'model'] as const

function count(what: string): z.ZodOptional<z.ZodType<number, string | number>> {
  const message = 'must be a whole number such as 60, 100k or 1.5M'
  return z
    .union([z.string().regex(COUNT_PATTERN, message), z.number()], { error: message })
    .transform((value, context) => {
      const amount = typeof value === 'number' ? value : (countOf(value) ?? 0)
      if (Number.isInteger(amount) && amount >= 1 && amount <= MAX_COUNT) return amount
      context.issues.push({ code: 'custom', message: 'must be a whole number from 1 to 1000000G', input: value })
      return z.NEVER
    })
    .optional()
    .describe(what)
}

function usd(): z.ZodType<number, number> {
  return z.number({ error: 'must be an amount in US dollars such as 50 or 0.25' }).transform((dollars, context) => {
    const nano = Math.round(dollars * 1e9)
    if (nano >= 1 && dollars <= MAX_USD) return nano
    context.issues.push({ code: 'custom', message: `must be above 0 and at most ${MAX_USD} dollars`, input: dollars })
    return z.NEVER
  })
}

const MOMENT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/
const MOMENT_WORDS = 'must be a date such as 2026-12-31 or a time such as 2026-12-31T18:00Z'

function moment(): z.ZodString {
  return z
    .string()
    .regex(MOMENT, MOMENT_WORDS)
    .refine((text) => Number.isFinite(Date.parse(text)), MOMENT_WORDS)
}

const span = z
  .string({ error: 'must be a length of time such as 30s, 24h or 7d' })
  .regex(/^\d{1,6}(?:\.\d{1,3})?[smhd]$/, 'must be a length of time such as 30s, 24h or 7d')
  .transform((text, context) => {
    const ms = Math.round(Number(text.slice(0, -1)) * SPAN_MS[text.slice(-1) as keyof typeof SPAN_MS]) // the pattern allows only these
    if (ms >= MIN_SPAN_MS && ms <= MAX_SPAN_MS) return ms
    context.issues.push({ code: 'custom', message: 'must be from 1s to 400d', input: text })
    return z.NEVER
  })

export const limitDocument = z
  .strictObject({
    requests: count('Calls: a number such as `60` or `10k`.'),
    input_tokens: count('Tokens sent to models, cached ones included, such as `1M`.'),
    output_tokens: count('Tokens that models wrote, reasoning included.'),
    tokens: count('Tokens in both directions.'),
    usd: usd().optional().describe('US dollars at the prices of the price book, such as `50` or `0.25`.'),
    concurrent: count('Calls under way at the same moment.'),
    every: z
      .enum(CALENDAR_UNITS)
      .optional()
      .describe('The window: `second`, `minute`, `hour`, `day`, `week` (from Monday), `month`, `quarter` or `year`.'),
    sliding: span.optional().describe('Instead of `every`: any span of this length counts, such as `24h` or `7d`.'),
    per: z
      .string()
      .regex(
        /^(?:key|user|team|organisation|route|model|tag\([A-Za-z0-9][A-Za-z0-9._-]{0,63}\))$/,
        `must be one of ${PER_WORDS.join(', ')} or tag(NAME)`,
      )
      .describe(
        'Who shares the amount: each `key`, `user` (as the app names them), `team`, the whole `organisation`, each `route`, `model` or value of `tag(NAME)`.',
      ),
    zone: z
      .string()
      .refine(isTimeZone, 'must be a time zone such as Europe/Berlin or UTC')
      .optional()
      .describe('Time zone in which days, weeks, months, quarters and years begin. Default: UTC.'),
    fiscal_start: z
      .string()
      .regex(/^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'must be a month and a day such as 04-01')
      .optional()
      .describe(
        'First day of the fiscal year as month and day, such as `04-01`; for months its day counts. Default: 01-01.',
      ),
    soft: z
      .boolean()
      .optional()
      .describe('`true`: calls pass all the same and carry a warning. Default: false, they are refused.'),
    shadow: z.boolean().optional().describe('`true`: only counts, to see what the limit would do. Default: false.'),
    alert: z
      .array(z.string().regex(/^(?:[1-9]\d?|100)%$/, 'must be a share such as 80%'))
      .min(1)
      .max(10)
      .optional()
      .describe(
        'Shares of the amount that are worth an alert, such as `[80%, 95%]`; so is then its end. Limits in `usd` always tell of their end. docs/alerts.md says who is told.',
      ),
    until: moment()
      .optional()
      .describe('The limit holds until then; a date means its end in `zone`. Default: for good.'),
    override: z
      .strictObject({
        requests: count('Calls while the override holds.'),
        input_tokens: count('Input tokens while the override holds.'),
        output_tokens: count('Output tokens while the override holds.'),
        tokens: count('Tokens while the override holds.'),
        usd: usd().optional().describe('US dollars while the override holds.'),
        concurrent: count('Calls at the same moment while the override holds.'),
        until: moment().describe('The override holds until then; a date means its end in `zone`.'),
      })
      .optional()
      .describe('Another amount for a while, such as `{ usd: 80, until: 2026-12-31 }`.'),
    name: nameField().optional().describe('A name for messages and counters. Default: made of what the limit says.'),
  })
  .check((context) => {
    // A misspelt key is fault enough: what seems missing then is there.
    if (context.issues.length > 0) return
    for (const { message, key } of limitFaults(context.value))
      context.issues.push({ code: 'custom', message, input: context.value, path: key === undefined ? [] : [key] })
  })

export type LimitDocument = z.output<typeof limitDocument>

interface Fault {
  readonly message: string
  readonly key?: string
}

/** What each key allows, but their combination does not. */
function limitFaults(limit: LimitDocument): Fault[] {
  const said = LIMIT_MEASURES.filter((measure) => limit[measure] !== undefined)
  const [measure] = said
  if (measure === undefined || said.length > 1)
    return [{ message: `must have exactly one of ${LIMIT_MEASURES.join(', ')}` }]
  const faults: Fault[] = []
  const windows = [limit.every, limit.sliding].filter((window) => window !== undefined)
  if (measure === 'concurrent' && windows.length > 0)
    faults.push({
      key: limit.every ? 'every' : 'sliding',
      message: 'cannot stand with concurrent, which counts this moment',
    })
  if (measure === 'concurrent' && limit.alert)
    faults.push({ key: 'alert', message: 'cannot stand with concurrent, which is never used up' })
  if (measure !== 'concurrent' && windows.length !== 1)
    faults.push({ message: 'must have a window: either every or sliding' })
  if (limit.zone !== undefined && !limit.every) faults.push({ key: 'zone', message: 'has no effect without every' })
  if (limit.fiscal_start !== undefined && !FISCAL.has(limit.every ?? ''))
    faults.push({ key: 'fiscal_start', message: 'goes with every: month, quarter or year only' })
  if (limit.soft && limit.shadow) faults.push({ key: 'shadow', message: 'cannot stand with soft: it only counts' })
  const changed = LIMIT_MEASURES.filter((each) => limit.override?.[each] !== undefined)
  if (limit.override && (changed.length !== 1 || changed[0] !== measure))
    faults.push({ key: 'override', message: `must have ${measure} and until` })
  return faults
}

const FISCAL: ReadonlySet<string> = new Set(['month', 'quarter', 'year'])
