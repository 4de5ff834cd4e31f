/** `npm run prove:clients`: drives the vendors' own client libraries against the running gateway, each across every kind of provider. */

import { parseArgs } from 'node:util'
import { findProvider } from '../src/providers/index.ts'
import { CLIENTS } from './prove-clients/clients.ts'
import { createExceptionList, loadExceptions } from './prove-clients/exceptions.ts'
import { startGateway } from './prove-clients/gateway.ts'
import { installClients, versionOf } from './prove-clients/install.ts'
import { startProxy } from './prove-clients/listening-proxy.ts'
import type { ClientProof } from './prove-clients/proof.ts'
import { DOCUMENT, EXCEPTIONS, judge, printReport, writeReport } from './prove-clients/report.ts'
import { type Outcome, runClient, type Stage } from './prove-clients/run-checks.ts'
import { installTools } from './prove-clients/run-tool.ts'
import { STAND_INS, standIn } from './prove-clients/stand-ins.ts'

const HELP = `Drives client libraries against the gateway, whose every provider is a scripted upstream.

  --client NAME      only this client (file name in scripts/prove-clients/clients); may be repeated
  --upstream ID      only this stand-in provider (${STAND_INS.map(({ id }) => id).join(', ')}); may be repeated
  --only TEXT        only checks whose client/check/upstream contains TEXT
  --gateway DIR      folder of the gateway to prove (default: this repository)
  --direct           leave the gateway out: checks the scripted upstream and the checks themselves
  --exceptions FILE  explained departures (default: ${EXCEPTIONS}); "none" to ignore them
  --tools            first install the command-line clients (about 800 MB) and run them too
  --write            write results.json and ${DOCUMENT} although not everything was run
  --verbose          print each check

Everything run: results.json and ${DOCUMENT} are written. Exit code 1 when a check fails that no exception explains.
`

const { values: options } = parseArgs({
  options: {
    client: { type: 'string', multiple: true },
    upstream: { type: 'string', multiple: true },
    only: { type: 'string' },
    gateway: { type: 'string', default: `${import.meta.dirname}/..` },
    exceptions: { type: 'string', default: `${import.meta.dirname}/../${EXCEPTIONS}` },
    direct: { type: 'boolean', default: false },
    tools: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

process.exitCode = options.help ? help() : await main()

function help(): number {
  console.log(HELP)
  return 0
}

async function main(): Promise<number> {
  const problem = installClients() ?? (options.tools ? installTools() : undefined)
  if (problem !== undefined) {
    console.error(problem)
    return 2
  }
  const standIns = (options.upstream?.map(standIn) ?? STAND_INS).filter(({ kind }) => findProvider(kind))
  // It needs the packages installed above.
  const { CREDENTIAL, startUpstream } = await import('./prove-clients/upstream/server.ts')
  const upstream = await startUpstream()
  const gateway = options.direct
    ? { url: upstream.url, key: CREDENTIAL, stop: () => Promise.resolve() }
    : await startGateway(options.gateway, standIns, upstream.url)
  const proxy = await startProxy(gateway.url)
  try {
    const proofs = await Promise.all((options.client ?? CLIENTS).map(load))
    const outcomes = await runAll(proofs, { upstream, proxy, key: gateway.key, isDirect: options.direct }, standIns)
    return conclude(proofs, outcomes)
  } finally {
    await proxy.close()
    await gateway.stop()
    await upstream.close()
  }
}

async function load(name: string): Promise<ClientProof> {
  const file = `./prove-clients/clients/${name}.ts`
  const module = (await import(file)) as { readonly proof: ClientProof }
  return module.proof
}

async function runAll(
  proofs: readonly ClientProof[],
  stage: Stage,
  standIns: readonly (typeof STAND_INS)[number][],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const wanted = (name: string): boolean => !options.only || name.includes(options.only)
  for (const proof of proofs) {
    if (proof.unavailable?.() !== undefined) continue
    const some = await runClient(proof, standIns, stage, wanted)
    outcomes.push(...some)
    console.error(`${proof.title}: ${some.filter(({ passed }) => passed).length} of ${some.length}`)
    if (!options.verbose) continue
    for (const { check, upstream, passed, durationMs } of some)
      console.error(`    ${passed ? 'passed' : 'FAILED'}  ${check} / ${upstream} (${durationMs} ms)`)
  }
  return outcomes
}

function conclude(proofs: readonly ClientProof[], outcomes: readonly Outcome[]): number {
  const exceptions = options.exceptions === 'none' ? createExceptionList([]) : loadExceptions(options.exceptions)
  const judged = judge(outcomes, exceptions)
  const isWhole = !options.direct && !options.client && !options.upstream && !options.only
  const stale = isWhole ? exceptions.unused() : []
  printReport(judged, stale)
  if (isWhole || options.write) writeReport(proofs, judged, versionOf)
  return judged.some(({ verdict }) => verdict === 'failed') || stale.length > 0 || judged.length === 0 ? 1 : 0
}
