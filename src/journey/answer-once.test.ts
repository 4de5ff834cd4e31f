import { describe, expect, it } from 'vitest'
import type { KeyRecord } from '../ports/keys.ts'
import type { ReplyStore } from '../ports/replies.ts'
import { chatWires } from '../wires/index.ts'
import { answerOnce, type RepeatableCall } from './answer-once.ts'
import { CallRecord } from './call-record.ts'
import type { Gateway } from './gateway.ts'

const KEY: KeyRecord = {
  id: 'k',
  digest: 'd',
  role: 'app',
  team: 'blue',
  name: '',
  routes: [],
  createdAtMs: 0,
}

/** A call with the given store of replies; its row is noted. */
function callWith(store: ReplyStore, headers: Record<string, string>, signal?: AbortSignal) {
  const rows: { outcome: string; status: number }[] = []
  const gateway = {
    revision: { organisation: 'org', hash: 'h' },
    clock: { now: () => 0 },
    replies: () => store,
  } as unknown as Gateway // only what calls with an idempotency key touch
  const slot = {
    requestId: 'req_a_1',
    hold: () => Promise.reject(new Error('nothing is held here')),
    settle: (row: { outcome: string; status: number }) => void rows.push(row),
  }
  const record = new CallRecord({
    gateway,
    slot,
    key: KEY,
    clientWire: 'openai-chat',
    admittedAtMs: 0,
    waitUntil: () => undefined,
  })
  const call: RepeatableCall = {
    request: new Request('http://gateway/v1/chat/completions', { method: 'POST', headers, ...(signal && { signal }) }),
    endpoint: { kind: 'chat', name: 'chat', wire: chatWires['openai-chat'], address: {} },
    gateway,
    key: { record: KEY, routeAllowed: () => true },
    record,
    context: { waitUntil: () => undefined },
    policy: {} as RepeatableCall['policy'], // nothing of it is read but a switch that is absent
    body: { text: '{}' },
  }
  return { call, record, rows }
}

function store(methods: Partial<ReplyStore> = {}): ReplyStore & { calls: string[] } {
  const calls: string[] = []
  const note = (name: string) => async (): Promise<void> => void calls.push(name)
  return { calls, claim: async () => ({ state: 'yours' }), keep: note('keep'), release: note('release'), ...methods }
}

const HEADERS = { 'idempotency-key': 'x' }

describe('answerOnce', () => {
  it('asks nobody when a call has no key', async () => {
    const untouched = store({ claim: () => Promise.reject(new Error('asked')) })
    const { call } = callWith(untouched, {})
    const reply = new Response('as it is')
    expect(await answerOnce(call, async () => reply)).toBe(reply)
    expect(call.record.tape).toBeUndefined()
  })

  it('makes no call when nobody can say whether it was made before', async () => {
    const { call, rows } = callWith(store({ claim: () => Promise.reject(new Error('down')) }), HEADERS)
    const reply = await answerOnce(call, () => Promise.reject(new Error('was made')))
    expect(reply.status).toBe(503)
    expect(reply.headers.get('retry-after')).toBe('1')
    expect(rows).toMatchObject([{ outcome: 'refused', status: 503 }])
  })

  it('answers 409 with a time to come back when the first call takes too long', async () => {
    const { call } = callWith(store({ claim: async () => ({ state: 'running' }) }), HEADERS)
    const reply = await answerOnce(call, () => Promise.reject(new Error('was made')))
    expect(reply.status).toBe(409)
    expect(reply.headers.get('retry-after')).toBe('2')
    expect(reply.headers.get('x-should-retry')).toBeNull()
  })

  it('gives the key up when something breaks', async () => {
    const released = store()
    const { call } = callWith(released, HEADERS)
    await expect(answerOnce(call, () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug')
    expect(released.calls).toEqual(['release'])
  })

  it('makes no call for a client that left while it waited', async () => {
    const leave = new AbortController()
    const released = store({
      claim: async () => {
        leave.abort()
        return { state: 'yours' }
      },
    })
    const { call, rows } = callWith(released, HEADERS, leave.signal)
    await answerOnce(call, () => Promise.reject(new Error('was made')))
    expect(rows).toMatchObject([{ outcome: 'aborted', status: 499 }])
    expect(released.calls).toEqual(['release'])
  })

  it('answers all the same when the answer cannot be stored', async () => {
    const { call, record } = callWith(store({ keep: () => Promise.reject(new Error('down')) }), HEADERS)
    const reply = await answerOnce(call, async () => {
      record.settle({ outcome: 'ok', status: 200, usageSource: 'unknown' })
      return new Response('{"a":1}')
    })
    expect(await reply.text()).toBe('{"a":1}')
  })
})
