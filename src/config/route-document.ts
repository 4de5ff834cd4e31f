/** The schema of `routes/*.yml`: which targets answer for a name that apps send as `model`. */

import * as z from 'zod'
import { canaryDocument } from './compile-canary.ts'
import { conditionDocument } from './compile-condition.ts'
import { nameField } from './fields.ts'
import { CHOICES, ENDPOINT_NAMES, FAILURE_CLASSES } from './revision.ts'

const modelReference = z
  .string()
  .regex(
    /^(?:[^\s/]+\/[^\s]+|[^\s/@]+@[^\s/@]+)$/,
    'must be provider/model, such as openai/gpt-5.4 or edge/intent, or model@alias',
  )
  .describe(
    '`provider/model`, or `model@alias` of what stands under `models` in `sluice.yml`. In a route that ends in `*`, a `*` in the model stands for what the app sent in its place.',
  )

const targetName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,127}$/,
    'must be letters, digits and . _ - / : @, beginning with a letter or digit',
  )
  .optional()
  .describe('Short name for headers, ledger and reports. Default: the `provider/model` itself.')

const target = z.union([
  modelReference,
  z.strictObject({
    name: targetName,
    model: modelReference,
    weight: z
      .number()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe("Share of the calls, relative to the other targets' weights. 0 takes the target out. Default: 1."),
    canary: canaryDocument.optional(),
    when: conditionDocument.optional(),
  }),
])

const fallback = z.union([
  modelReference,
  z.strictObject({
    name: targetName,
    model: modelReference,
    when: conditionDocument.optional(),
    on: z
      .array(z.enum(FAILURE_CLASSES))
      .min(1)
      .optional()
      .describe(
        'Only after these failures: `rate_limit`, `overload`, `timeout`, `server_error`, `auth` (a refused credential), `context_length` (the request is too long), `content_filter`. Default: all but the last two.',
      ),
  }),
])

/** What a route may say; also, all optional and without its name, what a target of `sluice.yml` may change in it. */
const routeShape = {
  description: z.string().max(500).optional().describe('What the route is for; shown in lists.'),
  accepts: z
    .array(z.enum(ENDPOINT_NAMES))
    .min(1)
    .optional()
    .describe(
      'What apps may use the route through: the chat formats `chat`, `completions`, `responses` (OpenAI), `messages` (Anthropic), `gemini`, `cohere`, `ollama`; and `embeddings`, `rerank`, `moderations`, `images`, `audio`, `files`, `realtime`, `classify`. Default: everything its targets can do.',
    ),
  targets: z
    .array(target)
    .min(1)
    .max(100)
    .describe('The models that answer. With more than one, each call goes to one of them, chosen by weight.'),
  choose: z
    .enum(CHOICES)
    .optional()
    .describe(
      'Which target is tried first: `weight` by chance, as the weights say; `cheapest` by the price of this call; `fastest` by the time to the first data that this isolate has measured. With the latter two the others follow in that order. Default: weight.',
    ),
  sticky: z
    .string()
    .regex(
      /^(?:user|session|key|prompt|header:[a-z0-9-]{1,64})$/,
      'must be user, session, key, prompt or header:name-in-lower-case',
    )
    .optional()
    .describe(
      'Calls that have this in common get the same target while the weights stay: `user`, `session` (header `x-sluice-session`), `key`, `prompt` (how the conversation begins, so that the provider’s prompt cache is met) or `header:NAME`. Default: each call is chosen for itself.',
    ),
  fallback: z
    .array(fallback)
    .max(20)
    .optional()
    .describe('Tried in this order when the chosen target fails before its first byte.'),
  shadow: z
    .array(
      z.strictObject({
        name: targetName,
        model: modelReference,
        share: z
          .string()
          .regex(/^\d{1,3}(?:\.\d{1,3})?%$/, 'must be a percentage such as 5%')
          .refine(
            (text) => Number.parseFloat(text) > 0 && Number.parseFloat(text) <= 100,
            'must be above 0% and at most 100%',
          )
          .describe('Share of the calls that are made again there.'),
      }),
    )
    .min(1)
    .max(5)
    .optional()
    .describe(
      'Targets at which some chat calls are made again once the app has its answer, to compare them: `sluice report ab`. They delay no call and count against no limit; what they cost is in rows of their own.',
    ),
  policies: z
    .array(nameField())
    .max(50)
    .optional()
    .describe(
      'Names of policies that hold for this route, besides those with `default: true`. The strictest value counts.',
    ),
}

export const routeDocument = z
  .strictObject({
    route: z
      .string()
      .regex(
        /^(?:\*|[A-Za-z0-9][A-Za-z0-9._/:@-]{0,127}\*?)$/,
        'must be letters, digits and . _ - / : @, beginning with a letter or digit; a * may stand only at its end',
      )
      .describe(
        'The name apps send as `model`. It may end in `*`: `openai/*` takes every name that begins with `openai/`.',
      ),
    ...routeShape,
  })
  .meta({
    title: 'Sluice route',
    description: 'One route: a name that apps send as `model`, and the models behind it.',
  })

/** A route as a target of `sluice.yml` changes it. Maps merge; lists and values replace. */
export const routeOverlay = z.strictObject(routeShape).partial()

export type RouteDocument = z.output<typeof routeDocument>
