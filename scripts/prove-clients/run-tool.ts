/** Runs an installed command-line client in a bare home of its own, so that nothing of the user's is read or written. */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const TOOLS = path.join(import.meta.dirname, 'tools')
const PLATFORM = `${process.platform}-${process.arch}`
const TIMEOUT_MS = 80_000

export interface ToolRun {
  readonly code: number | null
  readonly output: string
  readonly complaints: string
}

/** The executable of a package that keeps one for each platform; undefined when it is not installed or not for this platform. */
export function findTool(packageFolder: string, file: string): string | undefined {
  const found = path.join(TOOLS, 'node_modules', packageFolder.replace('PLATFORM', PLATFORM), file)
  return existsSync(found) ? found : undefined
}

/** Installs the command-line clients (about 800 MB). Gives the reason when that fails. */
export function installTools(): string | undefined {
  const run = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: TOOLS, encoding: 'utf8' })
  return run.status === 0 ? undefined : (run.error?.message ?? run.stderr.slice(-500))
}

/** `prepare` gets the home to put settings into. The environment holds nothing but what is given and a PATH. */
export async function runTool(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  prepare: (home: string) => void = () => undefined,
): Promise<ToolRun> {
  const home = mkdtempSync(path.join(tmpdir(), 'prove-clients-home-'))
  const work = path.join(home, 'work')
  mkdirSync(work)
  prepare(home)
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: work,
        env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home, TMPDIR: home, LANG: 'C.UTF-8', ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: TIMEOUT_MS,
      })
      let output = ''
      let complaints = ''
      child.stdout.on('data', (piece: Buffer) => (output += piece.toString()))
      child.stderr.on('data', (piece: Buffer) => (complaints += piece.toString()))
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, output, complaints }))
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
