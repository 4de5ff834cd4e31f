/** Writes the measured cells as `docs/conformance.md`. */

import type { ChatWire } from '../../src/wires/wire.ts'
import { type Cell, replyCell, requestCell } from './cell.ts'
import { REPLY_FEATURES } from './reply-features.ts'
import { REQUEST_FEATURES } from './request-features.ts'

export interface MeasuredCell {
  readonly client: string
  readonly provider: string
  readonly feature: string
  readonly cell: Cell
}

/** Every feature between every client's format and every provider's. */
export function measure(clients: readonly ChatWire[], providers: readonly ChatWire[]): MeasuredCell[] {
  return clients.flatMap((client) =>
    providers.flatMap((provider) => {
      const pair = { client: client.name, provider: provider.name }
      return [
        ...REQUEST_FEATURES.map((feature) => ({
          ...pair,
          feature: feature.name,
          cell: requestCell(feature, client, provider),
        })),
        ...REPLY_FEATURES.map((feature) => ({
          ...pair,
          feature: replyName(feature.name),
          cell: replyCell(feature, client, provider),
        })),
      ]
    }),
  )
}

function replyName(name: string): string {
  return `reply: ${name}`
}

const SIGNS: Readonly<Record<Cell['kind'], string>> = {
  carried: '✓',
  coarser: '○',
  changed: '~',
  lost: '✗',
  silent: '!!',
  unsayable: '·',
}

const HEAD = `# Conformance: what survives between any two formats

Written by \`npm run conformance\` from the same code that answers calls; a test fails when this file is not current or when
anything is lost without a word. Rows are features, columns the formats of providers. The same format on both sides is not
translated at all: bytes pass through, so it is not listed.

- ✓ arrives as it was, whole and streamed.
- ~ arrives changed, and ✗ does not arrive; the reply's \`x-sluice-warnings\` says so (the words below each table), and
  \`translation.lossy\` in a policy can refuse such calls or send them to the next target.
- ○ is a count, a name or a shade of an ending that the app's format has no word for; the ledger row has it.
- · cannot be said: by the app's format in a request, by the provider's in a reply.
`

export function conformanceDocument(cells: readonly MeasuredCell[]): string {
  const clients = unique(cells.map(({ client }) => client))
  const providers = unique(cells.map(({ provider }) => provider))
  return [HEAD, summary(cells, clients, providers), ...clients.map((client) => section(cells, client, providers))].join(
    '\n',
  )
}

function summary(cells: readonly MeasuredCell[], clients: readonly string[], providers: readonly string[]): string {
  const rows = clients.map((client) => {
    const counts = providers.map((provider) => {
      if (client === provider) return 'same'
      const sayable = cells.filter(
        (each) => each.client === client && each.provider === provider && each.cell.kind !== 'unsayable',
      )
      return `${sayable.filter(({ cell }) => cell.kind === 'carried').length}/${sayable.length}`
    })
    return line([client, ...counts])
  })
  return [
    '## Features carried unchanged, of those that can be said',
    '',
    line(['app \\ provider', ...providers]),
    rule(providers.length),
    ...rows,
    '',
  ].join('\n')
}

function section(cells: readonly MeasuredCell[], client: string, all: readonly string[]): string {
  const providers = all.filter((provider) => provider !== client)
  const own = cells.filter((each) => each.client === client && each.provider !== client)
  const notes: string[] = []
  const rows = unique(own.map(({ feature }) => feature)).flatMap((feature) => {
    const signs = providers.map((provider) => {
      const cell = own.find((each) => each.provider === provider && each.feature === feature)?.cell
      if (!cell) return ''
      return 'detail' in cell ? `${SIGNS[cell.kind]}<sup>${noteOf(cell.detail, notes)}</sup>` : SIGNS[cell.kind]
    })
    return signs.every((sign) => sign === SIGNS.unsayable) ? [] : [line([feature, ...signs])]
  })
  return [
    `## Apps that speak ${client}`,
    '',
    line(['', ...providers]),
    rule(providers.length),
    ...rows,
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
    '',
  ].join('\n')
}

function noteOf(detail: string, notes: string[]): number {
  const known = notes.indexOf(detail)
  if (known >= 0) return known + 1
  notes.push(detail)
  return notes.length
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function rule(columns: number): string {
  return `|---|${':-:|'.repeat(columns)}`
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
