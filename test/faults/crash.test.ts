import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UnreportedRange } from '../../src/ports/accounts.ts'
import { TEST_SECRETS, testDocuments } from '../support/documents.ts'
import { type FaultUpstream, startFaultUpstream } from '../support/fault-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { allRows } from '../support/ledger.ts'

const STREAMS = 200

let upstream: FaultUpstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startFaultUpstream()
  gateway = await startGateway(testDocuments(upstream.url), { ...TEST_SECRETS, SLUICE_LEASE_SECONDS: '3' })
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

/** Opens a stream and reads until it ends or breaks; gives its request id. */
async function stream(model: string): Promise<string> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }], stream: true }),
  })
  await response.text().catch(() => 'cut')
  return response.headers.get('x-sluice-request-id') ?? ''
}

function within(requestId: string, ranges: readonly UnreportedRange[]): boolean {
  const [, lease, slot] = requestId.split('_')
  return ranges.some((range) => range.leaseId === lease && Number(slot) >= range.from && Number(slot) < range.to)
}

describe('kill -9 in the middle of 200 concurrent streams', () => {
  it('leaves each call with exactly one row, or listed as unreported, after a restart', async () => {
    // Some are over before the blow, some are in the middle of it.
    const calls = Array.from({ length: STREAMS }, (_, index) => stream(index % 4 === 0 ? 'open/plain' : 'open/slow:50'))
    while (upstream.requests.length < STREAMS) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 400))
    await gateway.kill()
    const ids = (await Promise.all(calls.map((call) => call.catch(() => '')))).filter((id) => id !== '')
    expect(ids.length).toBeGreaterThan(STREAMS / 2)
    await gateway.restart()

    let rows = await allRows(gateway)
    let ranges: readonly UnreportedRange[] = []
    for (let tries = 0; tries < 150; tries++) {
      rows = await allRows(gateway)
      ranges = (await gateway.admin<{ data: UnreportedRange[] }>('GET', '/admin/v1/ledger/unreported')).data
      const known = new Set(rows.map((row) => row.requestId))
      if (ids.every((id) => known.has(id) || within(id, ranges))) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const counts = new Map<string, number>()
    for (const row of rows) counts.set(row.requestId, (counts.get(row.requestId) ?? 0) + 1)
    for (const id of ids) expect(counts.get(id) === 1 || within(id, ranges), id).toBe(true)
    expect([...counts.values()].every((count) => count === 1)).toBe(true)
    const unreported = rows.filter((row) => row.outcome === 'unreported')
    expect(unreported.length).toBeGreaterThan(0)
    expect(unreported.every((row) => row.costNano === undefined && row.usageSource === 'unknown')).toBe(true)
  }, 120_000)

  it('keeps keys and rows across a clean restart too', async () => {
    const id = await stream('open/plain')
    expect(await gateway.stop()).toBe(0)
    await gateway.restart()
    expect((await allRows(gateway)).filter((row) => row.requestId === id)).toHaveLength(1)
    expect(await stream('open/plain')).toMatch(/^req_/)
  })
})
