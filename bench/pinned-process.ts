/** Starts a server pinned to its processor, waits until it listens, and stops it again. */

import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { OUT } from './paths.ts'
import { pinned } from './processor-plan.ts'

export interface PinnedProcess {
  readonly pid: number
  /** All it has printed to stdout so far. */
  stdout(): string
  /** The end of what it has printed, for error messages. */
  lastWords(): string
  hasEnded(): boolean
  stop(): Promise<void>
}

export interface PinnedOptions {
  /** Names the log files in `out/`. */
  readonly id: string
  readonly command: string
  readonly args: readonly string[]
  readonly processor: number | undefined
  readonly stopSignal?: NodeJS.Signals
  /** Variables besides the few that every contender gets. */
  readonly environment?: Readonly<Record<string, string>>
}

const STOP_PATIENCE_MS = 10_000

/** What it prints goes to files: a pipe would cost the bench processor time for every line. */
export function startPinned(options: PinnedOptions): PinnedProcess {
  const { id, command, args, processor, stopSignal = 'SIGTERM', environment } = options
  mkdirSync(OUT, { recursive: true })
  const stdoutFile = join(OUT, `${id}.stdout.log`)
  const stderrFile = join(OUT, `${id}.stderr.log`)
  const [program, programArgs] = pinned(processor, command, args)
  const child = spawn(program, programArgs, {
    cwd: OUT,
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', openSync(stdoutFile, 'w'), openSync(stderrFile, 'w')],
  })
  let ended = false
  const exited = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  return {
    pid: child.pid ?? 0,
    stdout: () => readFileSync(stdoutFile, 'utf8'),
    lastWords: () => (readFileSync(stderrFile, 'utf8') || readFileSync(stdoutFile, 'utf8')).trim().slice(-600),
    hasEnded: () => ended,
    async stop() {
      if (ended) return
      child.kill(stopSignal)
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS)
      await exited
      clearTimeout(timer)
    },
  }
}

/** Throws with the server's last words when it ends, or does not listen within `timeoutMs`. */
export async function waitUntilListening(server: PinnedProcess, port: number, timeoutMs = 20_000): Promise<void> {
  await waitUntil(server, () => canConnect(port), `listen on port ${port}`, timeoutMs)
}

/** Throws with the server's last words when it ends, or `isDone` stays false for `timeoutMs`. */
export async function waitUntil(
  server: PinnedProcess,
  isDone: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs: number,
): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; ) {
    if (server.hasEnded()) throw new Error(`it ended before it could ${what}: ${server.lastWords()}`)
    if (await isDone()) return
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  throw new Error(`it did not ${what} within ${timeoutMs / 1000} s: ${server.lastWords()}`)
}

/** Whether nothing listens on the port of 127.0.0.1. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Nobody's own provider keys or proxy settings may reach a contender. */
function cleanEnvironment(): Record<string, string> {
  return { NODE_ENV: 'production', PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' }
}
