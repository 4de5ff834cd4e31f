/** The documents that journey tests start from: an edge route and routes to a scripted upstream in both wires. */

import type { Documents } from './gateway.ts'

/** Routes `open/*` (openai-chat) and `claude/*` (anthropic-messages) lead to `upstreamUrl`; `default` is embedded. */
export function testDocuments(upstreamUrl: string, extra: Documents = {}): Documents {
  return {
    'sluice.yml': `
bundle: journey
organisation: test
teams: [default, red, blue]
providers:
  open: { kind: vllm, base_url: ${upstreamUrl}, api_key: "\${secret.OPEN_KEY}" }
  claude: { kind: anthropic, base_url: ${upstreamUrl}, api_key: "\${secret.CLAUDE_KEY}" }
`,
    'routes/default.yml': 'route: default\naccepts: [chat, messages, classify]\ntargets: [{ model: edge/intent }]\n',
    'routes/open.yml': 'route: open/*\naccepts: [chat, messages]\ntargets: [{ model: open/* }]\n',
    'routes/claude.yml': 'route: claude/*\naccepts: [chat, messages]\ntargets: [{ model: claude/* }]\n',
    'policies/standard.yml': 'policy: standard\ndefault: true\ntimeouts: { first_byte: 2s, idle: 2s, total: 60s }\n',
    ...extra,
  }
}

/** Upstream credentials the tests look for: they must reach the upstream and nothing else. */
export const TEST_SECRETS = { OPEN_KEY: 'upstream-open-credential', CLAUDE_KEY: 'upstream-claude-credential' }
