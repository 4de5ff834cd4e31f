/** Writes docs/capabilities.md from the table of capabilities: node scripts/write-capabilities.ts */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CAPABILITY_TITLES,
  type Capability,
  CHAT_CAPABILITIES,
  DOOR_CAPABILITIES,
} from '../src/providers/capabilities/capability.ts'
import { type Documented, documentedCapabilities } from '../src/providers/capabilities/documented.ts'
import { findCapability } from '../src/providers/capabilities/find-capability.ts'
import { recordedCapabilities } from '../src/providers/capabilities/recorded.ts'
import { providers } from '../src/providers/index.ts'
import type { HttpProvider } from '../src/providers/provider.ts'

const http = providers.filter((provider): provider is HttpProvider => provider.transport === 'http')

/** Where the page lies. */
export const CAPABILITIES_FILE = join(import.meta.dirname, '../docs/capabilities.md')

/** The whole page, as Markdown. */
export function capabilitiesPage(): string {
  return [
    '# What each provider can do',
    '',
    '<!-- Written by scripts/write-capabilities.ts from src/providers/capabilities. Edit those, then run it again. -->',
    '',
    'Sluice compares what a call needs with what its target is known to lack; `translation.missing` in a policy says what then',
    'happens. **yes** and **no** have a source below; **·** means that nobody told us, and such a call is sent as it is.',
    'A cache hint is never a need: without it the answer is the same.',
    '',
    '## Chat',
    '',
    'Of the provider as a whole; what differs between models stands under "By model".',
    '',
    ...table(CHAT_CAPABILITIES),
    '',
    '## Other tasks',
    '',
    '**no** means that Sluice has no door for it, whatever the vendor offers elsewhere.',
    '',
    ...table(DOOR_CAPABILITIES),
    '',
    '## By model',
    '',
    'Later rows are stronger than earlier ones, and all are stronger than recordings.',
    '',
    '| Providers | Models | Yes | No | Source |',
    '| --- | --- | --- | --- | --- |',
    ...documentedCapabilities.map(statementRow),
    '',
    '## By recording',
    '',
    'Paths are below `wire/` of the corpus of recorded traffic.',
    '',
    ...Object.entries(recordedCapabilities).flatMap(([name, found]) => [
      `### ${titleOf(name)}`,
      '',
      ...Object.entries(found).map(
        ([capability, path]) => `- ${CAPABILITY_TITLES[capability as Capability]}: \`${path}\``,
      ),
      '',
    ]),
  ]
    .join('\n')
    .replace(/\n*$/, '\n')
}

function table(capabilities: readonly Capability[]): string[] {
  const shown = http.filter((provider) => capabilities.some((each) => verdict(each, provider) !== 'no'))
  return [
    `| Provider | ${capabilities.map((each) => CAPABILITY_TITLES[each]).join(' | ')} |`,
    `| --- |${' --- |'.repeat(capabilities.length)}`,
    ...shown.map(
      (provider) =>
        `| \`${provider.name}\` | ${capabilities.map((each) => verdict(each, provider).replace('unknown', '·')).join(' | ')} |`,
    ),
  ]
}

function verdict(capability: Capability, provider: HttpProvider): string {
  return findCapability(capability, provider, undefined).verdict
}

function statementRow({ providers: names, models, yes = [], no = [], source }: Documented): string {
  const who = names?.map((name) => `\`${name}\``).join(', ') ?? 'all'
  // A bar would end the cell.
  const which = models ? `\`${models.source.replaceAll('|', '\\|')}\`` : 'all'
  const words = (list: readonly Capability[]): string => list.map((each) => CAPABILITY_TITLES[each]).join(', ')
  return `| ${who} | ${which} | ${words(yes)} | ${words(no)} | <${source}> |`
}

function titleOf(name: string): string {
  return http.find((provider) => provider.name === name)?.title ?? name
}

if (import.meta.main) writeFileSync(CAPABILITIES_FILE, capabilitiesPage())
