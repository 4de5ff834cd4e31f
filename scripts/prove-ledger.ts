/** `npm run prove:ledger -- --cuts 10000 --seed 1`: cuts calls, accounts, processes and deliveries, and audits the ledger to the nano-dollar. */

import { parseArgs } from 'node:util'
import { proveLedger } from './prove-ledger/prove.ts'
import { holds, printReport } from './prove-ledger/report.ts'

const HELP = `Makes calls through three workerd processes that share their Durable Objects, and cuts them: clients hang up at a
random byte, upstreams break off, accounts restart between hold and settle, processes are killed with kill -9, and deliveries of
rows are lost, unanswered, doubled and reordered. Then holds every row and sum against what clients and upstream know.

  --cuts N   faults to make (default: 10000; about 20 a second)
  --seed S   the same seed makes the same plan (default: 1); when each fault strikes still depends on the machine

Exit code 1 when a call is lost or booked twice, or any sum is off by a nano-dollar.
`
const PROGRESS_EVERY_MS = 5000

const { values: options } = parseArgs({
  options: {
    cuts: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

process.exitCode = options.help ? help() : await main(Number(options.cuts), Number(options.seed))

function help(): number {
  console.log(HELP)
  return 0
}

async function main(cuts: number, seed: number): Promise<number> {
  if (!(Number.isSafeInteger(cuts) && cuts > 0 && Number.isSafeInteger(seed) && seed >= 0)) {
    console.error('--cuts takes a whole number above 0, and --seed one from 0.')
    return 2
  }
  const proof = await proveLedger({ cuts, seed, progress: progressLine(cuts) })
  printReport(proof)
  return holds(proof) ? 0 : 1
}

/** One line that is written over on a terminal; a line now and then elsewhere. */
function progressLine(cuts: number): (done: number) => void {
  const began = performance.now()
  let saidAt = 0
  return (done) => {
    const now = performance.now()
    if (now - saidAt < (process.stderr.isTTY ? 200 : PROGRESS_EVERY_MS)) return
    saidAt = now
    const text = `${Math.min(done, cuts)} of ${cuts} cuts, ${Math.round((now - began) / 1000)} s`
    process.stderr.write(process.stderr.isTTY ? `\r${text} ` : `${text}\n`)
  }
}
