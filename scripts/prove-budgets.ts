/** `npm run prove:budgets`: many calls at the edge of a hard budget, against the running gateway and against check-then-increment. */

import { parseArgs } from 'node:util'
import { type Contender, startCheckThenIncrement, startSluice } from './prove-budgets/contenders.ts'
import { printTable, type Row } from './prove-budgets/report.ts'
import { runTrial } from './prove-budgets/run-trial.ts'
import { startMeteredUpstream } from './prove-budgets/upstream.ts'

const HELP = `Spends hard budgets to their end with many calls at once and measures how far they are passed.

  --concurrency LIST  calls at once (default: 1,10,100,1000)
  --trials N          budgets spent for each (default: 100)
  --usd N             dollars of each budget (default: 0.01, about 20 calls)
  --processes N       workerd processes that share the budgets (default: 3)
  --only NAME         only one contender: team, organisation, strict, check-then-increment

Exit code 1 when Sluice passes a budget by a nano-dollar or its ledger differs from what the upstream served.
`

const { values: options } = parseArgs({
  options: {
    concurrency: { type: 'string', default: '1,10,100,1000' },
    trials: { type: 'string', default: '100' },
    usd: { type: 'string', default: '0.01' },
    processes: { type: 'string', default: '3' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

process.exitCode = options.help ? help() : await main()

function help(): number {
  console.log(HELP)
  return 0
}

async function main(): Promise<number> {
  const upstream = await startMeteredUpstream()
  const budgets = { upstreamUrl: upstream.url, usd: Number(options.usd) }
  const sluice = await startSluice(budgets, Number(options.processes))
  const baseline = await startCheckThenIncrement(budgets)
  const contenders = [...sluice.contenders, baseline].filter(({ name }) => !options.only || name === options.only)
  try {
    const rows: Row[] = []
    for (const concurrency of options.concurrency.split(',').map(Number)) {
      for (const contender of contenders) rows.push(await prove(contender, concurrency))
    }
    printTable(rows)
    const wrong = await sluice.ledgerDifference(upstream.served())
    console.log(
      wrong === 0n
        ? 'The ledger is what the upstream served, to the nano-dollar.'
        : `The ledger is ${wrong} nano-dollars off.`,
    )
    const passed = rows.some(({ contender, maxOvershootNano }) => contender !== baseline.name && maxOvershootNano > 0)
    return passed || wrong !== 0n ? 1 : 0
  } finally {
    await Promise.all([sluice.stop(), baseline.stop(), upstream.close()])
  }

  async function prove(contender: Contender, concurrency: number): Promise<Row> {
    const trials = []
    for (let trial = 0; trial < Number(options.trials); trial++)
      trials.push(await runTrial(contender, concurrency, `${contender.name}-${concurrency}-${trial}`, upstream))
    return {
      contender: contender.name,
      concurrency,
      trials: trials.length,
      calls: trials.reduce((sum, { calls }) => sum + calls, 0),
      overloaded: trials.reduce((sum, { overloaded }) => sum + overloaded, 0),
      maxOvershootNano: Math.max(...trials.map(({ spentNano }) => Math.max(0, spentNano - contender.limitNano))),
      passed: trials.filter(({ spentNano }) => spentNano > contender.limitNano).length,
      meanUnusedNano:
        trials.reduce((sum, { spentNano }) => sum + Math.max(0, contender.limitNano - spentNano), 0) / trials.length,
    }
  }
}
