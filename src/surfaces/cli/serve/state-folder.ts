/** The folder where a local gateway keeps its secret, its state and its build. */

import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface StateFolder {
  readonly directory: string
  /** Durable Objects' SQLite files. */
  readonly storage: string
  readonly build: string
  /** Root secret that peppers every key. */
  readonly secret: string
}

/** Creates the folder on first use. `SLUICE_SECRET` from the environment wins over the one kept here. */
export async function openStateFolder(directory: string, environmentSecret: string | undefined): Promise<StateFolder> {
  const storage = join(directory, 'state')
  const build = join(directory, 'build')
  await mkdir(storage, { recursive: true })
  await mkdir(build, { recursive: true })
  await writeFile(join(directory, '.gitignore'), '*\n')
  return { directory, storage, build, secret: environmentSecret ?? (await keptSecret(join(directory, 'secret'))) }
}

async function keptSecret(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const secret = randomBytes(32).toString('base64url')
  await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' })
  await chmod(file, 0o600)
  return secret
}
