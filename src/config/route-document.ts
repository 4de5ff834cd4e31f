/** The schema of `routes/*.yml`: which targets answer for a name that apps send as `model`. */

import * as z from 'zod'
import { nameField } from './fields.ts'
import { ENDPOINT_NAMES } from './revision.ts'

const modelReference = z
  .string()
  .regex(/^[^\s/]+\/[^\s]+$/, 'must be provider/model, such as openai/gpt-5.4 or edge/intent')
  .describe(
    '`provider/model`. In a route that ends in `*`, a `*` in the model stands for what the app sent in its place.',
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
  }),
])

const fallback = z.union([modelReference, z.strictObject({ name: targetName, model: modelReference })])

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
  fallback: z
    .array(fallback)
    .max(20)
    .optional()
    .describe('Tried in this order when the chosen target fails before its first byte.'),
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
