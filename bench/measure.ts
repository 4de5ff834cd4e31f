/** One measurement: the load generator against one contender for a while, with the CPU its processes used meanwhile. */

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Entry } from './contenders/contender.ts'
import { OUT } from './paths.ts'
import { processTree, useOf } from './process-tree.ts'
import { pinned } from './processor-plan.ts'
import { STREAM_STAMPS } from './requests.ts'

/** What native/load.c prints. Times in microseconds. */
interface LoadLine {
  readonly requests: number
  readonly errors: number
  readonly seconds: number
  readonly p50Us: number
  readonly p99Us: number
  readonly firstByteP50Us: number
  readonly firstByteP99Us: number
  readonly chunks: number
  readonly chunkDelayP50Us: number
  readonly chunkDelayP99Us: number
  readonly firstError: string
}

export interface Measurement extends LoadLine {
  /** CPU of the contender's process tree for each request. */
  readonly cpuUsPerRequest: number
  /** The same for each streamed chunk; NaN for whole replies. */
  readonly cpuUsPerChunk: number
  readonly residentMiB: number
}

export interface MeasureOptions {
  readonly load: string
  readonly processor: number | undefined
  readonly pid: number
  readonly port: number
  readonly entry: Entry
  readonly kind: 'whole' | 'stream'
  readonly connections: number
  readonly seconds: number
}

/** Never throws for errors of the contender: they are counted in the result. */
export async function measure(options: MeasureOptions): Promise<Measurement> {
  const { entry, kind } = options
  const bodyFile = join(OUT, 'body.json')
  const headerFile = join(OUT, 'headers.txt')
  writeFileSync(bodyFile, entry.bodies[kind])
  writeFileSync(
    headerFile,
    Object.entries(entry.headers)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(''),
  )
  const stamps = kind === 'stream' ? STREAM_STAMPS : 0
  const args = [options.port, entry.path, options.connections, options.seconds, bodyFile, headerFile, stamps].map(
    String,
  )
  const [program, programArgs] = pinned(options.processor, options.load, args)
  const before = useOf(processTree(options.pid))
  const { stdout } = await promisify(execFile)(program, programArgs, { maxBuffer: 1024 * 1024 })
  const after = useOf(processTree(options.pid))
  const line = JSON.parse(stdout) as LoadLine
  const cpuUs = after.cpuUs - before.cpuUs
  return {
    ...line,
    cpuUsPerRequest: cpuUs / line.requests,
    cpuUsPerChunk: line.chunks > 0 ? cpuUs / line.chunks : Number.NaN,
    residentMiB: after.residentBytes / 1024 / 1024,
  }
}
