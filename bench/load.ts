/** Runs the load generator against one entry and reads what it measured. */

import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Entry } from './contenders/contender.ts'
import { OUT } from './paths.ts'
import { pinned } from './processor-plan.ts'
import { STREAM_STAMPS } from './requests.ts'

/** One line of native/load.c; see there. */
export interface LoadResult {
  /** Answered completely and with status 200. */
  readonly requests: number
  readonly errors: number
  readonly seconds: number
  readonly p50Us: number
  readonly p99Us: number
  /** From sending the request to the first byte of the reply's body. */
  readonly firstByteP50Us: number
  readonly firstByteP99Us: number
  /** Stamped chunks received, and how long each was under way since the mock sent it. */
  readonly chunks: number
  readonly chunkDelayP50Us: number
  readonly chunkDelayP99Us: number
  readonly firstError: string
}

/** Whole replies over some connections, or some streams at a time. */
export interface Scenario {
  readonly kind: 'whole' | 'stream'
  readonly connections: number
}

export interface LoadTarget {
  readonly port: number
  readonly entry: Entry
  /** Processor of the load generator. */
  readonly processor: number | undefined
}

/** Throws when the load generator cannot connect at all; refused and broken replies are counted instead. */
export async function runLoad(target: LoadTarget, scenario: Scenario, seconds: number): Promise<LoadResult> {
  const { port, entry, processor } = target
  mkdirSync(OUT, { recursive: true })
  const bodyFile = join(OUT, 'request-body.json')
  const headerFile = join(OUT, 'request-headers.txt')
  writeFileSync(bodyFile, entry.bodies[scenario.kind])
  writeFileSync(headerFile, headerLines(entry.headers))
  const stamps = scenario.kind === 'stream' ? STREAM_STAMPS : 0
  const args = [port, entry.path, scenario.connections, seconds, bodyFile, headerFile, stamps].map(String)
  const { stdout } = await promisify(execFile)(...pinned(processor, join(OUT, 'load'), args))
  return JSON.parse(stdout) as LoadResult
}

function headerLines(headers: Entry['headers']): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
}
