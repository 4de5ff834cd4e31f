/** The documents of the throw-away gateway: one provider and one wildcard route for each stand-in, all at the replay server. */

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findProvider } from '../../src/providers/index.ts'
import type { Exchange } from './corpus.ts'
import { type StandIn, standInFor } from './providers.ts'

/** The credential that every stand-in sends upstream. */
export const SECRET_NAME = 'PROVE_WIRES_CREDENTIAL'

/** Writes `sluice.yml` and `routes/` for these recordings into `folder`. */
export function writeBundle(folder: string, exchanges: readonly Exchange[], replayUrl: string): void {
  mkdirSync(path.join(folder, 'routes'), { recursive: true })
  const standIns = new Map(exchanges.map(standInFor).map((standIn) => [nameOf(standIn), standIn]))
  const providers = [...standIns].map(([name, { kind, wire }]) => {
    const settings = {
      kind,
      base_url: `${replayUrl}/${wire}`,
      api_key: `\${secret.${SECRET_NAME}}`,
      formats: [wire],
      ...optionsOf(kind),
    }
    return `  ${name}: ${JSON.stringify(settings)}\n`
  })
  writeFileSync(path.join(folder, 'sluice.yml'), `bundle: prove-wires\nproviders:\n${providers.join('')}`)
  for (const name of standIns.keys())
    writeFileSync(path.join(folder, 'routes', `${name}.yml`), `route: ${name}/*\ntargets: ["${name}/*"]\n`)
}

/** The model an app asks for to reach a recording: a wildcard route, then the replay server's own model name. */
export function modelFor(exchange: Exchange, upstreamModel: string): string {
  // Only Claude's models are invoked in Claude's format.
  return `${nameOf(standInFor(exchange))}/${exchange.invoked ? 'anthropic.' : ''}${upstreamModel}`
}

/** What `sluice.yml` must fill in for the kind: the examples of the table do. */
export function optionsOf(kind: string): { options?: Record<string, string> } {
  const row = findProvider(kind)
  const options = row?.transport === 'http' ? Object.entries(row.options ?? {}) : []
  return options.length ? { options: Object.fromEntries(options.map(([name, { example }]) => [name, example])) } : {}
}

function nameOf({ kind, wire }: StandIn): string {
  return `replay-${kind.replace(/[^a-z0-9]/g, '-')}-${wire}`
}
