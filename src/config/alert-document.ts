/** The schema of one entry of `alerts` in `sluice.yml`: whom to tell, and of what. */

import * as z from 'zod'
import { ALERT_SUBJECTS } from '../ground/alert.ts'
import { nameField } from './fields.ts'
import { reference } from './reference.ts'

const secretReference = z
  .string()
  .regex(/^\$\{secret\.[A-Za-z_][A-Za-z0-9_]*\}$/, `must be a reference such as ${reference('secret', 'ALERT_SECRET')}`)

export const alertDocument = z.strictObject({
  url: z
    .string()
    .max(2000)
    .describe(
      'Where alerts are sent as signed POST requests, such as `https://alerts.example.com/sluice`; `http://` for localhost in development only.',
    ),
  secret: secretReference.describe(
    `Reference to the secret that signs: \`${reference('secret', 'NAME')}\`. Its value is \`whsec_\` and the base64 of 24 to 64 random bytes.`,
  ),
  previous_secret: secretReference
    .optional()
    .describe('While a secret is being replaced: the old one, which signs too. Default: none.'),
  events: z
    .array(z.enum(ALERT_SUBJECTS))
    .min(1)
    .optional()
    .describe(
      'What to tell: `limit.threshold`, `limit.exhausted`, `price.unknown`, `usage.unreported`. Default: all of them.',
    ),
  teams: z
    .array(nameField())
    .min(1)
    .max(1000)
    .optional()
    .describe('Whose alerts to send. Default: those of all teams, and of limits that all teams share.'),
})

export type AlertDocument = z.output<typeof alertDocument>
