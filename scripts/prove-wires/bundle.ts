/** The documents of the throw-away gateway: one provider and one wildcard route for each stand-in, all at the replay server. */

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Exchange } from './corpus.ts'
import type { Direction } from './prove-exchange.ts'
import { standInFor } from './providers.ts'

/** The credential that every stand-in sends upstream. */
export const SECRET_NAME = 'PROVE_WIRES_CREDENTIAL'

const DIRECTIONS: readonly Direction[] = ['same-wire', 'crosswise']

/** Writes `sluice.yml` and `routes/` for these recordings into `folder`. */
export function writeBundle(folder: string, exchanges: readonly Exchange[], replayUrl: string): void {
  mkdirSync(path.join(folder, 'routes'), { recursive: true })
  const kinds = new Set(exchanges.flatMap((exchange) => DIRECTIONS.map((direction) => standInFor(exchange, direction))))
  const providers = [...kinds].map(
    (kind) => `  ${nameOf(kind)}: { kind: ${kind}, base_url: "${replayUrl}", api_key: "\${secret.${SECRET_NAME}}" }\n`,
  )
  writeFileSync(path.join(folder, 'sluice.yml'), `bundle: prove-wires\nproviders:\n${providers.join('')}`)
  for (const kind of kinds) {
    const route = `route: ${nameOf(kind)}/*\naccepts: [chat, messages]\ntargets: ["${nameOf(kind)}/*"]\n`
    writeFileSync(path.join(folder, 'routes', `${nameOf(kind)}.yml`), route)
  }
}

/** Gives the model an app asks for to reach a recording: a wildcard route, then the replay server's own model name. */
export function modelNamer(): (exchange: Exchange, direction: Direction, upstreamModel: string) => string {
  return (exchange, direction, upstreamModel) => `${nameOf(standInFor(exchange, direction))}/${upstreamModel}`
}

function nameOf(kind: string): string {
  return `replay-${kind.replace(/[^a-z0-9]/g, '-')}`
}
