/** `npm run prove:cache`: that kept answers go to nobody else and to no other question, and what they save. */

import { parseArgs } from 'node:util'
import { seededRandom } from '../src/edge/training/seeded-random.ts'
import { proveDigests } from './prove-cache/digests.ts'
import { proveNearDuplicates } from './prove-cache/near-duplicates.ts'
import { measureParaphrases } from './prove-cache/paraphrases.ts'
import { proveRecordings } from './prove-cache/recordings.ts'
import { startRig } from './prove-cache/rig.ts'
import { proveTenants } from './prove-cache/tenants.ts'
import { measureTiming } from './prove-cache/timing.ts'
import { measureWorkload } from './prove-cache/workload.ts'

const HELP = `Proves the cache of replies. Everything is drawn from a seed, so a finding can be repeated.

  --seed N      (default: 1)
  --cases N     property cases of the digest (default: 1000000)
  --calls N     calls of the replayed workload (default: 2000)
  --probes N    calls by other tenants, and as many of each kind for timing (default: 300)

With SLUICE_CORPUS (default: ../shared/corpus) recorded requests of every format are asked as well.
Exit code 1 when a digest is shared by two questions, an answer goes to another tenant or to a question with another fact.
`

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '1000000' },
    calls: { type: 'string', default: '2000' },
    probes: { type: 'string', default: '300' },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) console.log(HELP)
else process.exitCode = (await main()) ? 0 : 1

/** True when nothing was found. */
async function main(): Promise<boolean> {
  const seed = Number(options.seed)
  console.log(`seed ${seed}`)
  const findings = [
    ...(await proveDigests(Number(options.cases), seededRandom(seed))),
    ...(await proveRecordings(process.env.SLUICE_CORPUS ?? '../shared/corpus')),
    ...(await proveNearDuplicates()),
  ]
  await measureParaphrases()
  const rig = await startRig()
  try {
    findings.push(...(await proveTenants(rig, Number(options.probes))))
    await measureTiming(rig, Number(options.probes), seededRandom(seed))
    await measureWorkload(rig, Number(options.calls), seededRandom(seed))
  } finally {
    await rig.stop()
  }
  for (const finding of findings.slice(0, 20)) console.log(`FOUND ${finding}`)
  console.log(findings.length === 0 ? 'Nothing was found.' : `${findings.length} findings.`)
  return findings.length === 0
}
