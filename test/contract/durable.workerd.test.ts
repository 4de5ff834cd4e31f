/// <reference types="@cloudflare/vitest-plugin/types" />
import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env as bindings } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { AccountStore } from '../../src/ports/accounts.ts'
import type { Account } from '../../src/stores/durable/account.ts'
import type { Control } from '../../src/stores/durable/control.ts'
import { durableAccounts } from '../../src/stores/durable/durable-accounts.ts'
import { durableKeyStore } from '../../src/stores/durable/durable-key-store.ts'
import { describeAccountStore } from './account-store.ts'
import { describeKeyStore } from './key-store.ts'
import { row } from './ledger-rows.ts'

const env = bindings as unknown as {
  ACCOUNT: DurableObjectNamespace<Account>
  CONTROL: DurableObjectNamespace<Control>
} // the bindings of test/support/wrangler.test.toml

const accounts = durableAccounts(env.ACCOUNT)
const stubs = new WeakMap<AccountStore, DurableObjectStub<Account>>()
let count = 0

function fresh(): AccountStore {
  const organisation = `organisation ${count++}`
  const account = accounts(organisation, 'blue')
  stubs.set(account, env.ACCOUNT.getByName(JSON.stringify([organisation, 'blue'])))
  return account
}

function stubOf(account: AccountStore): DurableObjectStub<Account> {
  const stub = stubs.get(account)
  if (!stub) throw new Error('not an account of this file')
  return stub
}

async function expireLeases(account: AccountStore): Promise<void> {
  const stub = stubOf(account)
  await runInDurableObject(stub, (_, state) => {
    state.storage.sql.exec('UPDATE leases SET expires_at_ms = 0 WHERE ended_at_ms IS NULL')
  })
  await runDurableObjectAlarm(stub)
}

describeAccountStore('Account Durable Object', { fresh, expireLeases })

describeKeyStore('Control Durable Object', {
  async fresh() {
    await reset()
    return durableKeyStore(env.CONTROL)
  },
})

describe('the Account Durable Object', () => {
  it('ends leases by its alarm alone, also after it was evicted', async () => {
    const account = fresh()
    const { id } = await account.openLease(4)
    await account.sync({ leaseId: id, used: 1, rows: [], want: 4, close: false })
    await runInDurableObject(stubOf(account), (_, state) => {
      state.storage.sql.exec('UPDATE leases SET expires_at_ms = 0')
    })
    await evictDurableObject(stubOf(account))
    expect(await runDurableObjectAlarm(stubOf(account))).toBe(true)
    const ended = await runInDurableObject(stubOf(account), (_, state) =>
      state.storage.sql.exec('SELECT request_id, entry FROM entries').toArray(),
    )
    expect(ended).toEqual([{ request_id: `req_${id}_0`, entry: 'unreported' }])
  })

  it('keeps an alarm while a lease is open and none afterwards', async () => {
    const account = fresh()
    const { id } = await account.openLease(4)
    expect(await runDurableObjectAlarm(stubOf(account))).toBe(true)
    expect(await account.unreported()).toEqual([])
    await account.sync({ leaseId: id, used: 0, rows: [], want: 0, close: true })
    expect(await runDurableObjectAlarm(stubOf(account))).toBe(true)
    expect(await runDurableObjectAlarm(stubOf(account))).toBe(false)
  })

  it('keeps leases and rows when it is evicted', async () => {
    const account = fresh()
    const { id } = await account.openLease(4)
    await account.sync({ leaseId: id, used: 1, rows: [row(`req_${id}_0`)], want: 4, close: false })
    await evictDurableObject(stubOf(account))
    expect((await account.rows({ limit: 10 })).rows).toEqual([row(`req_${id}_0`)])
    expect((await account.sync({ leaseId: id, used: 2, rows: [], want: 4, close: false })).lease?.slots).toBe(6)
  })

  it('never changes or deletes an entry', async () => {
    const account = fresh()
    const { id } = await account.openLease(4)
    await account.sync({ leaseId: id, used: 1, rows: [], want: 0, close: false })
    await expireLeases(account)
    await account.sync({ leaseId: id, used: 1, rows: [row(`req_${id}_0`)], want: 0, close: false })
    const entries = await runInDurableObject(stubOf(account), (_, state) =>
      state.storage.sql.exec('SELECT entry, outcome, cost_nano FROM entries ORDER BY entry').toArray(),
    )
    expect(entries).toEqual([
      { entry: 'late', outcome: 'ok', cost_nano: 1000 },
      { entry: 'unreported', outcome: 'unreported', cost_nano: null },
    ])
  })

  it('opens a lease once when the call is repeated', async () => {
    const stub = stubOf(fresh())
    using first = await stub.openLease('samelease123', 'blue', 4)
    using second = await stub.openLease('samelease123', 'blue', 4)
    expect({ ...second }).toMatchObject({ id: first.id, slots: first.slots, expiresAtMs: first.expiresAtMs })
  })

  it('keeps accounts apart whose names would join to the same text', async () => {
    await accounts('a', 'b","c').openLease(1)
    const { id } = await accounts('a', 'b').openLease(1)
    await accounts('a', 'b').sync({ leaseId: id, used: 1, rows: [row(`req_${id}_0`)], want: 0, close: false })
    expect((await accounts('a","b', 'c').rows({ limit: 1 })).rows).toEqual([])
    expect((await accounts('a', 'b","c').rows({ limit: 1 })).rows).toEqual([])
  })

  it('refuses data that a newer release wrote', async () => {
    const account = fresh()
    await account.openLease(1)
    const message = await runInDurableObject(stubOf(account), async (_, state) => {
      const { ACCOUNT_MIGRATIONS } = await import('../../src/stores/durable/account-schema.ts')
      const { migrate } = await import('../../src/stores/durable/migrate.ts')
      state.storage.sql.exec("UPDATE meta SET value = 99 WHERE name = 'version'")
      try {
        migrate(state.storage, ACCOUNT_MIGRATIONS)
        return 'accepted'
      } catch (error) {
        return String(error)
      }
    })
    expect(message).toContain('version 99')
  })
})
