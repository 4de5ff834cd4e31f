/** Starts Sluice's worker on the documents of the accounting bench in a workerd of its own, with or without its ledger. */

import { rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import workerd from 'workerd'
import { deriveSecrets } from '../../src/services/keys/secrets.ts'
import { type AdminClient, createAdminClient } from '../../src/surfaces/cli/admin-client.ts'
import { compileFolder } from '../../src/surfaces/cli/compile-folder.ts'
import { bundleWorker, writeRevision } from '../../src/surfaces/cli/serve/bundle-worker.ts'
import { workerdConfig } from '../../src/surfaces/cli/serve/workerd-config.ts'
import { OUT } from '../paths.ts'
import { startPinned, waitUntilListening } from '../pinned-process.ts'

const SECRET = 'a synthetic secret for a worker that is measured'

export interface MeasuredWorker {
  readonly pid: number
  readonly appKey: string
  readonly admin: AdminClient
  stop(): Promise<void>
}

export interface WorkerOptions {
  /** Names its folder and log files. */
  readonly id: string
  readonly port: number
  readonly processor: number | undefined
  readonly ledger: boolean
}

/** Throws with the worker's last words when it does not start. */
export async function startWorker({ id, port, processor, ledger }: WorkerOptions): Promise<MeasuredWorker> {
  const directory = join(OUT, id)
  rmSync(directory, { recursive: true, force: true })
  const storage = join(directory, 'state')
  await mkdir(storage, { recursive: true })
  const revisionFile = join(directory, 'revision.json')
  await compile(revisionFile)
  const { dataModules } = await bundleWorker(revisionFile, directory, undefined, ledger ? [] : [WITHOUT_LEDGER])
  const environment = { SLUICE_SECRET: SECRET }
  const config = join(directory, 'config.capnp')
  const names = Object.keys(environment)
  await writeFile(config, workerdConfig({ host: '127.0.0.1', port, storage, dataModules, environment: names }))
  const server = startPinned({ id, command: workerd.default, args: ['serve', config], processor, environment })
  await waitUntilListening(server, port)
  const secrets = await deriveSecrets(SECRET)
  if (!secrets.ok) throw new Error(secrets.error.message)
  const admin = createAdminClient(`http://127.0.0.1:${port}`, secrets.value.rootAdminToken)
  const { key } = await admin.call<{ key: string }>('POST', '/admin/v1/keys', { role: 'app', team: 'default' })
  return { pid: server.pid, appKey: key, admin, stop: server.stop }
}

async function compile(revisionFile: string): Promise<void> {
  const bundle = join(import.meta.dirname, 'bundle')
  let problems = ''
  const note = (text: string): void => {
    problems += text
  }
  const compiled = await compileFolder(bundle, undefined, { stdout: note, stderr: note, cwd: bundle, env: {} })
  if (!compiled.ok) throw new Error(`${problems}${compiled.error}`)
  await writeRevision(compiled.value.revision, revisionFile)
}

const WITHOUT_LEDGER: Plugin = {
  name: 'without-ledger',
  setup(build) {
    build.onResolve({ filter: /\/ledger-writer\.ts$/ }, () => ({ path: join(import.meta.dirname, 'no-ledger.ts') }))
  },
}
