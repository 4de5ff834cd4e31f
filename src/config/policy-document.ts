/** The schema of `policies/*.yml`: what holds for the calls of a route. */

import * as z from 'zod'
import { cacheDocument } from './cache-document.ts'
import { durationField, nameField, sizeField } from './fields.ts'
import { limitDocument } from './limit-document.ts'

const request = z
  .strictObject({
    max_body: sizeField()
      .optional()
      .describe(
        'Largest request body: a size such as `20 MiB`, or a number of bytes. Larger ones are refused with 413. Default: 20 MiB.',
      ),
    max_json_depth: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('How deep objects and lists in a request may be nested. Default: 128.'),
    max_output_tokens: z
      .int()
      .min(1)
      .max(10_000_000)
      .optional()
      .describe(
        'Longest answer a call may ask for, in tokens; calls that ask for more, or do not say, get this. Default: no limit.',
      ),
  })
  .describe('Limits on what apps send.')

const timeouts = z
  .strictObject({
    connect: durationField()
      .optional()
      .describe(
        'How long a target may take to take up a streamed call: until the head of its answer. Then the next target is tried. Default: as first_byte.',
      ),
    first_byte: durationField()
      .optional()
      .describe(
        'How long a target may take until the first data of its answer, comments not counted; then the next target is tried. Default: 120s.',
      ),
    idle: durationField()
      .optional()
      .describe(
        'How long a stream may bring no data, comments not counted, before it is ended with an error. Default: 120s.',
      ),
    total: durationField().optional().describe('How long a whole call may take. Default: 900s.'),
    keep_alive: durationField()
      .optional()
      .describe(
        'How long the app may hear nothing of a stream that has begun before it gets a comment, where its format has comments. Default: 15s.',
      ),
    early_head: durationField()
      .optional()
      .describe(
        'When no target has sent anything for so long, a stream begins with a comment, where its format has comments: proxies keep it open, and an app that left is noticed. Its status is 200 by then, so a failure follows as an event. Default: never.',
      ),
  })
  .describe('Times such as `500ms`, `30s`, `5m`, `1h`.')

const retries = z
  .strictObject({
    attempts: z
      .int()
      .min(1)
      .max(5)
      .optional()
      .describe(
        'How many requests one call may make; each target may be tried once all the same. 1: nothing is tried twice. Default: 3.',
      ),
    max_wait: durationField()
      .optional()
      .describe(
        'How long a call may wait in all for a target that said when to come back, or between tries. One that asks for longer is not waited for. Default: 5s.',
      ),
    hedge_after: durationField()
      .optional()
      .describe(
        'When the first target has sent nothing for so long, the next is asked as well; the first to answer counts, the other is cut off. Default: never.',
      ),
  })
  .describe('What happens after a failure, before the first byte of an answer.')

const translation = z
  .strictObject({
    lossy: z
      .enum(['warn', 'next', 'refuse'])
      .optional()
      .describe(
        "When a request cannot be carried over to the format of the model without loss: `warn` sends it and names the loss in `x-sluice-warnings`; `next` tries the route's next target and answers 400 when none can take it whole; `refuse` answers 400 at once. Default: warn.",
      ),
    missing: z
      .enum(['warn', 'next', 'refuse'])
      .optional()
      .describe(
        "When a request needs what a target is known to lack (tools, pictures, a JSON schema…): `next` tries the route's next target and answers 400 when none has it; `refuse` answers 400 at once; `warn` sends it all the same and says so in `x-sluice-warnings`. docs/capabilities.md lists what is known. Default: next.",
      ),
  })
  .describe('What happens when a model cannot take a request as it is.')

const dollarsAMillion = z.number().min(0).max(1_000_000)

const budget = z
  .strictObject({
    on_unknown_price: z
      .enum(['refuse', 'assume'])
      .optional()
      .describe(
        'What a hard limit in `usd` does with a model that has no price: `refuse` answers 400 with the code `price_unknown`; `assume` counts it at the prices of `assume`. Default: refuse.',
      ),
    assume: z
      .strictObject({
        input: dollarsAMillion.describe('US dollars a million input tokens.'),
        output: dollarsAMillion.describe('US dollars a million output tokens.'),
      })
      .optional()
      .describe('The prices to assume, such as `{ input: 5, output: 25 }`.'),
  })
  .check(({ value, issues }) => {
    if (value.on_unknown_price === 'assume' && !value.assume)
      issues.push({
        code: 'custom',
        message: 'needs `assume` with the prices to count',
        input: value,
        path: ['on_unknown_price'],
      })
  })
  .describe('How limits in `usd` deal with what is not known.')

export const policyDocument = z
  .strictObject({
    policy: nameField().describe('The name routes list under `policies`.'),
    description: z.string().max(500).optional().describe('What the policy is for.'),
    default: z
      .boolean()
      .optional()
      .describe('`true`: holds for every route, which can only tighten it. Default: false.'),
    request: request.optional(),
    timeouts: timeouts.optional(),
    retries: retries.optional(),
    translation: translation.optional(),
    limits: z
      .array(limitDocument)
      .min(1)
      .max(100)
      .optional()
      .describe(
        'Limits, one a line, such as `{ requests: 60, every: minute, per: key }` or `{ usd: 50, every: day, per: team }`. All limits of all policies hold; docs/limits.md shows every form.',
      ),
    budget: budget.optional(),
    accounting: z
      .enum(['leased', 'strict'])
      .optional()
      .describe(
        '`leased`: calls are admitted on credit that was fetched before. `strict`: what a call may cost is written durably before it is made, at the price of one more question to the account. Neither passes a hard limit. Default: leased.',
      ),
    idempotency: z
      .enum(['on', 'off'])
      .optional()
      .describe(
        'What the header `Idempotency-Key` does. `on`: a call that repeats a key gets the first answer again, which is therefore kept for 24 hours; docs/idempotency.md. `off`: nothing is kept and the header is ignored, which replies say. Default: on.',
      ),
    cache: cacheDocument.optional(),
    max_tokens: z
      .enum(['cap', 'refuse'])
      .optional()
      .describe(
        'When the budget has less left than the longest answer a call may ask for: `cap` asks the model for a shorter one, `refuse` answers 402. Default: cap.',
      ),
  })
  .meta({
    title: 'Sluice policy',
    description: 'One policy. Where several hold for a route, the strictest value of each setting counts.',
  })

export type PolicyDocument = z.output<typeof policyDocument>
