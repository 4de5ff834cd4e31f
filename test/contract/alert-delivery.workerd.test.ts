/// <reference types="@cloudflare/vitest-plugin/types" />
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env as bindings } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AlertRecord, Delivery } from '../../src/ports/alerts.ts'
import { durableAccounts } from '../../src/stores/durable/durable-accounts.ts'
import type { AlertScript } from '../support/alert-script.ts'
import type { Account } from '../support/durable-worker.ts'
import { row } from './ledger-rows.ts'

const env = bindings as unknown as { ACCOUNT: DurableObjectNamespace<Account> } // the bindings of test/support/wrangler.test.toml

let count = 0
let organisation = ''

beforeEach(() => {
  organisation = `delivery ${count++}`
})

const stub = () => env.ACCOUNT.getByName(JSON.stringify([organisation, 'blue']))
const account = () => durableAccounts(env.ACCOUNT)(organisation, 'blue')

function withScript<T>(work: (script: AlertScript, sql: SqlStorage) => T): Promise<T> {
  return runInDurableObject(stub(), (instance, state) => work(instance.script, state.storage.sql))
}

/** Raises an alert for each of these models; only `everything` wants them. */
async function raise(...models: string[]): Promise<void> {
  const { id } = await account().openLease(1)
  const rows = models.map((model, slot) =>
    row(`req_${id}_${slot}`, { provider: 'acme', answeredModel: model, costNano: undefined }),
  )
  await account().sync({ leaseId: id, used: 0, rows, want: 0, close: true })
}

/** Lets all that waits be due now, and runs the alarm. */
async function round(): Promise<void> {
  await withScript((_, sql) => {
    sql.exec("UPDATE deliveries SET next_at_ms = 1 WHERE state = 'pending'")
    sql.exec('UPDATE receivers SET paused_until_ms = 1')
  })
  await alarm()
}

async function alarm(): Promise<void> {
  await runInDurableObject(stub(), async (instance) => instance.alarm())
}

async function deliveries(): Promise<(Delivery & Pick<AlertRecord, 'id'>)[]> {
  const alerts = await account().alerts({ limit: 1000 })
  return alerts.flatMap(({ id, deliveries: each }) => each.map((delivery) => ({ id, ...delivery }))).reverse()
}

const FAILED = { ok: false, status: 500, error: 'it answered 500' } as const

describe('an account’s alarm', () => {
  it('delivers each alert to each destination once, by itself', async () => {
    await raise('one', 'two')
    await runDurableObjectAlarm(stub())
    await alarm()
    const sent = await withScript((script) => script.sent.map(({ destination, alert }) => [destination, alert.id]))
    const kept = await deliveries()
    expect(sent).toEqual(kept.map(({ destination, id }) => [destination, id]))
    expect(kept).toHaveLength(2)
    expect(kept).toMatchObject([
      { state: 'delivered', attempts: 1, status: 200 },
      { state: 'delivered', attempts: 1, status: 200 },
    ])
    expect(kept[0]).not.toHaveProperty('nextAtMs')
  })

  it('sends it again under the same id until it arrives, and says what went wrong', async () => {
    await withScript((script) => {
      script.answer = () => (script.sent.length < 3 ? FAILED : { ok: true, status: 204 })
    })
    await raise('one')
    await alarm()
    const [first] = await deliveries()
    expect(first).toMatchObject({ state: 'pending', attempts: 1, status: 500, error: 'it answered 500' })
    expect((first?.nextAtMs ?? 0) - (first?.attemptedAtMs ?? 0)).toBeGreaterThanOrEqual(500)
    await round()
    expect(await deliveries()).toMatchObject([{ state: 'pending', attempts: 2 }])
    await round()
    const [last] = await deliveries()
    expect(last).toMatchObject({ state: 'delivered', attempts: 3, status: 204 })
    expect(last).not.toHaveProperty('error')
    const sent = await withScript((script) => script.sent.map(({ alert }) => alert))
    expect(sent).toHaveLength(3)
    expect(new Set(sent.map((alert) => JSON.stringify(alert))).size).toBe(1)
  })

  it('leaves a destination in peace that fails, and then sends everything that waits at once', async () => {
    await withScript((script) => {
      script.answer = () => FAILED
    })
    await raise(...Array.from({ length: 10 }, (_, index) => `model ${index}`))
    await alarm()
    await alarm()
    expect(await withScript(({ sent }) => sent.length)).toBe(3)
    for (let rounds = 0; rounds < 3; rounds++) {
      await round()
    }
    expect(await withScript(({ sent }) => sent.length)).toBe(12)
    await withScript((script, sql) => {
      script.answer = () => ({ ok: true, status: 200 })
      sql.exec('UPDATE receivers SET paused_until_ms = 1')
      // One is due now, all others in their own time.
      sql.exec("UPDATE deliveries SET next_at_ms = 9e12 WHERE destination = 'everything'")
      sql.exec('UPDATE deliveries SET next_at_ms = 1 WHERE seq = (SELECT MAX(seq) FROM deliveries)')
    })
    await alarm()
    expect((await deliveries()).every(({ state }) => state === 'delivered')).toBe(true)
  })

  it('does not let one destination hold up another', async () => {
    await withScript((script) => {
      script.answer = (destination) => (destination === 'everything' ? FAILED : { ok: true, status: 200 })
    })
    const { id } = await account().openLease(1)
    const watch = {
      amount: 100,
      percents: [10, 20, 30, 40, 50],
      measure: 'requests',
      per: 'team',
      enforce: 'hard',
    } as const
    const terms = { limit: 'x', scope: 'blue', startMs: 1, sinceMs: 1, untilMs: 9e12, kind: 'count', watch } as const
    const credit = [{ ...terms, spent: 60, returned: 0, least: 0, need: 0, want: 0 }]
    await account().sync({ leaseId: id, used: 0, rows: [], want: 0, close: true, credit })
    await alarm()
    const kept = await deliveries()
    expect(kept.filter(({ destination }) => destination === 'limits of blue')).toHaveLength(5)
    for (const { destination, state } of kept)
      expect(state).toBe(destination === 'everything' ? 'pending' : 'delivered')
  })

  it('gives up at once what is final, and after three days what never arrives; both stay listed', async () => {
    await withScript((script) => {
      script.answer = (_, { data }) =>
        data.model === 'acme/gone' ? { ok: false, status: 410, error: 'it answered 410', final: true } : FAILED
    })
    await raise('gone', 'late', 'waiting')
    await alarm()
    expect((await deliveries()).map(({ state }) => state)).toEqual(['failed', 'pending', 'pending'])
    await withScript((_, sql) => sql.exec('UPDATE alerts SET created_at_ms = created_at_ms - 72 * 3600000 + 60000'))
    // The next attempt would be in twelve hours.
    await withScript((_, sql) => sql.exec("UPDATE deliveries SET attempts = 9 WHERE state = 'pending' AND seq = 2"))
    await round()
    expect(await deliveries()).toMatchObject([
      { state: 'failed', attempts: 1, error: 'it answered 410' },
      { state: 'failed', attempts: 10, error: 'it answered 500' },
      { state: 'pending', attempts: 2 },
    ])
    await withScript((_, sql) => sql.exec('UPDATE alerts SET created_at_ms = created_at_ms - 60000'))
    await round()
    expect((await deliveries()).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['failed', 1],
      ['failed', 10],
      ['failed', 2],
    ])
    expect(await account().alerts({ limit: 10, state: 'failed' })).toHaveLength(3)
    expect(await account().alerts({ limit: 10, state: 'delivered' })).toEqual([])
  })

  it('goes on where it was when the object was evicted, with or without an alarm set', async () => {
    await withScript((script) => {
      script.answer = () => FAILED
    })
    await raise('one')
    await alarm()
    const [before] = await deliveries()
    await runInDurableObject(stub(), async (_, state) => {
      state.storage.sql.exec("UPDATE deliveries SET next_at_ms = 1 WHERE state = 'pending'")
      state.storage.sql.exec('UPDATE receivers SET paused_until_ms = 1')
      await state.storage.deleteAlarm()
    })
    await evictDurableObject(stub())
    // Anything that wakes the object sets the alarm again.
    await account().counters()
    for (let tries = 0; tries < 100 && (await deliveries())[0]?.state !== 'delivered'; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await deliveries()).toMatchObject([{ id: before?.id, state: 'delivered', attempts: 2 }])
    expect(await withScript((script) => script.sent.map(({ alert }) => alert.id))).toEqual([before?.id])
  })

  it('delivers what teams share from the organisation’s account', async () => {
    const shared = env.ACCOUNT.getByName(JSON.stringify([organisation]))
    const { id } = await account().openLease(1)
    const watch = { amount: 100, percents: [50], measure: 'requests', per: 'organisation', enforce: 'soft' } as const
    const terms = { limit: 'x', scope: 'org', startMs: 1, sinceMs: 1, untilMs: 9e12, kind: 'count', watch } as const
    const credit = [{ ...terms, shared: true as const, spent: 60, returned: 0, least: 0, need: 0, want: 0 }]
    await account().sync({ leaseId: id, used: 0, rows: [], want: 0, close: false, credit })
    await runInDurableObject(shared, async (instance) => instance.alarm())
    expect(await account().sharedAlerts({ limit: 10 })).toMatchObject([
      { data: { percent: 50, enforce: 'soft' }, deliveries: [{ destination: 'everything', state: 'delivered' }] },
    ])
  })

  it('tells the organisation of what is spent while leases are open, so that its alerts do not wait', async () => {
    const { id } = await account().openLease(1)
    const watch = { amount: 100, percents: [50], measure: 'requests', per: 'organisation', enforce: 'hard' } as const
    const terms = { limit: 'x', scope: 'org', startMs: 1, sinceMs: 1, untilMs: 9e12, kind: 'count', watch } as const
    const said = (spent: number, least: number) =>
      account().sync({
        leaseId: id,
        used: 0,
        rows: [],
        want: 0,
        close: false,
        credit: [{ ...terms, bound: 100, shared: true, spent, returned: 0, least, need: least, want: least }],
      })
    await said(0, 70)
    await said(60, 0)
    expect(await account().sharedAlerts({ limit: 10 })).toEqual([])
    await alarm()
    expect(await account().sharedAlerts({ limit: 10 })).toMatchObject([{ type: 'limit.threshold' }])
  })

  it('forgets alerts after thirty days, and not what was told of a window that lasts', async () => {
    await raise('one')
    await alarm()
    await withScript((_, sql) => {
      sql.exec('UPDATE alerts SET created_at_ms = created_at_ms - 30 * 86400000 - 1000')
      sql.exec('INSERT INTO raised VALUES (?, 1, ?), (?, 1, 0)', 'lasts', Date.now(), 'is over')
    })
    await evictDurableObject(stub())
    await raise('two')
    const [two, ...others] = await account().alerts({ limit: 10 })
    expect(two?.data.model).toBe('acme/two')
    expect(others).toEqual([])
    const left = await withScript((_, sql) => [
      ...sql.exec("SELECT once FROM raised WHERE once IN ('lasts', 'is over')").toArray(),
      ...sql.exec('SELECT COUNT(*) AS deliveries FROM deliveries').toArray(),
    ])
    expect(left).toEqual([{ once: 'lasts' }, { deliveries: 1 }])
  })
})
