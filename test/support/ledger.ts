/** Reads the ledger of a running gateway until what a test waits for is there. */

import type { LedgerRow } from '../../src/ports/accounts.ts'
import type { TestGateway } from './gateway.ts'

const TRIES = 100

/** The one row of a call; fails after a few seconds without it, or at once if there are two. */
export async function rowOf(gateway: TestGateway, requestId: string | null): Promise<LedgerRow> {
  if (!requestId) throw new Error('the reply had no x-sluice-request-id')
  for (let tries = 0; tries < TRIES; tries++) {
    const { data } = await gateway.admin<{ data: LedgerRow[] }>('GET', `/admin/v1/ledger?request_id=${requestId}`)
    if (data.length > 1) throw new Error(`${requestId} has ${data.length} rows`)
    if (data[0]) return data[0]
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${requestId} has no row`)
}

/** Every row, newest first. */
export async function allRows(gateway: TestGateway, team = 'default'): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ team, limit: '1000', ...(cursor ? { cursor } : {}) })
    const page: { data: LedgerRow[]; next_cursor: string | null } = await gateway.admin(
      'GET',
      `/admin/v1/ledger?${query}`,
    )
    rows.push(...page.data)
    cursor = page.next_cursor
  } while (cursor)
  return rows
}
