/** The schema of `policies/*.yml`: what holds for the calls of a route. */

import * as z from 'zod'
import { durationField, nameField, sizeField } from './fields.ts'

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
    first_byte: durationField()
      .optional()
      .describe('How long a target may take until its first byte; then the next target is tried. Default: 120s.'),
    idle: durationField()
      .optional()
      .describe('How long a stream may stay silent before it is ended with an error. Default: 120s.'),
    total: durationField().optional().describe('How long a whole call may take. Default: 900s.'),
  })
  .describe('Times such as `500ms`, `30s`, `5m`, `1h`.')

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
    translation: translation.optional(),
  })
  .meta({
    title: 'Sluice policy',
    description: 'One policy. Where several hold for a route, the strictest value of each setting counts.',
  })

export type PolicyDocument = z.output<typeof policyDocument>
