/** Starts the gateway by its real command line on a throw-away bundle. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { asObject, asString, parseJson } from '../../src/ground/json.ts'
import { SECRET_NAME } from './bundle.ts'

export interface RunningGateway {
  readonly url: string
  /** An app key for every route. */
  readonly key: string
  stop(): Promise<void>
}

const COMMAND_LINE = path.join(import.meta.dirname, '../../src/surfaces/cli/main.ts')
const START_TIMEOUT_MS = 120_000

/** `write` puts the documents into a new folder. Throws with what the gateway printed when it does not start. */
export async function startGateway(write: (bundle: string) => void): Promise<RunningGateway> {
  const folder = mkdtempSync(path.join(tmpdir(), 'prove-wires-'))
  const bundle = path.join(folder, 'bundle')
  write(bundle)
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [
      COMMAND_LINE,
      'start',
      '--bundle',
      bundle,
      '--state',
      path.join(folder, 'state'),
      '--port',
      String(port),
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, [SECRET_NAME]: 'replay-credential' } },
  )
  try {
    const { url, key } = await untilReady(child)
    const stop = async (): Promise<void> => {
      await end(child)
      rmSync(folder, { recursive: true, force: true })
    }
    return { url, key, stop }
  } catch (error) {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function untilReady(child: ChildProcess): Promise<{ url: string; key: string }> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (why: string): void =>
      reject(new Error(`The gateway did not start (${why}). It printed:\n${output.slice(-4000)}`))
    const timer = setTimeout(() => fail('no answer in time'), START_TIMEOUT_MS)
    const read = (piece: Buffer): void => {
      output += piece.toString()
      for (const line of output.split('\n')) {
        const ready = asObject(parseJson(line))
        const url = asString(ready?.url)
        const key = asString(ready?.appKey)
        if (!url || !key) continue
        clearTimeout(timer)
        resolve({ url, key })
      }
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', (piece: Buffer) => {
      output = (output + piece.toString()).slice(-100_000)
    })
    child.once('exit', (code) => fail(`it ended with code ${code}`))
    child.once('error', (error) => fail(error.message))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
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
