/** Which processor each part of the bench runs on, so that contender and load do not take time from each other. */

import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

export interface ProcessorPlan {
  /** undefined: not pinned. */
  readonly contender: number | undefined
  readonly mock: number | undefined
  readonly load: number | undefined
  /** For the report. */
  readonly words: string
}

/** Every contender has one processor to itself; mock and load share another where there are only two. */
export function planProcessors(): ProcessorPlan {
  const count = availableParallelism()
  const unpinned = { contender: undefined, mock: undefined, load: undefined }
  if (count < 2) return { ...unpinned, words: 'nothing pinned: there is only one processor' }
  if (!hasTaskset()) return { ...unpinned, words: 'nothing pinned: taskset is not installed' }
  if (count === 2)
    return { contender: 1, mock: 0, load: 0, words: 'contender pinned to CPU 1, mock and load share CPU 0' }
  return { contender: 1, mock: 0, load: 2, words: 'contender pinned to CPU 1, mock to CPU 0, load to CPU 2' }
}

/** The command line that runs `command` on `processor`. */
export function pinned(processor: number | undefined, command: string, args: readonly string[]): [string, string[]] {
  return processor === undefined ? [command, [...args]] : ['taskset', ['-c', String(processor), command, ...args]]
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
