/** Documents and a scripted upstream for tests of every format: one provider of each, all played by one server. */

import { STAND_INS } from '../../scripts/prove-clients/stand-ins.ts'
import { CREDENTIAL, startUpstream, type Upstream } from '../../scripts/prove-clients/upstream/server.ts'
import type { Documents } from './gateway.ts'

export type { Upstream }
export { startUpstream }

/** The credential that the scripted upstream wants, as the secret that the documents name. */
export const EVERY_SECRET = { UPSTREAM_KEY: CREDENTIAL }

/** Routes `openai/*`, `anthropic/*`, `gemini/*`, `cohere/*`, `ollama/*`…; `openai/text` asks for the scenario `text`. */
export function everyProvider(upstreamUrl: string, extra: Documents = {}): Documents {
  const all = [...STAND_INS, { id: 'deepseek', kind: 'deepseek', options: undefined, formats: undefined }]
  const providers = all.map(
    ({ id, kind, options, formats }) =>
      `  up-${id}: ${JSON.stringify({ kind, base_url: `${upstreamUrl}/${id}`, api_key: `\${secret.UPSTREAM_KEY}`, ...(options && { options }), ...(formats && { formats }) })}\n`,
  )
  const routes = STAND_INS.map(({ id }): [string, string] => [
    `routes/${id}.yml`,
    `route: ${id}/*\ntargets: ["up-${id}/*"]\n`,
  ])
  return {
    'sluice.yml': `bundle: every\norganisation: test\nteams: [default, red]\nproviders:\n${providers.join('')}`,
    'routes/default.yml': 'route: default\ntargets: [edge/intent]\n',
    'policies/standard.yml': 'policy: standard\ndefault: true\ntimeouts: { first_byte: 5s, idle: 5s, total: 60s }\n',
    ...Object.fromEntries(routes),
    ...extra,
  }
}
