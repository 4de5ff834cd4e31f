import { expect, it } from 'vitest'
import { createLedgerWriter } from '../../src/services/ledger/ledger-writer.ts'
import { memoryAccounts } from '../../src/stores/memory/account-store.ts'
import { FakeTime } from '../support/fake-time.ts'
import { ShakyAccounts } from '../support/shaky-accounts.ts'
import { NOON_MS, row } from './ledger-rows.ts'

const { requestId: _, ...settled } = row('')

it('a writer opens another lease when one is used up', async () => {
  const time = new FakeTime(NOON_MS)
  const network = new ShakyAccounts(time)
  const accounts = memoryAccounts({ clock: time })
  const account = accounts('org', 'blue')
  const writer = createLedgerWriter({ accounts: network.wrap(accounts), clock: time, timers: time })
  const ids = new Set<string>()
  for (let call = 0; call < 70_000; call++) {
    const asked = writer.admit('org', 'blue', () => undefined)
    if (!('requestId' in asked)) await time.advance(0)
    const slot = 'requestId' in asked ? asked : await asked
    if (!('requestId' in slot) && !slot.ok) throw new Error(slot.error.message)
    const { requestId, settle } = 'requestId' in slot ? slot : slot.value
    ids.add(requestId)
    settle(settled)
    if (call % 100 === 0) await time.advance(1)
  }
  await time.advance(5000)
  expect(ids.size).toBe(70_000)
  expect(network.calls.openLease).toBe(2)
  expect(await account.costs([], {})).toMatchObject([{ calls: 70_000, unknownCostCalls: 0 }])
  expect(await account.unreported()).toEqual([])
}, 60_000)
