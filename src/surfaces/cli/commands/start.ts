/** `sluice start`: compiles the documents, serves them through raw workerd, and prints how to make the first call. */

import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { deriveSecrets } from '../../../services/keys/secrets.ts'
import { createAdminClient } from '../admin-client.ts'
import type { CliIo } from '../cli-io.ts'
import { banner, jsonLine } from '../serve/banner.ts'
import { firstKeys } from '../serve/first-keys.ts'
import { handOver, type LaunchOptions, type Prepared, prepare, run } from '../serve/launch.ts'
import { openStateFolder } from '../serve/state-folder.ts'
import { supervise } from '../serve/supervise.ts'
import { watchFolders } from '../serve/watch-folders.ts'
import { portProblem } from '../serve/workerd-process.ts'

const HELP = `sluice start [options]

  Serves the documents of a folder through workerd until Ctrl-C. The first start makes an app key and an admin key and shows them once;
  they belong to the team "default" where there is one, else to the first team in sluice.yml.

  --bundle FOLDER     where sluice.yml is (default: here)      --state FOLDER   where keys and rows are kept (default: .sluice in it)
  --host 127.0.0.1 --port 8787      -t, --target dev|staging|prod
  --watch             compiles again when a document changes   --json           prints address and keys as one line
`

interface StartOptions extends Omit<LaunchOptions, 'folder'> {
  readonly state: string
  readonly json: boolean
}

/** Runs until the process is told to stop. Exit code 0: it served and stopped cleanly; 1: one line says why not. */
export async function start(args: string[], io: CliIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout(HELP)
    return 0
  }
  const options = readOptions(args, io)
  if (typeof options === 'string') return fail(io, options)
  const busy = await portProblem(options.host, options.port)
  if (busy) return fail(io, busy)
  const folder = await openStateFolder(options.state, io.env.SLUICE_SECRET)
  const secrets = await deriveSecrets(folder.secret)
  if (!secrets.ok) return fail(io, secrets.error.message)
  const launch: LaunchOptions = { ...options, folder }
  // From before the first compile, so that no edit is missed.
  const changes = options.watch ? watchFolders(options.bundle) : undefined
  const prepared = await prepare(launch, io)
  if (!prepared.ok) return fail(io, prepared.error)
  const started = await run(prepared.value, launch, io)
  if (!started.ok) return fail(io, started.error)
  const running = started.value
  const admin = createAdminClient(running.url, secrets.value.rootAdminToken)
  const keys = await firstKeys(admin, keyTeam(prepared.value))
  io.stdout(
    options.json ? jsonLine(running, keys) : banner({ url: running.url, keys, revision: prepared.value.revision }),
  )
  return supervise({
    running,
    prepare: () => prepare(launch, io),
    run: (again) => run(again, launch, io),
    handOver: (again) => handOver(again, running.url, folder),
    environment: prepared.value.environment,
    changes,
    flush: () => admin.call<{ inFlight: number }>('POST', '/admin/v1/ledger/flush'),
    io,
  })
}

/** `default` where there is one; else the first in sluice.yml. */
function keyTeam({ revision, firstTeam }: Prepared): string {
  return revision.teams.includes('default') ? 'default' : firstTeam
}

function readOptions(args: string[], io: CliIo): StartOptions | string {
  const { values } = parseArgs({
    args,
    options: {
      bundle: { type: 'string', default: '.' },
      state: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: io.env.PORT ?? '8787' },
      target: { type: 'string', short: 't' },
      json: { type: 'boolean', default: false },
      watch: { type: 'boolean', default: false },
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return `--port must be a number from 1 to 65535, not "${values.port}"`
  const bundle = resolve(io.cwd, values.bundle)
  const state = resolve(io.cwd, values.state ?? join(bundle, '.sluice'))
  return { bundle, state, host: values.host, port, target: values.target, json: values.json, watch: values.watch }
}

function fail(io: CliIo, message: string): number {
  io.stderr(`sluice: ${message}\n`)
  return 1
}
