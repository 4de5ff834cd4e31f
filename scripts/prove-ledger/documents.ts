/** The documents of the proof: two upstream formats, with limits held in credit, limits held durably, and no limits. */

import type { Documents } from '../../test/support/gateway.ts'
import { NANO } from './plan.ts'

export const ORGANISATION = 'proof'

/** Names of the limits that are checked, as the account's counters have them. */
export const MONEY_LIMIT = 'budget/usd/'

/** High enough that nothing is refused. */
const LIMITS = `limits:
  - { usd: 1000000, every: year, per: team }
  - { tokens: 1000000M, every: year, per: key }
  - { requests: 1000M, every: year, per: organisation }
  - { concurrent: 100000, per: route }
budget: { on_unknown_price: assume, assume: { input: ${NANO.input / 1000}, output: ${NANO.output / 1000} } }
`

export function proofDocuments(upstreamUrl: string): Documents {
  const documents: Record<string, string> = {
    'sluice.yml': `bundle: ledger-proof
organisation: ${ORGANISATION}
teams: [blue, red]
providers:
  # SGLang speaks only OpenAI's format, so Anthropic clients must be translated.
  open: { kind: sglang, base_url: ${upstreamUrl} }
  claude: { kind: anthropic, base_url: ${upstreamUrl}, api_key: "\${secret.UPSTREAM_KEY}" }
`,
    '.dev.vars': 'UPSTREAM_KEY=synthetic\n',
    'policies/budget.yml': `policy: budget\n${LIMITS}`,
    'policies/strict.yml': 'policy: strict\naccounting: strict\n',
  }
  for (const [accounting, policies] of [
    ['leased', '[budget]'],
    ['strict', '[budget, strict]'],
    ['free', '[]'],
  ]) {
    for (const provider of ['open', 'claude'])
      documents[`routes/${provider}-${accounting}.yml`] =
        `route: ${provider}-${accounting}\naccepts: [chat, messages]\ntargets: [{ model: ${provider}/model }]\npolicies: ${policies}\n`
  }
  return documents
}
