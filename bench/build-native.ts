/** Builds the mock upstream and the load generator, which are in C so that they cost little beside what they measure. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result } from '../src/ground/result.ts'
import { BENCH, OUT } from './paths.ts'

export interface NativePrograms {
  readonly mock: string
  readonly load: string
}

/** Compiles what changed since the last build; the error says what to install. */
export function buildNative(): Result<NativePrograms, string> {
  mkdirSync(OUT, { recursive: true })
  const programs = { mock: join(OUT, 'mock'), load: join(OUT, 'load') }
  for (const [name, program] of Object.entries(programs)) {
    const source = join(BENCH, 'native', `${name}.c`)
    if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) continue
    try {
      execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-o', program, source], {
        stdio: ['ignore', 'inherit', 'inherit'],
      })
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      return err(
        missing
          ? 'the bench needs gcc for its mock upstream and load generator: apt-get install gcc libc6-dev'
          : `gcc could not build ${source}; what it printed stands above`,
      )
    }
  }
  return ok(programs)
}
