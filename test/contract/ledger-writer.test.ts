import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { AccountStore, LedgerRow } from '../../src/ports/accounts.ts'
import { createLedgerWriter, type LedgerWriter } from '../../src/services/ledger/ledger-writer.ts'
import type { Slot } from '../../src/services/ledger/slot.ts'
import { memoryAccounts } from '../../src/stores/memory/account-store.ts'
import { FakeTime } from '../support/fake-time.ts'
import { ShakyAccounts } from '../support/shaky-accounts.ts'
import { NOON_MS, row } from './ledger-rows.ts'

const waitUntil = (promise: Promise<unknown>): void => void promise
const { requestId: _, ...settled } = row('')

let time: FakeTime
let network: ShakyAccounts
let account: AccountStore
let writer: LedgerWriter

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  time = new FakeTime(NOON_MS)
  network = new ShakyAccounts(time)
  const accounts = memoryAccounts({ clock: time })
  account = accounts('org', 'blue')
  writer = createLedgerWriter({ accounts: network.wrap(accounts), clock: time, timers: time })
})

async function admit(): Promise<Slot> {
  const slot = writer.admit('org', 'blue', waitUntil)
  if ('requestId' in slot) return slot
  await time.advance(0)
  const later = await slot
  if (!later.ok) throw new Error(later.error.message)
  return later.value
}

async function failure(): Promise<string> {
  const slot = writer.admit('org', 'blue', waitUntil)
  if ('requestId' in slot) throw new Error('was admitted')
  await time.advance(6000)
  const later = await slot
  if (later.ok) throw new Error('was admitted')
  return later.error.kind
}

async function storedRows(): Promise<readonly LedgerRow[]> {
  return (await account.rows({ limit: 1000 })).rows
}

describe('admit', () => {
  it('asks the account once and then admits without waiting', async () => {
    const first = await admit()
    const second = writer.admit('org', 'blue', waitUntil)
    expect('requestId' in second).toBe(true)
    expect(first.requestId).toMatch(/^req_[0-9A-Za-z]+_0$/)
    expect((second as Slot).requestId).toBe(first.requestId.replace(/0$/, '1'))
    expect(network.calls).toEqual({ openLease: 1, sync: 0 })
  })

  it('gives every one of a thousand simultaneous calls a slot of its own', async () => {
    const asked = Array.from({ length: 1000 }, () => writer.admit('org', 'blue', waitUntil))
    await time.advance(0)
    const slots = await Promise.all(asked)
    const ids = slots.map((slot) => ('requestId' in slot ? slot.requestId : slot.ok ? slot.value.requestId : ''))
    expect(new Set(ids).size).toBe(1000)
    expect(ids).not.toContain('')
    expect(network.calls.openLease + network.calls.sync).toBeLessThan(8)
  })

  it('makes far fewer remote calls than it admits', async () => {
    for (let step = 0; step < 200; step++) {
      for (let call = 0; call < 10; call++) (await admit()).settle(settled)
      await time.advance(5)
    }
    await time.advance(1000)
    expect(network.calls.openLease).toBe(1)
    expect(network.calls.sync).toBeLessThan(40)
    expect(await account.costs([], {})).toMatchObject([{ calls: 2000, costNano: '2000000' }])
  })

  it('fails closed when the account cannot be reached, and recovers', async () => {
    network.forecast = ['lost']
    expect(await failure()).toBe('unavailable')
    await admit()
  })

  it('does not wait forever for an account that never answers', async () => {
    network.forecast = ['hangs', 'hangs']
    expect(await failure()).toBe('unavailable')
    await admit()
  })

  it('asks once more when a question died without an answer', async () => {
    network.forecast = ['hangs']
    const slot = writer.admit('org', 'blue', waitUntil)
    await time.advance(4000)
    expect(await slot).toMatchObject({ ok: true })
    expect(network.calls.openLease).toBe(2)
  })

  it('stops admitting when too much waits to be stored, and loses none of it', async () => {
    const accounts = memoryAccounts({ clock: time })
    account = accounts('org', 'blue')
    writer = createLedgerWriter({ accounts: network.wrap(accounts), clock: time, timers: time, maxUnstored: 10 })
    const slots: Slot[] = []
    for (let call = 0; call < 10; call++) slots.push(await admit())
    network.forecast = Array(4).fill('lost')
    for (const slot of slots) slot.settle(settled)
    await time.advance(300)
    const refused = await writer.admit('org', 'blue', waitUntil)
    expect(refused).toMatchObject({ ok: false, error: { kind: 'unavailable' } })
    await time.advance(10_000)
    expect(await storedRows()).toHaveLength(10)
    await admit()
  })

  it('keeps teams apart', async () => {
    await admit()
    const other = writer.admit('org', 'red', waitUntil)
    expect('requestId' in other).toBe(false)
    await time.advance(0)
    expect(network.calls.openLease).toBe(2)
  })
})

describe('settle', () => {
  it('stores the row with its request id within 250 ms', async () => {
    const slot = await admit()
    await time.advance(100)
    slot.settle(settled)
    expect(await storedRows()).toEqual([])
    await time.advance(250)
    expect(await storedRows()).toEqual([{ ...settled, requestId: slot.requestId }])
  })

  it('stores 200 rows at once without waiting', async () => {
    const slots: Slot[] = []
    for (let call = 0; call < 200; call++) slots.push(await admit())
    await time.advance(100)
    for (const slot of slots) slot.settle(settled)
    await time.advance(0)
    expect(await storedRows()).toHaveLength(200)
  })

  it('counts only the first time', async () => {
    const slot = await admit()
    slot.settle(settled)
    slot.settle({ ...settled, costNano: '5' })
    await time.advance(4000)
    slot.settle({ ...settled, costNano: '6' })
    await time.advance(4000)
    expect(await account.costs([], {})).toMatchObject([{ calls: 1, costNano: '1000' }])
  })

  it('keeps rows and tries again when the account fails', async () => {
    const slot = await admit()
    network.forecast = ['lost', 'lost', 'unanswered', 'lost']
    slot.settle(settled)
    await time.advance(5000)
    expect(await storedRows()).toHaveLength(1)
    expect(await account.unreported()).toEqual([])
  })

  it('stores a row even if the timer that should have sent it died with its request', async () => {
    const slot = await admit()
    slot.settle(settled)
    time.loseTimers()
    await time.advance(2000)
    expect(await storedRows()).toEqual([])
    const next = await admit()
    await time.advance(100)
    expect(await storedRows()).toHaveLength(1)
    next.settle(settled)
  })

  it('stores a row even if the report that carried it never came back', async () => {
    const slot = await admit()
    await time.advance(100)
    network.forecast = ['hangs']
    slot.settle(settled)
    await time.advance(10_000)
    const next = await admit()
    await time.advance(6000)
    next.settle(settled)
    await time.advance(6000)
    expect(await storedRows()).toHaveLength(2)
    expect(await writer.flush()).toBe(0)
  })
})

describe('leases', () => {
  it('names the calls of an isolate that died 50 ms after it admitted them', async () => {
    const slots = [await admit(), await admit()]
    await time.advance(50)
    network.dead = true
    await time.advance(30_000)
    const rows = await account.rows({ limit: 10, outcome: 'unreported' })
    expect(rows.rows.map(({ requestId }) => requestId).sort()).toEqual(slots.map(({ requestId }) => requestId))
    expect(await account.unreported()).toMatchObject([{ from: 2 }])
  })

  it('lists as in doubt the calls of an isolate that died at once', async () => {
    await admit()
    network.dead = true
    await time.advance(30_000)
    expect(await storedRows()).toEqual([])
    expect(await account.unreported()).toMatchObject([{ from: 0, to: 16 }])
  })

  it('keeps its lease through a call of ten minutes', async () => {
    const slot = await admit()
    await time.advance(600_000)
    expect(await storedRows()).toEqual([])
    slot.settle(settled)
    await time.advance(4000)
    expect(await storedRows()).toMatchObject([{ outcome: 'ok' }])
    expect(await account.unreported()).toEqual([])
    expect(network.calls.openLease).toBe(1)
  })

  it('gives the lease back after three idle seconds', async () => {
    ;(await admit()).settle(settled)
    await time.advance(3500)
    const syncs = network.calls.sync
    await time.advance(60_000)
    expect(network.calls.sync).toBe(syncs)
    expect(await account.unreported()).toEqual([])
    await admit()
    expect(network.calls.openLease).toBe(2)
  })

  it('counts calls once whose lease ended while the isolate slept', async () => {
    const slots = [await admit(), await admit(), await admit()]
    await time.advance(60)
    time.loseTimers()
    await time.advance(60_000)
    expect((await account.rows({ limit: 10, outcome: 'unreported' })).rows).toHaveLength(3)
    for (const slot of slots) {
      slot.settle(settled)
      await time.advance(1000)
    }
    await time.advance(5000)
    expect(await account.costs([], {})).toMatchObject([{ calls: 3, unknownCostCalls: 0, costNano: '3000' }])
    expect(await account.unreported()).toEqual([])
  })

  it('does not admit on a lease that has run out', async () => {
    const first = await admit()
    await time.advance(60)
    time.loseTimers()
    await time.advance(60_000)
    const second = await admit()
    expect(second.requestId.split('_')[1]).not.toBe(first.requestId.split('_')[1])
  })

  it('loses no row when an answer given up as lost comes after all', async () => {
    const slots = [await admit(), await admit(), await admit()]
    await time.advance(100)
    network.forecast = ['crawling']
    slots[0]?.settle(settled)
    await time.advance(5500)
    slots[1]?.settle(settled)
    await time.advance(1600)
    slots[2]?.settle(settled)
    await time.advance(10_000)
    expect(await account.costs([], {})).toMatchObject([{ calls: 3, unknownCostCalls: 0, costNano: '3000' }])
    expect(await writer.flush()).toBe(0)
  })
})

describe('flush', () => {
  it('stores everything, gives the lease back and counts what still runs', async () => {
    const running = await admit()
    ;(await admit()).settle(settled)
    expect(await writer.flush()).toBe(1)
    expect(await storedRows()).toHaveLength(1)
    running.settle(settled)
    expect(await writer.flush()).toBe(0)
    network.dead = true
    await time.advance(60_000)
    expect(await account.unreported()).toEqual([])
    expect(await account.costs([], {})).toMatchObject([{ calls: 2, unknownCostCalls: 0 }])
  })

  it('counts a row once when two reports that closed its lease are answered late', async () => {
    ;(await admit()).settle(settled)
    network.forecast = ['crawling', 'crawling']
    const flushes = [writer.flush()]
    await time.advance(5500)
    flushes.push(writer.flush())
    await time.advance(20_000)
    await Promise.all(flushes)
    expect(await writer.flush()).toBe(0)
    expect(await storedRows()).toHaveLength(1)
  })

  it('counts rows that could not be stored', async () => {
    ;(await admit()).settle(settled)
    network.forecast = ['lost', 'lost']
    expect(await writer.flush()).toBe(1)
    expect(await writer.flush()).toBe(0)
  })
})

describe('find', () => {
  it('gives the rows of this isolate that were not stored yet, too', async () => {
    const slot = await admit()
    slot.settle(settled)
    expect(await storedRows()).toEqual([])
    const found = await writer.find('org', 'blue', { limit: 10 })
    expect(found).toMatchObject({ ok: true, value: [{ requestId: slot.requestId }] })
    expect(network.calls.sync).toBe(1)
  })

  it('asks nothing else while no row waits', async () => {
    await admit()
    expect(await writer.find('org', 'blue', { limit: 10 })).toEqual({ ok: true, value: [] })
    expect(network.calls.sync).toBe(0)
  })

  it('says so when the account cannot be reached', async () => {
    vi.spyOn(account, 'rows').mockRejectedValue(new Error('gone'))
    const broken = createLedgerWriter({ accounts: () => account, clock: time, timers: time })
    expect(await broken.find('org', 'blue', { limit: 10 })).toMatchObject({ ok: false, error: { kind: 'unavailable' } })
  })
})

describe('an account that cannot be reached', () => {
  const said = (): unknown[] => vi.mocked(console.error).mock.calls.map(([line]) => JSON.parse(String(line)))
  const trouble = (backoffMs: number) => ({ level: 'error', failed: 'reaching the account', error: 'Error', backoffMs })

  it('is left in peace for longer each time, which the log tells', async () => {
    network.forecast = ['lost', 'lost', 'lost']
    const kinds: string[] = []
    for (const pauseMs of [0, 99, 1, 199, 1, 399, 1]) {
      await time.advance(pauseMs)
      const slot = writer.admit('org', 'blue', waitUntil)
      if ('requestId' in slot) throw new Error('was admitted without a question')
      await time.advance(0)
      const found = await slot
      kinds.push(found.ok ? 'admitted' : found.error.kind)
    }
    expect(kinds).toEqual([...Array(6).fill('unavailable'), 'admitted'])
    expect(network.calls.openLease).toBe(4)
    expect(said()).toEqual([trouble(100), trouble(200), trouble(400)])
  })

  it('is asked at once again after it has answered', async () => {
    network.forecast = ['lost']
    await failure()
    ;(await admit()).settle(settled)
    await time.advance(60_000)
    network.forecast = ['lost']
    await failure()
    expect(said()).toEqual([trouble(100), trouble(100)])
  })

  it('is not asked for credit for ever', async () => {
    const slot = await admit()
    network.forecast = Array(9).fill('hangs')
    const need = {
      terms: { limit: 'l', scope: '', startMs: 0, sinceMs: 0, untilMs: 9e15, kind: 'count', bound: 5 },
      amount: 1,
      least: 1,
    } as const
    const held = slot.hold([need], false)
    if ('settle' in held) throw new Error('was held without a question')
    await time.advance(5000)
    expect(await held).toEqual({ ok: false, error: { reason: 'unreachable' } })
  })

  it('gives credit that it answers late, but no slot of a call counts twice', async () => {
    const slot = await admit()
    network.forecast = ['hangs', 'fine']
    const need = {
      terms: { limit: 'l', scope: '', startMs: 0, sinceMs: 0, untilMs: 9e15, kind: 'count', bound: 5 },
      amount: 1,
      least: 1,
    } as const
    const held = slot.hold([need], false)
    if ('settle' in held) throw new Error('was held without a question')
    await time.advance(4000)
    expect(await held).toMatchObject({ ok: true, value: { amounts: [1] } })
    slot.settle(settled)
    slot.settle(settled)
    expect(await writer.flush()).toBe(0)
  })
})
