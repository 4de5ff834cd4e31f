/** Several gateways, each a workerd process of its own, over one set of Durable Objects on disk. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deriveSecrets } from '../../src/services/keys/secrets.ts'
import { type AdminClient, createAdminClient } from '../../src/surfaces/cli/admin-client.ts'
import { compileFolder } from '../../src/surfaces/cli/compile-folder.ts'
import { bundleWorker, writeRevision } from '../../src/surfaces/cli/serve/bundle-worker.ts'
import { workerdConfig } from '../../src/surfaces/cli/serve/workerd-config.ts'
import { type RunningWorkerd, runWorkerd, waitUntilReady } from '../../src/surfaces/cli/serve/workerd-process.ts'
import { type Documents, freePort, writeDocuments } from '../../test/support/gateway.ts'
import { type PostOffice, type PostOfficeOptions, startPostOffice } from './post-office.ts'
import { REMOTE_PATH, type RemoteAnswer, readRemote, writeRemote } from './remote-call.ts'

const SECRET = 'a synthetic secret for processes that prove something'
const READY_WITHIN_MS = 60_000

export interface FleetOptions {
  readonly documents: Documents
  /** Processes without Durable Objects, next to the one that has them. */
  readonly edges: number
  readonly leaseSeconds: number
  /** What happens to deliveries between processes. */
  readonly weather: PostOfficeOptions['weather']
}

/** One gateway process. */
export interface FleetMember {
  readonly url: string
  readonly admin: AdminClient
  /** `kill -9`. */
  kill(): Promise<void>
  /** Starts again on the same port and disk. */
  start(): Promise<void>
}

export interface Fleet {
  /** The one with the objects comes first. */
  readonly members: readonly [FleetMember, ...FleetMember[]]
  readonly post: PostOffice
  /** What the processes wrote to stderr. */
  readonly log: () => string
  /** A fresh app key of a team. */
  appKey(team: string): Promise<string>
  /** Calls a method of an object in the first process. */
  object<Value>(namespace: string, name: string, method: string, ...args: unknown[]): Promise<Value>
  close(): Promise<void>
}

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-fleet-'))
  const { revisionFile, secrets: bundleSecrets } = await compile(directory, options.documents)
  let log = ''
  const ports = await Promise.all(Array.from({ length: options.edges + 1 }, freePort))
  const hubUrl = `http://127.0.0.1:${ports[0]}`
  const post = await startPostOffice({ hub: hubUrl, weather: options.weather })
  const environment = {
    ...bundleSecrets,
    SLUICE_SECRET: SECRET,
    SLUICE_LEASE_SECONDS: String(options.leaseSeconds),
    FLEET_HUB: post.url,
  }
  const onLog = (line: string): void => {
    log += `${line}\n`
  }
  const secrets = await deriveSecrets(SECRET)
  if (!secrets.ok) throw new Error(secrets.error.message)
  const { rootAdminToken } = secrets.value
  const prepared: FleetMember[] = []
  for (const [index, port] of ports.entries()) {
    const build = join(directory, `process-${index}`)
    const entry = join(import.meta.dirname, index === 0 ? 'hub-worker.ts' : 'edge-worker.ts')
    const { dataModules } = await bundleWorker(revisionFile, build, entry)
    const storage = join(build, 'state')
    await mkdir(storage)
    const names = Object.keys(environment)
    await writeFile(
      join(build, 'config.capnp'),
      workerdConfig({ host: '127.0.0.1', port, storage, dataModules, environment: names }),
    )
    prepared.push(createMember({ directory: build, port, environment, onLog, rootAdminToken }))
  }
  const [hub, ...edges] = prepared
  if (!hub) throw new Error('a fleet has at least one process')
  for (const member of prepared) await member.start()
  return {
    members: [hub, ...edges],
    post,
    log: () => log,
    appKey: async (team) =>
      (await hub.admin.call<{ key: string }>('POST', '/admin/v1/keys', { role: 'app', team })).key,
    object: (namespace, name, method, ...args) => callObject(hub.url, namespace, name, method, args),
    async close() {
      await Promise.all(prepared.map((member) => member.kill()))
      await post.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

interface CompiledDocuments {
  readonly revisionFile: string
  readonly secrets: Readonly<Record<string, string>>
}

async function compile(directory: string, documents: Documents): Promise<CompiledDocuments> {
  const bundle = join(directory, 'bundle')
  writeDocuments(bundle, documents)
  let problems = ''
  const note = (text: string): void => {
    problems += text
  }
  const compiled = await compileFolder(bundle, undefined, { stdout: note, stderr: note, cwd: bundle, env: {} })
  if (!compiled.ok) throw new Error(`${problems}${compiled.error}`)
  const { revision, secrets } = compiled.value
  const revisionFile = join(directory, 'revision.json')
  await writeRevision(revision, revisionFile)
  return { revisionFile, secrets }
}

interface MemberOptions {
  readonly directory: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
  readonly rootAdminToken: string
  onLog(line: string): void
}

function createMember({ directory, port, environment, onLog, rootAdminToken }: MemberOptions): FleetMember {
  const host = '127.0.0.1'
  const url = `http://${host}:${port}`
  let running: RunningWorkerd | undefined
  return {
    url,
    admin: createAdminClient(url, rootAdminToken),
    async kill() {
      running?.process.kill('SIGKILL')
      await running?.exited
    },
    async start() {
      running = runWorkerd({ directory, host, port, environment, onLog })
      if (!(await waitUntilReady(running, READY_WITHIN_MS))) throw new Error('a workerd process did not become ready')
    },
  }
}

async function callObject<Value>(
  hub: string,
  namespace: string,
  name: string,
  method: string,
  args: readonly unknown[],
): Promise<Value> {
  const body = writeRemote({ namespace, name, method, args })
  const response = await fetch(`${hub}${REMOTE_PATH}`, { method: 'POST', body })
  const answer = readRemote(await response.text()) as RemoteAnswer // written by the hub only
  if (answer.error !== undefined) throw new Error(answer.error)
  return answer.value as Value // the caller names the method, and so its type
}
