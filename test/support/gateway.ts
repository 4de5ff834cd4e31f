/** Starts the real gateway as a user does, in a folder of its own, and talks to it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'src/surfaces/cli/main.ts')

/** Documents by path, such as `routes/a.yml`. */
export type Documents = Readonly<Record<string, string>>

export interface TestGateway {
  readonly url: string
  readonly directory: string
  readonly appKey: string
  readonly adminKey: string
  /** Of the workerd process that serves now. */
  readonly pid: number
  /** Runs the command line against this gateway. */
  cli(...args: string[]): Promise<CliResult>
  admin<T>(method: string, path: string, body?: unknown): Promise<T>
  /** As Ctrl-C does. */
  stop(): Promise<number>
  /** Ends every process at once, as a power cut would. */
  kill(): Promise<void>
  /** Starts again on the same folder and port. */
  restart(): Promise<void>
  /** Stops and removes the folder. */
  dispose(): Promise<void>
  readonly stderr: () => string
}

export interface CliResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Started {
  child: ChildProcess
  line: { url: string; pid: number; appKey?: string; adminKey?: string }
}

export async function startGateway(
  documents: Documents,
  env: Record<string, string> = {},
  options: readonly string[] = [],
): Promise<TestGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-journey-'))
  writeDocuments(directory, documents)
  const port = await freePort()
  let stderr = ''
  const begin = (): Promise<Started> =>
    launch({ directory, port, env, options }, (text) => {
      stderr += text
    })
  let started = await begin()
  const { url, appKey = '', adminKey = '' } = started.line
  const gateway: TestGateway = {
    url,
    directory,
    appKey,
    adminKey,
    get pid() {
      return started.line.pid
    },
    stderr: () => stderr,
    cli: (...args) => runCli([...args, '--url', url], directory, { ...env, SLUICE_ADMIN_KEY: adminKey }),
    admin: (method, path, body) => adminCall(url, adminKey, method, path, body),
    stop: () => stopChild(started.child),
    async kill() {
      const gone = new Promise((resolve) => started.child.once('exit', resolve))
      process.kill(started.line.pid, 'SIGKILL')
      started.child.kill('SIGKILL')
      await gone
    },
    async restart() {
      started = await begin()
    },
    async dispose() {
      if (started.child.exitCode === null && started.child.signalCode === null) await stopChild(started.child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return gateway
}

/** Writes documents into a folder. */
export function writeDocuments(directory: string, documents: Documents): void {
  for (const [path, text] of Object.entries(documents)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
}

/** Runs one command to its end. */
export function runCli(args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<CliResult> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...cleanEnvironment(), ...env } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk)
    })
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk)
    })
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
  })
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function launch(
  start: { directory: string; port: number; env: Record<string, string>; options: readonly string[] },
  onError: (text: string) => void,
): Promise<Started> {
  const { directory, port, env, options } = start
  const child = spawn(process.execPath, [MAIN, 'start', '--json', '--port', String(port), ...options], {
    cwd: directory,
    env: { ...cleanEnvironment(), ...env },
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
    onError(String(chunk))
  })
  return new Promise((resolve, reject) => {
    let stdout = ''
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk)
      if (stdout.includes('\n')) resolve({ child, line: JSON.parse(stdout) as Started['line'] })
    })
    child.once('exit', (code) => reject(new Error(`the gateway ended with code ${code} before it was ready: ${said}`)))
  })
}

async function adminCall<T>(url: string, key: string, method: string, path: string, body: unknown): Promise<T> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

function stopChild(child: ChildProcess): Promise<number> {
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
  child.kill('SIGINT')
  return exited
}

/** Tests must not pick up a developer's own keys. */
function cleanEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'SSL_CERT_FILE']) {
    const value = process.env[name]
    if (value) kept[name] = value
  }
  return kept
}
