import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RandomBytes, secureRandomBytes } from '../../ground/ids.ts'
import { memoryKeyStore } from '../../stores/memory/key-store.ts'
import { createKeyService, type KeyService, type NewKey } from './key-service.ts'
import { digestOf, newKeyText, readKeyText } from './key-text.ts'
import { sameText } from './same-text.ts'
import { type DerivedSecrets, deriveSecrets } from './secrets.ts'

const NOW_MS = 1_000_000
const ROOT = 'a root secret of more than 32 characters'
const WANTED: NewKey = { role: 'app', team: 'blue', name: 'a test', routes: [] }

async function derived(root: string): Promise<DerivedSecrets> {
  const secrets = await deriveSecrets(root)
  if (!secrets.ok) throw new Error(secrets.error.message)
  return secrets.value
}

let secrets: DerivedSecrets
beforeAll(async () => {
  secrets = await derived(ROOT)
})

describe('deriveSecrets', () => {
  it('gives the same operator token for the same secret and another for another', async () => {
    expect((await derived(ROOT)).rootAdminToken).toBe(secrets.rootAdminToken)
    expect((await derived(`${ROOT}\n`)).rootAdminToken).toBe(secrets.rootAdminToken)
    expect((await derived(`${ROOT}x`)).rootAdminToken).not.toBe(secrets.rootAdminToken)
    expect(secrets.rootAdminToken).toMatch(/^sk-sluice-root-[0-9A-Za-z]{40}$/)
  })

  it('refuses a secret that is absent or short and says what to set', async () => {
    for (const weak of [undefined, '', 'short', 'x'.repeat(31), ' '.repeat(40)]) {
      const refused = await deriveSecrets(weak)
      expect(refused.ok).toBe(false)
      expect(JSON.stringify(refused)).toContain('SLUICE_SECRET')
    }
  })
})

describe('key text', () => {
  it('carries its id and role, and 190 bits of secret', async () => {
    const app = await newKeyText('app', secrets, secureRandomBytes)
    expect(app.text).toMatch(new RegExp(`^sk-sluice-${app.id}-[0-9A-Za-z]{38}$`))
    expect(await readKeyText(app.text, secrets)).toEqual({ id: app.id, role: 'app' })
    const admin = await newKeyText('admin', secrets, secureRandomBytes)
    expect(admin.text).toMatch(new RegExp(`^sk-sluice-admin-${admin.id}-[0-9A-Za-z]{38}$`))
    expect(await readKeyText(admin.text, secrets)).toEqual({ id: admin.id, role: 'admin' })
  })

  it('is refused with any one character changed, cut or added', async () => {
    const { text } = await newKeyText('app', secrets, secureRandomBytes)
    for (let index = 0; index < text.length; index++) {
      const other = text[index] === 'x' ? 'y' : 'x'
      expect(await readKeyText(text.slice(0, index) + other + text.slice(index + 1), secrets)).toBeUndefined()
      expect(await readKeyText(text.slice(0, index) + text.slice(index + 1), secrets)).toBeUndefined()
    }
    expect(await readKeyText(`${text}x`, secrets)).toBeUndefined()
    expect(await readKeyText(`${text}\n`, secrets)).toBeUndefined()
    expect(await readKeyText(text.replace('sk-sluice-', 'sk-sluice-admin-'), secrets)).toBeUndefined()
  })

  it('is refused by a deployment with another secret', async () => {
    const { text } = await newKeyText('app', secrets, secureRandomBytes)
    const other = await derived('another root secret of 32 characters')
    expect(await readKeyText(text, other)).toBeUndefined()
    expect(await digestOf(text, other)).not.toBe(await digestOf(text, secrets))
    expect(await digestOf(text, secrets)).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('sameText', () => {
  it('agrees with comparison', () => {
    expect(sameText('', '')).toBe(true)
    expect(sameText('aa', 'a')).toBe(false)
    expect(sameText('', 'a')).toBe(false)
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(sameText(a, b)).toBe(a === b)
        expect(sameText(a, a)).toBe(true)
      }),
    )
  })
})

describe('the key service', () => {
  function service(randomBytes: RandomBytes = secureRandomBytes): { keys: KeyService; time: { nowMs: number } } {
    const time = { nowMs: NOW_MS }
    const clock = { now: () => time.nowMs }
    return { keys: createKeyService({ store: memoryKeyStore(), secrets, clock, randomBytes }), time }
  }

  async function created(keys: KeyService, fields: Partial<NewKey> = {}) {
    const made = await keys.createKey({ ...WANTED, ...fields })
    if (!made.ok) throw new Error(made.error.message)
    return made.value
  }

  it('shows the text once and stores only its digest', async () => {
    const { keys } = service()
    const { text, record } = await created(keys, { routes: ['support', 'search-*'], expiresAtMs: NOW_MS + 1 })
    expect(record).toMatchObject({
      ...WANTED,
      routes: ['support', 'search-*'],
      expiresAtMs: NOW_MS + 1,
      createdAtMs: NOW_MS,
    })
    expect(record.digest).toBe(await digestOf(text, secrets))
    const stored = await keys.listKeys()
    expect(stored).toEqual([record])
    expect(JSON.stringify(stored)).not.toContain(text.slice(-38))
  })

  it('refuses input that makes no sense and names the field', async () => {
    const { keys } = service()
    const wrong: [Partial<NewKey>, string][] = [
      [{ team: ' ' }, 'team'],
      [{ name: 'x'.repeat(201) }, 'name'],
      [{ routes: ['a*b'] }, 'routes'],
      [{ routes: [''] }, 'routes'],
      [{ routes: Array(201).fill('r') }, 'routes'],
      [{ expiresAtMs: NOW_MS }, 'expires_at'],
      [{ expiresAtMs: Number.NaN }, 'expires_at'],
    ]
    for (const [fields, param] of wrong) {
      expect(await keys.createKey({ ...WANTED, ...fields })).toMatchObject({
        ok: false,
        error: { kind: 'invalid-request', param },
      })
    }
    expect(await keys.listKeys()).toEqual([])
  })

  it('replaces a key by one with the same rights and lets the old one work for the grace period', async () => {
    const { keys } = service()
    const old = await created(keys, { role: 'admin', routes: ['support'], expiresAtMs: NOW_MS + 9000 })
    const rotated = await keys.rotateKey(old.record.id, 5000)
    if (!rotated.ok) throw new Error(rotated.error.message)
    const { record, text } = rotated.value
    expect(text).not.toBe(old.text)
    expect(record).toMatchObject({
      role: 'admin',
      team: 'blue',
      name: 'a test',
      routes: ['support'],
      expiresAtMs: NOW_MS + 9000,
    })
    const stored = (await keys.listKeys()).find(({ id }) => id === old.record.id)
    expect(stored).toMatchObject({ expiresAtMs: NOW_MS + 5000, replacedBy: record.id })
  })

  it('never lengthens the life of the old key by rotating it', async () => {
    const { keys } = service()
    const old = await created(keys, { expiresAtMs: NOW_MS + 10 })
    await keys.rotateKey(old.record.id, 5000)
    expect((await keys.listKeys()).find(({ id }) => id === old.record.id)?.expiresAtMs).toBe(NOW_MS + 10)
  })

  it('does not rotate a key that is replaced, revoked, expired or unknown, nor with an absurd grace period', async () => {
    const { keys, time } = service()
    const replaced = await created(keys)
    await keys.rotateKey(replaced.record.id, 0)
    time.nowMs++
    expect(await keys.rotateKey(replaced.record.id, 0)).toMatchObject({ ok: false, error: { kind: 'conflict' } })
    const revoked = await created(keys)
    await keys.revokeKey(revoked.record.id)
    expect(await keys.rotateKey(revoked.record.id, 0)).toMatchObject({ ok: false, error: { kind: 'conflict' } })
    const expired = await created(keys, { expiresAtMs: time.nowMs + 1 })
    time.nowMs++
    expect(await keys.rotateKey(expired.record.id, 0)).toMatchObject({ ok: false, error: { kind: 'conflict' } })
    expect(await keys.rotateKey('nobody', 0)).toMatchObject({ ok: false, error: { kind: 'not-found' } })
    for (const graceMs of [-1, 0.5, Number.NaN, 31 * 24 * 3600 * 1000]) {
      expect(await keys.rotateKey('nobody', graceMs)).toMatchObject({ ok: false, error: { kind: 'invalid-request' } })
    }
  })

  it('revokes for good and keeps the first time', async () => {
    const { keys, time } = service()
    const { record } = await created(keys)
    expect(await keys.revokeKey(record.id)).toMatchObject({ ok: true, value: { revokedAtMs: NOW_MS } })
    time.nowMs += 5
    expect(await keys.revokeKey(record.id)).toMatchObject({ ok: true, value: { revokedAtMs: NOW_MS } })
    expect(await keys.revokeKey('nobody')).toMatchObject({ ok: false, error: { kind: 'not-found' } })
  })
})
