/** Sluice on one route without its ledger, with it, and with limits and budgets: what accounting adds to a call. */

import { ok } from '../../src/ground/result.ts'
import { type MeasuredWorker, startWorker } from '../accounting/start-worker.ts'
import { PORTS } from '../paths.ts'
import { chatBodies } from '../requests.ts'
import { type Contender, chatEntry, type Entry } from './contender.ts'

/** What the rows are compared with. */
export const WITHOUT_LEDGER = 'Sluice, no ledger, no limits'
export const LEDGER = 'Sluice, ledger'
export const LEASED = 'Sluice, ledger, 5 limits, leased'
export const STRICT = 'Sluice, ledger, 5 limits, strict'

export const withoutLedger: Contender = {
  id: 'without-ledger',
  port: PORTS.withoutLedger,
  rows: [WITHOUT_LEDGER],
  prepare: async () => ok('this working tree with bench/accounting/no-ledger.ts'),
  async start(plan) {
    const { port, id } = withoutLedger
    const worker = await startWorker({ id, port, processor: plan.contender, ledger: false })
    return { pid: worker.pid, entries: [entry(WITHOUT_LEDGER, 'free/', worker)], stop: worker.stop }
  },
}

export const accounting: Contender = {
  id: 'accounting',
  port: PORTS.accounting,
  rows: [LEDGER, LEASED, STRICT],
  prepare: async () => ok('this working tree'),
  async start(plan) {
    const { port, id } = accounting
    const worker = await startWorker({ id, port, processor: plan.contender, ledger: true })
    const entries = [entry(LEDGER, 'free/', worker), entry(LEASED, 'leased/', worker), entry(STRICT, 'strict/', worker)]
    return { pid: worker.pid, entries, audit: (answered) => audit(worker, answered), stop: worker.stop }
  },
}

function entry(name: string, prefix: string, { appKey }: MeasuredWorker): Entry {
  return chatEntry(name, chatBodies(prefix), { authorization: `Bearer ${appKey}` })
}

/** Every request answered must be a row. */
async function audit({ admin }: MeasuredWorker, requestsAnswered: number): Promise<string | undefined> {
  await admin.call('POST', '/admin/v1/ledger/flush')
  const { total } = await admin.call<{ total: { calls: number } }>('GET', '/admin/v1/reports/cost?group_by=team')
  if (total.calls === requestsAnswered) return undefined
  return `it answered ${requestsAnswered} requests and its ledger holds ${total.calls} rows`
}
