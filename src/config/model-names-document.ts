/** The schema of `models` in `sluice.yml`: names for models with versions, and aliases that point at one. */

import * as z from 'zod'
import { nameField } from './fields.ts'

const version = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'must be a version such as v1 or 2026-11')

/** By the model's name. */
export const modelNamesDocument = z.record(
  nameField(),
  z.strictObject({
    description: z.string().max(500).optional().describe('What the model is for.'),
    versions: z
      .record(version, z.string().regex(/^[^\s/]+\/[^\s*]+$/, 'must be provider/model, such as openai/gpt-5.4'))
      .describe('What each version is, as `provider/model`.'),
    aliases: z
      .record(nameField(), version)
      .optional()
      .describe(
        'Names such as `champion` for a version: `{ champion: v2 }`. A target names `model@alias` or `model@version`.',
      ),
  }),
)

export type ModelNamesDocument = z.output<typeof modelNamesDocument>
