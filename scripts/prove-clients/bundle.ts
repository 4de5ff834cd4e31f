/** The documents of the throw-away gateway: one provider and one wildcard route for each stand-in, all at the scripted upstream. */

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { StandIn } from './stand-ins.ts'

/** The credential that every stand-in sends upstream. */
export const SECRET_NAME = 'PROVE_CLIENTS_CREDENTIAL'

/** Writes `sluice.yml` and `routes/` into `folder`. An app asks for `<stand-in>/<scenario>`. */
export function writeBundle(folder: string, standIns: readonly StandIn[], upstreamUrl: string): void {
  mkdirSync(path.join(folder, 'routes'), { recursive: true })
  const providers = standIns.map(({ id, kind, options, formats }) => {
    const settings = {
      kind,
      base_url: `${upstreamUrl}/${id}`,
      api_key: `\${secret.${SECRET_NAME}}`,
      ...(options ? { options } : {}),
      ...(formats ? { formats } : {}),
    }
    return `  up-${id}: ${JSON.stringify(settings)}\n`
  })
  writeFileSync(path.join(folder, 'sluice.yml'), `bundle: prove-clients\nproviders:\n${providers.join('')}`)
  for (const { id, modelPrefix = '' } of standIns) {
    const route = `route: ${id}/*\ntargets: ["up-${id}/${modelPrefix}*"]\n`
    writeFileSync(path.join(folder, 'routes', `${id}.yml`), route)
  }
}
