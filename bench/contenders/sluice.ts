/** Sluice, started by its own command line, with everything on: key check, policies, price lookup, one ledger row a call. */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ok } from '../../src/ground/result.ts'
import { BENCH, OUT, PORTS, ROOT } from '../paths.ts'
import { startPinned, waitUntil } from '../pinned-process.ts'
import { chatBodies, messagesBodies } from '../requests.ts'
import { type Contender, chatEntry, type Entry } from './contender.ts'

const SAME_WIRE = 'Sluice, same wire'
const CROSSWISE = 'Sluice, Anthropic client on OpenAI upstream'
const READY_TIMEOUT_MS = 60_000

/** What `sluice start --json` prints once it answers. */
interface StartLine {
  readonly url: string
  readonly appKey: string
  readonly adminKey: string
}

export const sluice: Contender = {
  id: 'sluice',
  port: PORTS.sluice,
  rows: [SAME_WIRE, CROSSWISE],
  prepare: async () => ok('this working tree'),
  async start(plan) {
    // Keys are shown only at a state folder's first start.
    const state = join(OUT, 'sluice-state')
    rmSync(state, { recursive: true, force: true })
    const main = join(ROOT, 'src/surfaces/cli/main.ts')
    const args = [main, 'start', '--json', '--port', String(PORTS.sluice), '--state', state]
    const server = startPinned({
      id: 'sluice',
      command: process.execPath,
      args: [...args, '--bundle', join(BENCH, 'bundle')],
      processor: plan.contender,
      stopSignal: 'SIGINT',
    })
    await waitUntil(server, () => server.stdout().includes('\n'), 'print its address and keys', READY_TIMEOUT_MS)
    const line = JSON.parse(server.stdout()) as StartLine
    return {
      pid: server.pid,
      entries: entries(line.appKey),
      audit: (requestsAnswered) => audit(line, requestsAnswered),
      stop: server.stop,
    }
  },
}

function entries(appKey: string): Entry[] {
  const headers = { 'x-api-key': appKey, 'anthropic-version': '2023-06-01' }
  return [
    chatEntry(SAME_WIRE, chatBodies('same/'), { authorization: `Bearer ${appKey}` }),
    { name: CROSSWISE, path: '/v1/messages', headers, bodies: messagesBodies('cross/') },
  ]
}

/** A gateway that forgot rows would look faster than it is: every request answered must be a row. */
async function audit({ url, adminKey }: StartLine, requestsAnswered: number): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${adminKey}` }
  const flushed = await fetch(`${url}/admin/v1/ledger/flush`, { method: 'POST', headers })
  const report = await fetch(`${url}/admin/v1/reports/cost?group_by=team`, { headers })
  if (!flushed.ok || !report.ok) return `its ledger could not be read: status ${flushed.status} and ${report.status}`
  const { total } = (await report.json()) as { total: { calls: number } }
  if (total.calls === requestsAnswered) return undefined
  return `it answered ${requestsAnswered} requests and its ledger holds ${total.calls} rows`
}
