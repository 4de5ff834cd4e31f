import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { secureRandomBytes } from '../../src/ground/ids.ts'
import type { KeyStore } from '../../src/ports/keys.ts'
import { createKeyService, type KeyService, type NewKey } from '../../src/services/keys/key-service.ts'
import { digestOf, newKeyText } from '../../src/services/keys/key-text.ts'
import { createKeyVerifier, type KeyVerifier } from '../../src/services/keys/key-verifier.ts'
import { type DerivedSecrets, deriveSecrets } from '../../src/services/keys/secrets.ts'
import { sleep } from '../../src/services/timers.ts'
import { memoryKeyStore } from '../../src/stores/memory/key-store.ts'
import { FakeTime } from '../support/fake-time.ts'

const WANTED: NewKey = { role: 'app', team: 'blue', name: '', routes: [] }
const waitUntil = (promise: Promise<unknown>): void => void promise

let secrets: DerivedSecrets
let time: FakeTime
let store: KeyStore
let keys: KeyService
let verifier: KeyVerifier
/** Calls of the store by name, and what to do instead of answering. */
let calls: { get: number; changesSince: number }
let trouble: 'none' | 'down' | 'hangs'
/** How long the answer about changes travels after it was read. */
let pollDelayMs: number
/** Runs between the store's read and its answer. */
let beforeAnswer: (() => Promise<void>) | undefined

beforeAll(async () => {
  const derived = await deriveSecrets('a root secret of more than 32 characters')
  if (!derived.ok) throw new Error(derived.error.message)
  secrets = derived.value
})

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  time = new FakeTime(1_000_000)
  calls = { get: 0, changesSince: 0 }
  trouble = 'none'
  beforeAnswer = undefined
  pollDelayMs = 0
  store = memoryKeyStore()
  keys = createKeyService({ store, secrets, clock: time, randomBytes: secureRandomBytes })
  verifier = createKeyVerifier({ store: watched(store), secrets, clock: time, timers: time, maxRemembered: 5 })
})

function watched(inner: KeyStore): KeyStore {
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    if (trouble === 'down') throw new Error('control is down')
    if (trouble === 'hangs') return new Promise(() => undefined)
    return call()
  }
  return {
    ...inner,
    get: (id) => {
      calls.get++
      return through(async () => {
        const record = await inner.get(id)
        const hook = beforeAnswer
        beforeAnswer = undefined
        await hook?.()
        return record
      })
    },
    changesSince: (sequence) => {
      calls.changesSince++
      return through(async () => {
        const changes = await inner.changesSince(sequence)
        if (pollDelayMs > 0) await sleep(time, pollDelayMs)
        return changes
      })
    },
  }
}

async function create(fields: Partial<NewKey> = {}): Promise<{ text: string; id: string }> {
  const made = await keys.createKey({ ...WANTED, ...fields })
  if (!made.ok) throw new Error(made.error.message)
  return { text: made.value.text, id: made.value.record.id }
}

/** `ok`, or the kind and message of the refusal. */
async function verdict(text: string): Promise<string> {
  const peeked = verifier.peek(text)
  if (peeked) return 'ok'
  const asked = verifier.verify(text, waitUntil)
  const result = await finished(asked)
  return result.ok ? 'ok' : `${result.error.kind}: ${result.error.message}`
}

/** Real cryptography takes real turns of the event loop, so time is moved only while something waits for it. */
async function finished<T>(promise: Promise<T>): Promise<T> {
  let done = false
  const watchedPromise = promise.finally(() => {
    done = true
  })
  for (let turn = 0; turn < 200 && !done; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
  while (!done) await time.advance(100)
  return watchedPromise
}

describe('the key verifier', () => {
  it('accepts a good key with one lookup and then from memory', async () => {
    const { text, id } = await create({ routes: ['support', 'search-*'] })
    expect(verifier.peek(text)).toBeUndefined()
    const first = await verifier.verify(text, waitUntil)
    if (!first.ok) throw new Error(first.error.message)
    expect(first.value.record).toMatchObject({ id, team: 'blue' })
    expect(first.value.routeAllowed('support')).toBe(true)
    expect(first.value.routeAllowed('support-2')).toBe(false)
    expect(first.value.routeAllowed('search-web')).toBe(true)
    expect(verifier.peek(text)).toBe(first.value)
    expect(await verdict(text)).toBe('ok')
    expect(calls).toEqual({ get: 1, changesSince: 0 })
  })

  it('allows a key without routes every route', async () => {
    const { text } = await create()
    await verdict(text)
    expect(verifier.peek(text)?.routeAllowed('anything')).toBe(true)
  })

  it('refuses forged and malformed keys without a lookup', async () => {
    const { text } = await create()
    for (const forged of [
      '',
      'sk-1',
      text.slice(0, -1),
      `${text.slice(0, -1)}${text.endsWith('x') ? 'y' : 'x'}`,
      'x'.repeat(10_000),
    ]) {
      expect(await verdict(forged)).toMatch(/^authentication: This key is unknown/)
    }
    expect(calls).toEqual({ get: 0, changesSince: 0 })
  })

  it('looks up a key it does not have once, and notices when it comes to be', async () => {
    const { text } = await newKeyText('app', secrets, secureRandomBytes)
    expect(await verdict(text)).toMatch(/^authentication: This key is unknown/)
    expect(await verdict(text)).toMatch(/^authentication: This key is unknown/)
    expect(calls.get).toBe(1)
  })

  it('shares one lookup among simultaneous callers', async () => {
    const { text } = await create()
    const results = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(text, waitUntil)))
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(calls.get).toBe(1)
  })

  it('stops a revoked key within five seconds, with one question each two seconds however many keys are used', async () => {
    const used = [await create(), await create(), await create()]
    for (const { text } of used) await verdict(text)
    await time.advance(2000)
    for (const { text } of used) await verdict(text)
    await time.advance(0)
    const target = used[1]
    if (!target) throw new Error('no key')
    await keys.revokeKey(target.id)
    const questions = calls.changesSince
    for (let elapsed = 0; elapsed < 5000; elapsed += 100) {
      await time.advance(100)
      for (const { text } of used) await verdict(text)
    }
    expect(await verdict(target.text)).toMatch(/^authentication: .* was revoked/)
    expect(await verdict(used[0]?.text ?? '')).toBe('ok')
    expect(calls.changesSince - questions).toBeLessThanOrEqual(3)
  })

  it('does not trust what it knew after a pause until it has asked', async () => {
    const { text, id } = await create()
    await verdict(text)
    await time.advance(60_000)
    await keys.revokeKey(id)
    expect(verifier.peek(text)).toBeUndefined()
    expect(await verdict(text)).toMatch(/was revoked/)
  })

  it('does not remember a record that changed while it was being read', async () => {
    const { text, id } = await create()
    const other = await create()
    await verdict(other.text)
    await time.advance(4500)
    beforeAnswer = async () => {
      await keys.revokeKey(id)
      await verifier.verify(other.text, waitUntil)
    }
    expect(await verdict(text)).toMatch(/was revoked/)
    expect(beforeAnswer).toBeUndefined()
  })

  it('counts the age of an answer from when it was asked for', async () => {
    const { text, id } = await create()
    await verdict(text)
    await time.advance(2000)
    await verdict(text)
    await verdict(text)
    await time.advance(2000)
    pollDelayMs = 2500
    await verifier.verify(text, waitUntil)
    await time.advance(100)
    await keys.revokeKey(id)
    await time.advance(2400)
    pollDelayMs = 0
    await verifier.verify(text, waitUntil)
    await time.advance(1600)
    expect(await verdict(text)).toMatch(/was revoked/)
  })

  it('forgets the least recently used key when memory is full', async () => {
    const used = await Promise.all(Array.from({ length: 6 }, () => create()))
    for (const { text } of used.slice(0, 5)) await verdict(text)
    const [first, second] = used
    expect(verifier.peek(first?.text ?? '')).toBeDefined()
    await verdict(used[5]?.text ?? '')
    expect(verifier.peek(first?.text ?? '')).toBeDefined()
    expect(verifier.peek(second?.text ?? '')).toBeUndefined()
    expect(await verdict(second?.text ?? '')).toBe('ok')
  })

  it('refuses an admin key whose record is that of an app', async () => {
    const { text, id } = await newKeyText('admin', secrets, secureRandomBytes)
    const digest = await digestOf(text, secrets)
    await store.insert({ id, digest, role: 'app', team: 'blue', name: '', routes: [], createdAtMs: 0 })
    expect(await verdict(text)).toMatch(/^authentication/)
  })

  it('forgets at once when told to', async () => {
    const { text, id } = await create()
    await verdict(text)
    await keys.revokeKey(id)
    expect(await verdict(text)).toBe('ok')
    verifier.forget()
    expect(await verdict(text)).toMatch(/was revoked/)
  })

  it('refuses a key from the moment it expires and says when that was', async () => {
    const { text } = await create({ expiresAtMs: time.now() + 1000 })
    expect(await verdict(text)).toBe('ok')
    await time.advance(999)
    expect(await verdict(text)).toBe('ok')
    await time.advance(1)
    expect(await verdict(text)).toMatch(/^authentication: .* expired at 1970-01-01T00:16:41.000Z/)
  })

  it('says which key replaced a rotated one after its grace period', async () => {
    const { text, id } = await create()
    const rotated = await keys.rotateKey(id, 500)
    expect(await verdict(text)).toBe('ok')
    await time.advance(500)
    const successor = rotated.ok ? rotated.value.record.id : ''
    expect(await verdict(text)).toContain(`replaced by the key ${successor}`)
    expect(await verdict(rotated.ok ? rotated.value.text : '')).toBe('ok')
  })

  it('accepts remembered keys for four seconds while the store is down, then fails closed, then recovers', async () => {
    const { text } = await create()
    const stranger = await create()
    await verdict(text)
    trouble = 'down'
    await time.advance(3900)
    expect(await verdict(text)).toBe('ok')
    expect(await verdict(stranger.text)).toMatch(/^unavailable/)
    await time.advance(100)
    expect(await verdict(text)).toMatch(/^unavailable/)
    trouble = 'none'
    await time.advance(300)
    expect(await verdict(text)).toBe('ok')
    expect(await verdict(stranger.text)).toBe('ok')
  })

  it('does not wait forever for a store that never answers', async () => {
    const { text } = await create()
    const stranger = await create()
    await verdict(text)
    trouble = 'hangs'
    await time.advance(5000)
    expect(await verdict(text)).toMatch(/^unavailable/)
    expect(await verdict(stranger.text)).toMatch(/^unavailable/)
    trouble = 'none'
    await time.advance(3000)
    expect(await verdict(text)).toBe('ok')
    expect(await verdict(stranger.text)).toBe('ok')
  })

  it('leaves a failing store alone for a while', async () => {
    const { text } = await create()
    await verdict(text)
    trouble = 'down'
    await time.advance(5000)
    for (let call = 0; call < 100; call++) await verdict(text)
    expect(calls.changesSince).toBe(1)
  })

  it('accepts the operator without asking the store', async () => {
    const result = await verifier.verify(secrets.rootAdminToken, waitUntil)
    expect(result).toMatchObject({ ok: true, value: { record: { role: 'admin', id: 'root' } } })
    expect(calls).toEqual({ get: 0, changesSince: 0 })
  })
})
