/** The schema of `cache` in policies: whether a route's answers are kept, for whom and for how long. */

import * as z from 'zod'
import { durationField } from './fields.ts'

/** Whom a kept answer is for, the fewest first: each holds all before it. */
export const CACHE_SCOPES = ['user', 'key', 'team', 'route'] as const
export type CacheScope = (typeof CACHE_SCOPES)[number]

const semantic = z.strictObject({
  threshold: z
    .number()
    .min(0.5)
    .max(1)
    .describe(
      'How alike two questions must be, from 0.5 to 1, so that one gets the other’s answer. 0.95 asks for nearly the same words; docs/cache.md shows what that finds.',
    ),
})

/** `off`, or what is kept. */
export const cacheDocument = z
  .union([
    z.literal('off'),
    z.strictObject({
      ttl: durationField().optional().describe('How long an answer is kept, at most 24h. Default: 1h.'),
      scope: z
        .enum(CACHE_SCOPES)
        .optional()
        .describe(
          'Who gets a kept answer: `user` the same end user of the same key, `key` the same key, `team` the same team, `route` everybody who may use the route, whatever team. Default: team.',
        ),
      semantic: z
        .union([z.literal('off'), semantic])
        .optional()
        .describe(
          'Whether an answer is also given to a question in other words; names, numbers and negations must be the same. Default: off.',
        ),
    }),
  ])
  .describe(
    'Answers are kept and given again, at no cost, to calls that ask exactly the same: `{ ttl: 1h, scope: team }`; docs/cache.md. `off`: never, whatever other policies say. Default: nothing is kept.',
  )

export type CacheDocument = z.output<typeof cacheDocument>
