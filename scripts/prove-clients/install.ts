/** Installs the client libraries into this folder, exactly as its lockfile says, when they are not there yet. */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { asObject, asString, parseJson } from '../../src/ground/json.ts'

const FOLDER = import.meta.dirname

/** The reason it could not be done, or undefined. Scripts of packages are not run. */
export function installClients(): string | undefined {
  const done = path.join(FOLDER, 'node_modules/.package-lock.json')
  const isFresh = existsSync(done) && statSync(done).mtimeMs >= statSync(path.join(FOLDER, 'package-lock.json')).mtimeMs
  if (isFresh) return undefined
  const run = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER, encoding: 'utf8' })
  if (run.status === 0) return undefined
  return `npm ci in ${path.relative(process.cwd(), FOLDER)} failed: ${run.error?.message ?? run.stderr.slice(-1000)}`
}

/** The installed version of a package; `undefined` when it is not installed. */
export function versionOf(name: string): string | undefined {
  const file = ['node_modules', 'tools/node_modules']
    .map((folder) => path.join(FOLDER, folder, name, 'package.json'))
    .find((candidate) => existsSync(candidate))
  return file === undefined ? undefined : asString(asObject(parseJson(readFileSync(file, 'utf8')))?.version)
}
