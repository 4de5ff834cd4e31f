/** What the numbers depend on besides the contenders: machine, system and commit. */

import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { ROOT } from './paths.ts'

export interface MachineFacts {
  readonly processor: string
  readonly processors: number
  readonly memoryGb: number
  readonly system: string
  /** Short hash, with `+` when files differ from it. */
  readonly commit: string
}

export function machineFacts(): MachineFacts {
  const list = cpus()
  return {
    processor: list[0]?.model.trim() ?? 'unknown',
    processors: list.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `Linux ${release()}`,
    commit: commit(),
  }
}

/** How many processes wanted to run, averaged over the last minute. Well above the number of processors: a noisy machine. */
export function loadNow(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10
}

function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+')
  } catch {
    return 'not a git checkout'
  }
}
