/** Runs raw workerd as a child process: started, known to be ready, stopped without losing rows. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import workerd from 'workerd'

const STOP_GRACE_MS = 500

export interface RunningWorkerd {
  readonly process: ChildProcess
  readonly url: string
  /** Resolves with the exit code when the process ends by itself or by `stop`. */
  readonly exited: Promise<number>
  stop(): Promise<void>
}

/** The reason the port cannot be used; undefined when it is free. */
export function portProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        resolve(`port ${port} on ${host} is already in use; stop what holds it or start with --port <another>`)
      else resolve(`cannot listen on ${host}:${port}: ${error.message}`)
    })
    probe.listen(port, host, () => probe.close(() => resolve(undefined)))
  })
}

/** Starts workerd on `directory`/config.capnp; stderr goes to `onLog` line by line. */
export function runWorkerd(options: {
  directory: string
  host: string
  port: number
  environment: Readonly<Record<string, string>>
  onLog: (line: string) => void
}): RunningWorkerd {
  const child = spawn(workerd.default, ['serve', join(options.directory, 'config.capnp')], {
    cwd: options.directory,
    env: options.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group: Ctrl-C reaches the launcher first, which lets running calls be settled before workerd stops.
    detached: process.platform !== 'win32',
  })
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.trim()) options.onLog(line)
    })
  }
  const exited = new Promise<number>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0))),
  )
  return {
    process: child,
    url: `http://${options.host}:${options.port}`,
    exited,
    async stop() {
      child.kill('SIGTERM')
      // workerd waits for idle keep-alive connections; whoever calls this has flushed, and storage survives a kill.
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS)
      await exited
      clearTimeout(timer)
    },
  }
}

/** Waits until /health answers; false when workerd exits or `timeoutMs` passes first. */
export async function waitUntilReady(running: RunningWorkerd, timeoutMs: number): Promise<boolean> {
  let gone = false
  void running.exited.then(() => {
    gone = true
  })
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline && !gone; ) {
    try {
      const response = await fetch(`${running.url}/health`)
      await response.body?.cancel()
      if (response.ok) return true
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
  return false
}
