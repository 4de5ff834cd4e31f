/** Writes docs/providers.md from the provider table: node scripts/write-providers.ts */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { providers } from '../src/providers/index.ts'
import type { AuthStyle, HttpProvider } from '../src/providers/provider.ts'

const http = providers.filter((provider): provider is HttpProvider => provider.transport === 'http')

/** Where the page lies. */
export const PROVIDERS_FILE = join(import.meta.dirname, '../docs/providers.md')

const SECRETS: Readonly<Record<AuthStyle, string>> = {
  bearer: 'the API key',
  'x-api-key': 'the API key',
  'api-key': 'the API key',
  'x-goog-api-key': 'the API key',
  aws: '`ACCESS_KEY_ID:SECRET`, `ACCESS_KEY_ID:SECRET:SESSION_TOKEN` or a Bedrock API key',
  google: "a service account's key (the whole JSON file), or an access token",
  none: 'none; a key that is set is sent as bearer',
}

/** The whole page, as Markdown. */
export function providersPage(): string {
  return [
    '# Providers',
    '',
    '<!-- Written by scripts/write-providers.ts from src/providers. Edit those, then run it again. -->',
    '',
    'A model is written `provider/model`. What a provider must be told stands in `sluice.yml`:',
    '',
    '```yaml',
    'providers:',
    '  azure:',
    '    options: {resource: my-resource}',
    '  my-gpu:',
    '    kind: vllm',
    '    base_url: http://10.0.0.7:8000',
    '```',
    '',
    'Options without a default must be given, unless `base_url` names a whole address in which they do not occur. An address may',
    "be written with or without the API's version (`/v1`). What models can do is in [capabilities.md](capabilities.md).",
    '',
    ...http.flatMap(section),
  ]
    .join('\n')
    .replace(/\n*$/, '\n')
}

function section(provider: HttpProvider): string[] {
  const { options = {}, tasks = [], filesPath, realtimePath, responsesPath } = provider
  const secret =
    provider.secretName === undefined ? SECRETS.none : `\`${provider.secretName}\`: ${SECRETS[provider.auth]}`
  const optionLines = Object.entries(options).map(([name, { example, default: usual }]) =>
    usual === undefined ? `- Option \`${name}\`, such as \`${example}\`` : `- Option \`${name}\`, usually \`${usual}\``,
  )
  const kept = [filesPath && 'files', responsesPath && 'stored responses', realtimePath && 'realtime'].filter(Boolean)
  const formats = [...new Set([...provider.chat, ...tasks].map((door) => `\`${door.wire}\``)), ...kept]
  return [
    `## ${provider.title}`,
    '',
    `- Name: \`${provider.name}\``,
    `- Address: \`${provider.baseUrl ?? `base_url, for example ${provider.baseUrlExample}`}\``,
    ...optionLines,
    `- Secret: ${provider.auth === 'none' ? SECRETS.none : secret}`,
    `- Speaks: ${formats.join(', ')}`,
    `- Source: ${provider.source.replace(/https:\S+/g, '<$&>')}`,
    '',
  ]
}

if (import.meta.main) writeFileSync(PROVIDERS_FILE, providersPage())
