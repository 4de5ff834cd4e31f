/** The schema of `sluice.yml`: the bundle's name, providers, teams, variables and targets. */

import * as z from 'zod'
import { alertDocument } from './alert-document.ts'
import { durationField, nameField } from './fields.ts'
import { modelNamesDocument } from './model-names-document.ts'
import { pricesDocument } from './price-document.ts'
import { reference } from './reference.ts'
import { routeOverlay } from './route-document.ts'

/** The deployments a bundle may describe. */
export const TARGET_NAMES = ['dev', 'staging', 'prod'] as const

const variableName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a name of lower-case letters, digits and _, such as ollama_url')
const variableValue = z.union([z.string(), z.number(), z.boolean()], {
  error: 'must be text, a number, or true or false',
})

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be a header name of letters, digits and -')
const headerValue = z.string().regex(/^[\x20-\x7e]{1,1000}$/, 'must be visible ASCII text on one line')

const optionName = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'must be a name such as region')
const optionValue = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'must be letters, digits, ".", "_" and "-"; it becomes part of an address',
  )

const provider = z.strictObject({
  kind: nameField()
    .optional()
    .describe('The known provider this one follows, such as `vllm` or `openai`. Default: its own name here.'),
  base_url: z
    .string()
    .optional()
    .describe(
      'Address of the API, such as `http://127.0.0.1:11434/v1`. Servers you run yourself need one; http:// is for those only.',
    ),
  api_key: z
    .string()
    .regex(/^\$\{secret\.[A-Za-z_][A-Za-z0-9_]*\}$/, `must be a reference such as ${reference('secret', 'MY_API_KEY')}`)
    .optional()
    .describe(
      `Reference to the secret that holds the credential: \`${reference('secret', 'NAME')}\`. Default: the usual name for the provider.`,
    ),
  api_keys: z
    .array(
      z
        .string()
        .regex(
          /^\$\{secret\.[A-Za-z_][A-Za-z0-9_]*\}$/,
          `must be a reference such as ${reference('secret', 'MY_API_KEY')}`,
        ),
    )
    .min(1)
    .max(20)
    .optional()
    .describe(
      'Several credentials instead of `api_key`: calls take them in turn, and one that is refused or out of quota rests while the others go on.',
    ),
  max_concurrent: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Requests that one isolate may have open there at once; more go to the next target. Default: no limit.'),
  health: z
    .string()
    .regex(/^\/[A-Za-z0-9._~/-]{0,199}$/, 'must be a path such as /health')
    .optional()
    .describe(
      'For servers of your own: path beside `base_url` that answers 2xx when the server is ready. It is asked before a server that failed gets calls again.',
    ),
  cold_start: durationField()
    .optional()
    .describe(
      'For servers of your own that start on demand: how long a call with no other target waits for `health`. Default: not at all.',
    ),
  gpu: z
    .strictObject({
      dollars_per_hour: z.number().positive().max(100_000).describe('What the server costs in US dollars an hour.'),
      input_tokens_per_second: z
        .number()
        .positive()
        .max(1e9)
        .describe('Prompt tokens it reads a second when it does nothing else.'),
      output_tokens_per_second: z
        .number()
        .positive()
        .max(1e9)
        .describe('Tokens it writes a second, all calls together, at its usual load.'),
    })
    .optional()
    .describe(
      'For servers of your own: what an hour costs and what it brings, from which calls are priced. A price under `prices` for the same model goes before it.',
    ),
  headers: z
    .record(headerName, headerValue)
    .optional()
    .describe('Headers sent with every request to this provider. Not for credentials: use `api_key`.'),
  formats: z
    .array(z.string())
    .min(1)
    .max(20)
    .optional()
    .describe(
      'The chat formats to ask it in, best first, such as `openai-responses`: for servers that speak fewer than others of their kind. Default: all that docs/capabilities.md lists for the kind.',
    ),
  options: z
    .record(optionName, optionValue)
    .optional()
    .describe(
      'Parts of the address that only you know, such as `region`, `project` or `resource`; docs/providers.md lists them.',
    ),
})

const providers = z.record(nameField(), provider)
const alerts = z.record(nameField(), alertDocument)

const target = z.strictObject({
  default: z.boolean().optional().describe('`true`: the target used when none is named with `-t`.'),
  mode: z
    .enum(['development', 'production'])
    .optional()
    .describe(
      '`production` refuses to start while a secret that routes need is missing. Default: production for prod, else development.',
    ),
  variables: z.record(variableName, variableValue).optional().describe('Values of variables for this target.'),
  providers: providers.optional().describe('Changes to providers for this target; merged key by key.'),
  alerts: z
    .record(nameField(), alertDocument.partial())
    .optional()
    .describe('Changes to destinations of alerts for this target; merged key by key.'),
  routes: z
    .record(z.string(), routeOverlay)
    .optional()
    .describe('Changes to routes for this target, by route name. Maps are merged key by key; lists are replaced.'),
})

export const bundleDocument = z
  .strictObject({
    bundle: nameField().describe(`Name of the bundle; \`${reference('bundle', 'name')}\` elsewhere.`),
    organisation: nameField()
      .optional()
      .describe('The organisation that teams and their ledgers belong to. Default: default.'),
    teams: z
      .array(nameField())
      .min(1)
      .max(1000)
      .optional()
      .describe('Teams that keys may belong to; each has its own ledger. Default: one team, `default`.'),
    variables: z
      .record(
        variableName,
        z.strictObject({
          default: variableValue.optional().describe('Value where a target gives none.'),
          description: z.string().optional().describe('What the variable is for.'),
        }),
      )
      .optional()
      .describe(`Values that differ between targets; \`${reference('var', 'name')}\` in any document.`),
    providers: providers
      .optional()
      .describe(
        'Providers that need more than their name: your own servers, other secrets, extra headers. Others work as they are.',
      ),
    alerts: alerts
      .optional()
      .describe(
        'Destinations of alerts by name: signed webhooks about limits that near their end, unknown prices and calls without a report; docs/alerts.md shows them.',
      ),
    models: modelNamesDocument
      .optional()
      .describe('Names with versions and aliases, so that a route can say `support-bot@champion`.'),
    price_book: z
      .string()
      .regex(/^prices\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.json$/, 'must be a file in prices/, such as prices/book.json')
      .optional()
      .describe(
        'A price book of your own, such as `prices/book.json`. Providers it does not name keep the built-in prices; docs/prices.md tells its form.',
      ),
    prices: pricesDocument.optional(),
    targets: z
      .strictObject({
        dev: target.optional().describe('For one developer.'),
        staging: target.optional().describe('For trying a release.'),
        prod: target.optional().describe('What customers use.'),
      })
      .optional()
      .describe('Where the bundle is deployed. Default: dev alone.'),
  })
  .meta({
    title: 'Sluice bundle',
    description: 'The root of a Sluice bundle; routes and policies stand in their own folders.',
  })

export type BundleDocument = z.output<typeof bundleDocument>
export type ProviderDocument = z.output<typeof provider>
