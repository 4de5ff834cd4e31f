/** Starts the gateway by its real command line on a throw-away bundle whose every provider is the scripted upstream. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { asObject, asString, parseJson } from '../../src/ground/json.ts'
import { SECRET_NAME, writeBundle } from './bundle.ts'
import type { StandIn } from './stand-ins.ts'
import { CREDENTIAL } from './upstream/server.ts'

export interface RunningGateway {
  readonly url: string
  /** An app key for every route. */
  readonly key: string
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 180_000
const STOP_TIMEOUT_MS = 15_000

/** `root` is the folder of the gateway to prove. Throws with what the gateway printed when it does not start. */
export async function startGateway(
  root: string,
  standIns: readonly StandIn[],
  upstreamUrl: string,
): Promise<RunningGateway> {
  const folder = mkdtempSync(path.join(tmpdir(), 'prove-clients-'))
  const bundle = path.join(folder, 'bundle')
  writeBundle(bundle, standIns, upstreamUrl)
  const port = String(await freePort())
  const places = ['--bundle', bundle, '--state', path.join(folder, 'state'), '--port', port]
  const child = spawn(process.execPath, [path.join(root, 'src/surfaces/cli/main.ts'), 'start', ...places, '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, [SECRET_NAME]: CREDENTIAL },
  })
  const stop = async (): Promise<void> => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    return { ...(await untilReady(child)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function untilReady(child: ChildProcess): Promise<{ url: string; key: string }> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (why: string): void =>
      reject(new Error(`The gateway did not start (${why}). It printed:\n${output.slice(-4000)}`))
    const timer = setTimeout(() => fail('no answer in time'), START_TIMEOUT_MS)
    child.stdout?.on('data', (piece: Buffer) => {
      output += piece.toString()
      for (const line of output.split('\n')) {
        const ready = asObject(parseJson(line))
        const url = asString(ready?.url)
        const key = asString(ready?.appKey)
        if (!url || !key) continue
        clearTimeout(timer)
        resolve({ url: url.replace(/\/$/, ''), key })
      }
    })
    child.stderr?.on('data', (piece: Buffer) => {
      output = (output + piece.toString()).slice(-100_000)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`it ended with code ${code}`)
    })
    child.once('error', (error) => fail(error.message))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await exited
  clearTimeout(timer)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
      )
    })
  })
}
