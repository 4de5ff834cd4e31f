/** Compiles the documents of a folder for serving: the revision, and the values of the secrets it needs. */

import type { Revision } from '../../config/revision.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { checkBundle, type SecretState } from './check-bundle.ts'
import type { CliIo } from './cli-io.ts'

export interface CompiledFolder {
  readonly revision: Revision
  /** The one that stands first in sluice.yml. */
  readonly firstTeam: string
  /** Values of the secrets that routes and alerts need and that are set, by name. */
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * Prints problems as they stand in the documents. A missing secret is one warning line for each; in `mode: production` it is an
 * error, because a route that cannot answer must not go live unnoticed.
 */
export async function compileFolder(
  directory: string,
  target: string | undefined,
  io: CliIo,
): Promise<Result<CompiledFolder, string>> {
  const checked = await checkBundle(directory, target, io)
  if (!checked.ok) return checked
  const { revision, firstTeam, secrets } = checked.value
  const missing = secrets.filter((secret) => secret.value === undefined)
  if (revision.mode === 'production' && missing.length > 0) {
    return err(`target ${revision.target} is in production mode and ${missing.map(sentence).join('; ')}`)
  }
  for (const secret of missing) io.stderr(`sluice: ${sentence(secret)}\n`)
  const values = secrets.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))
  return ok({ revision, firstTeam, secrets: Object.fromEntries(values) })
}

function sentence({ name, routes, alerts = [] }: SecretState): string {
  const lost = [
    ...(routes.length > 0 ? [`${routes.join(', ')} cannot be served`] : []),
    ...(alerts.length > 0 ? [`alerts to ${alerts.join(', ')} cannot be signed`] : []),
  ]
  return `secret ${name} is not set, so ${lost.join(' and ')}: put it into the environment or .dev.vars`
}
