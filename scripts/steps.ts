/** The checks of the house as commands, and running them one after another with a line each. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './house/source-files.ts'

export interface Step {
  readonly name: string
  readonly command: readonly [string, ...string[]]
}

/** A program from node_modules, started with the project's own Node. */
function tool(path: string, ...args: string[]): Step['command'] {
  return [process.execPath, join(ROOT, 'node_modules', path), ...args]
}

export const BUILD: Step = { name: 'build', command: [process.execPath, join(ROOT, 'scripts/build.ts')] }

export const CHECKS: readonly Step[] = [
  { name: 'format and lint', command: tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.') },
  { name: 'types', command: tool('typescript/bin/tsc', '-p', '.') },
  {
    name: 'house rules (floors, names, dead exports, sizes)',
    command: [process.execPath, join(ROOT, 'scripts/house/check-house.ts')],
  },
]

/** Runs one step; its output is shown only when it fails. */
export function runStep(step: Step): boolean {
  const started = performance.now()
  const [program, ...args] = step.command
  const result = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const passed = result.status === 0
  console.log(`${passed ? 'pass' : 'FAIL'}  ${step.name}  ${seconds} s`)
  if (!passed) console.log(`${result.stdout}${result.stderr}`)
  return passed
}
