/// <reference types="@cloudflare/vitest-plugin/types" />
import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env as bindings } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { AccountStore } from '../../src/ports/accounts.ts'
import type { ReplyClaim, ReplyStore } from '../../src/ports/replies.ts'
import type { Account } from '../../src/stores/durable/account.ts'
import type { Control } from '../../src/stores/durable/control.ts'
import { durableAccounts } from '../../src/stores/durable/durable-accounts.ts'
import { durableKeyStore } from '../../src/stores/durable/durable-key-store.ts'
import { durableReplies } from '../../src/stores/durable/durable-replies.ts'
import type { Replies } from '../../src/stores/durable/replies.ts'
import { describeArms } from './account-arms.ts'
import { describeReports } from './account-reports.ts'
import { describeAccountStore } from './account-store.ts'
import { describeKeyStore } from './key-store.ts'
import { row } from './ledger-rows.ts'
import { describeReplyStore } from './reply-store.ts'

const env = bindings as unknown as {
  ACCOUNT: DurableObjectNamespace<Account>
  CONTROL: DurableObjectNamespace<Control>
  REPLIES: DurableObjectNamespace<Replies>
} // the bindings of test/support/wrangler.test.toml

const accounts = durableAccounts(env.ACCOUNT)
const stubs = new WeakMap<AccountStore, DurableObjectStub<Account>>()
let count = 0

const organisations = new WeakMap<AccountStore, string>()

function accountOf(organisation: string, team: string): AccountStore {
  const account = accounts(organisation, team)
  stubs.set(account, env.ACCOUNT.getByName(JSON.stringify([organisation, team])))
  organisations.set(account, organisation)
  return account
}

function fresh(): AccountStore {
  return accountOf(`organisation ${count++}`, 'blue')
}

function sibling(account: AccountStore, team: string): AccountStore {
  return accountOf(organisations.get(account) ?? '', team)
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

describeAccountStore('Account Durable Object', { fresh, sibling, expireLeases })
describe('experiments of the Account Durable Object', () => describeArms({ fresh, sibling, expireLeases }))
describe('reports of the Account Durable Object', () => describeReports({ fresh, sibling, expireLeases }))

describeKeyStore('Control Durable Object', {
  async fresh() {
    await reset()
    return durableKeyStore(env.CONTROL)
  },
})

const teamsOfReplies = new WeakMap<ReplyStore, string>()
const replies = durableReplies(env.REPLIES)

function freshReplies(): ReplyStore {
  const team = `team ${count++}`
  const store = replies('organisation', team)
  teamsOfReplies.set(store, team)
  return store
}

function replyStub(store: ReplyStore, digit: string): DurableObjectStub<Replies> {
  return env.REPLIES.getByName(JSON.stringify(['organisation', teamsOfReplies.get(store), digit]))
}

describeReplyStore('Replies Durable Object', {
  fresh: freshReplies,
  async pass(store, ms) {
    for (const digit of ['a', 'c']) {
      await runInDurableObject(replyStub(store, digit), (_, state) => {
        state.storage.sql.exec('UPDATE replies SET until_ms = until_ms - ?', ms)
      })
    }
  },
})

describe('the Replies Durable Object', () => {
  const claim: ReplyClaim = { id: 'a'.repeat(64), asked: 'b'.repeat(64), holder: 'req_a_1' }
  const reply = { requestId: 'req_a_1', status: 200, headers: {}, body: new Uint8Array(1000) }
  const stored = (store: ReplyStore): Promise<number> =>
    runInDurableObject(replyStub(store, 'a'), (_, state) =>
      Number(state.storage.sql.exec('SELECT COUNT(*) AS count FROM replies').one().count),
    )
  const age = (store: ReplyStore, ms: number): Promise<void> =>
    runInDurableObject(replyStub(store, 'a'), (_, state) => {
      state.storage.sql.exec('UPDATE replies SET until_ms = until_ms - ?', ms)
    })

  it('deletes answers from the disk by its alarm alone when their day is over', async () => {
    const store = freshReplies()
    await store.claim(claim, 0)
    await store.keep(claim, reply)
    expect(await runDurableObjectAlarm(replyStub(store, 'a'))).toBe(true)
    expect(await stored(store)).toBe(1)
    await age(store, 25 * 60 * 60 * 1000)
    await evictDurableObject(replyStub(store, 'a'))
    expect(await runDurableObjectAlarm(replyStub(store, 'a'))).toBe(true)
    expect(await stored(store)).toBe(0)
    expect(await runDurableObjectAlarm(replyStub(store, 'a'))).toBe(false)
  })

  it('keeps claims and answers when it is evicted', async () => {
    const store = freshReplies()
    await store.claim(claim, 0)
    await evictDurableObject(replyStub(store, 'a'))
    expect((await store.claim({ ...claim, holder: 'req_b_2' }, 0)).state).toBe('running')
    await store.keep(claim, reply)
    await evictDurableObject(replyStub(store, 'a'))
    expect(await store.claim({ ...claim, holder: 'req_b_2' }, 0)).toEqual({ state: 'kept', reply })
  })

  it('has no answer of another team, whatever the names are', async () => {
    await replies('a', 'b","a').claim(claim, 0)
    expect((await replies('a","b', 'a').claim({ ...claim, holder: 'x' }, 0)).state).toBe('yours')
  })
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

describe('a limit that teams share', () => {
  const SHARED = {
    limit: 'p/usd',
    scope: 'org',
    startMs: 0,
    sinceMs: 0,
    untilMs: Date.UTC(2100, 0, 1),
    kind: 'money',
    bound: 100,
    shared: true,
  } as const
  const NOTHING = { spent: 0, returned: 0, least: 0, need: 0, want: 0 }
  const ask = (amount: number) => ({ least: amount, need: amount, want: amount, smallest: amount })
  const say = async (account: AccountStore, leaseId: string, credit: object, close = false): Promise<number> => {
    const answer = await account.sync({
      leaseId,
      used: 0,
      rows: [],
      want: 0,
      close,
      credit: [{ ...SHARED, ...NOTHING, ...credit }],
    })
    return answer.credit?.[0]?.granted ?? 0
  }

  it('is not granted again while it is on its way back', async () => {
    const [blue, red] = [fresh(), fresh()].map((account, index, all) =>
      index === 0 ? account : sibling(all[0] ?? account, 'red'),
    )
    if (!blue || !red) throw new Error('there are two accounts')
    const first = await blue.openLease(1)
    expect(await say(blue, first.id, ask(100))).toBe(100)
    const second = async (): Promise<number> => say(blue, (await blue.openLease(1)).id, ask(100))
    const [, again] = await Promise.all([say(blue, first.id, { returned: 100 }, true), second()])
    const other = await say(red, (await red.openLease(1)).id, ask(100))
    expect(again + other).toBe(100)
  })

  it('has for both isolates of a team that ask at once what there is plenty of', async () => {
    const blue = fresh()
    const leases = [await blue.openLease(1), await blue.openLease(1), await blue.openLease(1)]
    expect(await Promise.all(leases.map(({ id }) => say(blue, id, ask(2))))).toEqual([2, 2, 2])
  })

  it('is there for other teams once a busy one has not needed it for a while', async () => {
    const blue = fresh()
    const red = sibling(blue, 'red')
    const { id } = await blue.openLease(1)
    await say(blue, id, ask(100))
    await say(blue, id, { spent: 1, returned: 99 })
    await runInDurableObject(stubOf(blue), (_, state) => {
      state.storage.sql.exec('UPDATE upstreams SET reported_at_ms = 0')
    })
    await say(blue, id, { spent: 2, returned: 98 })
    expect(await say(red, (await red.openLease(1)).id, ask(90))).toBe(90)
  })

  it('is counted in whole units, whatever an isolate says', async () => {
    const blue = fresh()
    const { id } = await blue.openLease(1)
    const own = { ...SHARED, ...NOTHING, ...ask(10.5), spent: 0.2 }
    const { shared: _, ...alone } = own
    await blue.sync({ leaseId: id, used: 1, rows: [row(`req_${id}_0`)], want: 0, close: false, credit: [alone] })
    expect(await blue.counters()).toMatchObject([{ spent: 1 }])
    expect((await blue.rows({ limit: 9 })).rows).toHaveLength(1)
  })
})

describe('what is long over', () => {
  it('is forgotten, also where no lease was lost', async () => {
    const blue = fresh()
    for (let window = 0; window < 5; window++) {
      const { id } = await blue.openLease(1)
      const terms = {
        limit: 'l',
        scope: 's',
        startMs: window,
        sinceMs: window,
        untilMs: 1000 + window,
        kind: 'count',
        bound: 9,
      } as const
      const credit = { ...terms, spent: 1, returned: 0, least: 0, need: 0, want: 0 }
      await blue.sync({ leaseId: id, used: 0, rows: [], want: 0, close: true, credit: [credit] })
    }
    await runInDurableObject(stubOf(blue), (_, state) => {
      state.storage.sql.exec('UPDATE leases SET ended_at_ms = 1')
    })
    await blue.openLease(1)
    await runDurableObjectAlarm(stubOf(blue))
    const left = await runInDurableObject(stubOf(blue), (_, state) =>
      ['counters', 'holdings', 'leases'].map((table) =>
        Number(state.storage.sql.exec(`SELECT COUNT(*) AS n FROM ${table}`).one().n),
      ),
    )
    expect(left).toEqual([0, 0, 1])
  })
})
