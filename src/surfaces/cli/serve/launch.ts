/** From documents on disk to a gateway that answers: compile, bundle, configure, run. */

import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Revision } from '../../../config/revision.ts'
import { err, ok, type Result } from '../../../ground/result.ts'
import { LIVE_FILE } from '../../../stores/live-revision.ts'
import type { CliIo } from '../cli-io.ts'
import { compileFolder } from '../compile-folder.ts'
import { bundleWorker, writeRevision } from './bundle-worker.ts'
import type { StateFolder } from './state-folder.ts'
import { workerdConfig } from './workerd-config.ts'
import { type RunningWorkerd, runWorkerd, waitUntilReady } from './workerd-process.ts'

export interface LaunchOptions {
  /** Absolute folder of sluice.yml. */
  readonly bundle: string
  readonly host: string
  readonly port: number
  readonly target: string | undefined
  readonly folder: StateFolder
  /** Documents are taken up while it serves. */
  readonly watch: boolean
}

/** Documents and worker made ready; nothing runs yet. */
export interface Prepared {
  readonly revision: Revision
  /** The one that stands first in sluice.yml. */
  readonly firstTeam: string
  readonly environment: Readonly<Record<string, string>>
}

const READY_TIMEOUT_MS = 30_000

/** Compiles and bundles. Problems of the documents are printed as they are found; the error is one line. */
export async function prepare(options: LaunchOptions, io: CliIo): Promise<Result<Prepared, string>> {
  const compiled = await compileFolder(options.bundle, options.target, io)
  if (!compiled.ok) return compiled
  const { folder, host, port } = options
  const { revision, firstTeam, secrets } = compiled.value
  const revisionFile = join(folder.build, 'revision.json')
  await writeRevision(revision, revisionFile)
  const { dataModules } = await bundleWorker(revisionFile, folder.build)
  const bindings = { ...secrets, ...tuning(io.env), SLUICE_SECRET: folder.secret }
  const live = options.watch ? liveFolder(folder) : undefined
  if (live !== undefined) await mkdir(live, { recursive: true })
  const environment = Object.keys(bindings)
  const config = workerdConfig({ host, port, storage: folder.storage, dataModules, environment, live })
  await writeFile(join(folder.build, 'config.capnp'), config)
  return ok({ revision, firstTeam, environment: { ...bindings, ...certificates(io.env) } })
}

function liveFolder({ build }: StateFolder): string {
  return join(build, 'live')
}

const TAKEN_UP_WITHIN_MS = 10_000

/** Hands the running gateway other documents; false when it does not take them up. */
export async function handOver({ revision }: Prepared, url: string, folder: StateFolder): Promise<boolean> {
  const file = join(liveFolder(folder), LIVE_FILE)
  await writeRevision(revision, `${file}.new`)
  await rename(`${file}.new`, file)
  for (const deadline = Date.now() + TAKEN_UP_WITHIN_MS; Date.now() < deadline; ) {
    const response = await fetch(`${url}/health`)
    const { revision: served } = (await response.json()) as { revision?: string }
    if (served !== undefined && revision.hash.startsWith(served)) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

/** Runs what was prepared, and waits until it answers. */
export async function run(
  prepared: Prepared,
  options: LaunchOptions,
  io: CliIo,
): Promise<Result<RunningWorkerd, string>> {
  const { folder, host, port } = options
  // What was handed over before is built in now.
  await rm(join(liveFolder(folder), LIVE_FILE), { force: true })
  const onLog = (line: string): void => io.stderr(`${line}\n`)
  const running = runWorkerd({ directory: folder.build, host, port, environment: prepared.environment, onLog })
  if (await waitUntilReady(running, READY_TIMEOUT_MS)) return ok(running)
  await running.stop()
  return err('workerd did not become ready; what it printed stands above')
}

/** Settings of the worker that may come from the environment. */
function tuning(env: CliIo['env']): Record<string, string> {
  return env.SLUICE_LEASE_SECONDS ? { SLUICE_LEASE_SECONDS: env.SLUICE_LEASE_SECONDS } : {}
}

/** Where the system keeps its certificate authorities, when it says so. */
function certificates(env: CliIo['env']): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of ['SSL_CERT_FILE', 'SSL_CERT_DIR']) {
    const value = env[name]
    if (value) kept[name] = value
  }
  return kept
}
