/** Finds the gateway a command should talk to, and the credential for it. */

import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { deriveSecrets } from '../../services/keys/secrets.ts'
import { type AdminClient, AdminError, createAdminClient } from './admin-client.ts'
import type { CliIo } from './cli-io.ts'

/** Options that every command which needs a gateway takes. */
export const CONNECT_OPTIONS = {
  url: { type: 'string' },
  state: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** `SLUICE_ADMIN_KEY` wins; then `SLUICE_SECRET`; then the secret that `sluice start` keeps in the state folder. */
export async function connect(values: { url?: string; state?: string }, io: CliIo): Promise<AdminClient> {
  const url = (values.url ?? io.env.SLUICE_URL ?? `http://127.0.0.1:${io.env.PORT ?? '8787'}`).replace(/\/+$/, '')
  if (io.env.SLUICE_ADMIN_KEY) return createAdminClient(url, io.env.SLUICE_ADMIN_KEY)
  const secret = io.env.SLUICE_SECRET ?? (await keptSecret(resolve(io.cwd, values.state ?? '.sluice')))
  const secrets = await deriveSecrets(secret)
  if (!secrets.ok) throw new AdminError(secrets.error.message, 0)
  return createAdminClient(url, secrets.value.rootAdminToken)
}

async function keptSecret(state: string): Promise<string> {
  try {
    return (await readFile(join(state, 'secret'), 'utf8')).trim()
  } catch {
    throw new AdminError(
      `no credential: set SLUICE_ADMIN_KEY, or run this where "sluice start" keeps its state (looked in ${state})`,
      0,
    )
  }
}
