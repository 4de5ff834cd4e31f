/** Keeps a launched gateway running: stops it cleanly on Ctrl-C, relaunches it when a document changes. */

import { err, type Result } from '../../../ground/result.ts'
import type { CliIo } from '../cli-io.ts'
import type { Prepared } from './launch.ts'
import type { RunningWorkerd } from './workerd-process.ts'

export interface SuperviseOptions {
  readonly running: RunningWorkerd
  prepare(): Promise<Result<Prepared, string>>
  run(prepared: Prepared): Promise<Result<RunningWorkerd, string>>
  /** Gives the running gateway other documents; false when it did not take them up. */
  handOver(prepared: Prepared): Promise<boolean>
  /** What the running gateway was started with. */
  readonly environment: Prepared['environment']
  /** Yields once for each burst of changes; undefined when nothing is watched. */
  readonly changes: AsyncIterator<string> | undefined
  /** Writes what is settled and says how many calls are still running. */
  flush(): Promise<{ inFlight: number }>
  readonly io: CliIo
}

/** How long running calls may take to finish after Ctrl-C. */
const DRAIN_MS = 5_000

type Happening = { kind: 'stop' } | { kind: 'exited'; code: number } | { kind: 'changed'; path: string }

export async function supervise(options: SuperviseOptions): Promise<number> {
  const { io } = options
  let { running, environment } = options
  const stop = stopSignal()
  for (;;) {
    const happening = await nextHappening(running, stop, options.changes)
    if (happening.kind === 'exited') {
      io.stderr(`sluice: workerd ended by itself with code ${happening.code}\n`)
      return 1
    }
    if (happening.kind === 'stop') {
      await drain(running, options)
      io.stderr('sluice: stopped\n')
      return 0
    }
    const reloaded = await reload(running, environment, happening.path, options)
    if (!reloaded) return 1
    ;({ running, environment } = reloaded)
  }
}

interface Serving {
  readonly running: RunningWorkerd
  readonly environment: Prepared['environment']
}

/**
 * Documents are handed to the running gateway, so that no call fails for them; other sources or secrets need a new process. The old
 * one goes on when they do not compile. Undefined: nothing runs any more.
 */
async function reload(
  running: RunningWorkerd,
  environment: Prepared['environment'],
  path: string,
  options: SuperviseOptions,
): Promise<Serving | undefined> {
  const { io } = options
  io.stderr(`sluice: ${path} changed\n`)
  const prepared = await options.prepare().catch((error: Error) => err(error.message))
  if (!prepared.ok) {
    io.stderr(`sluice: ${prepared.error}; the last good revision goes on serving\n`)
    return { running, environment }
  }
  const live = `sluice: revision ${prepared.value.revision.hash.slice(0, 12)} is live\n`
  const sameProcess = isDocument(path) && JSON.stringify(prepared.value.environment) === JSON.stringify(environment)
  if (sameProcess && (await options.handOver(prepared.value).catch(() => false))) {
    io.stderr(live)
    return { running, environment }
  }
  await drain(running, options)
  const started = await options.run(prepared.value)
  io.stderr(started.ok ? live : `sluice: ${started.error}\n`)
  return started.ok ? { running: started.value, environment: prepared.value.environment } : undefined
}

/** Not a source of the gateway itself, and no file of secrets. */
function isDocument(path: string): boolean {
  return /^(?:sluice\.yml$|(?:routes|policies|prices)(?:[\\/]|$))/.test(path)
}

function nextHappening(
  running: RunningWorkerd,
  stop: Promise<Happening>,
  changes: AsyncIterator<string> | undefined,
): Promise<Happening> {
  const happenings: Promise<Happening>[] = [stop, running.exited.then((code) => ({ kind: 'exited', code }))]
  if (changes) happenings.push(changes.next().then(({ value }) => ({ kind: 'changed', path: String(value) })))
  return Promise.race(happenings)
}

/** Waits for running calls, so that each writes its row, then ends the process. */
async function drain(running: RunningWorkerd, options: SuperviseOptions): Promise<void> {
  const deadline = Date.now() + DRAIN_MS
  try {
    while ((await options.flush()).inFlight > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 100))
    await options.flush()
  } catch (error) {
    options.io.stderr(
      `sluice: could not flush the ledger before stopping (${error instanceof Error ? error.message : 'unknown'}); open calls will be listed as unreported\n`,
    )
  }
  await running.stop()
}

function stopSignal(): Promise<Happening> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve({ kind: 'stop' }))
  })
}
