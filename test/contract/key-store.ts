/** What every key store must do, whatever it keeps its keys in. */

import { beforeEach, describe, expect, it } from 'vitest'
import type { KeyRecord, KeyStore } from '../../src/ports/keys.ts'

export interface KeyStoreHarness {
  /** A store without keys. */
  fresh(): KeyStore | Promise<KeyStore>
}

function key(id: string, fields: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id,
    digest: `digest of ${id}`,
    role: 'app',
    team: 'blue',
    name: 'för 🙂',
    routes: [],
    createdAtMs: 1000,
    ...fields,
  }
}

/** Defines the suite for one implementation. */
export function describeKeyStore(name: string, harness: KeyStoreHarness): void {
  describe(`key store: ${name}`, () => {
    let store: KeyStore
    beforeEach(async () => {
      store = await harness.fresh()
    })

    it('gives back a key as it was', async () => {
      const full = key('a', {
        role: 'admin',
        routes: ['support', 'search*'],
        expiresAtMs: 5,
        revokedAtMs: 6,
        replacedBy: 'b',
      })
      await store.insert(full)
      await store.insert(key('b'))
      expect(await store.get('a')).toStrictEqual(full)
      expect(await store.get('b')).toStrictEqual(key('b'))
      expect(await store.get("a' OR 1=1 --")).toBeUndefined()
    })

    it('refuses an id that another key has, and takes the same key twice', async () => {
      await store.insert(key('a'))
      await store.insert(key('a'))
      await expect(store.insert(key('a', { digest: 'other' }))).rejects.toThrow('taken')
      expect(await store.list()).toHaveLength(1)
    })

    it('lists the newest first', async () => {
      await store.insert(key('old', { createdAtMs: 1 }))
      await store.insert(key('new', { createdAtMs: 3 }))
      await store.insert(key('mid', { createdAtMs: 2 }))
      expect((await store.list()).map(({ id }) => id)).toEqual(['new', 'mid', 'old'])
    })

    it('changes what a patch names and nothing else', async () => {
      await store.insert(key('a', { expiresAtMs: 9 }))
      expect(await store.update('a', { revokedAtMs: 7 })).toStrictEqual(key('a', { expiresAtMs: 9, revokedAtMs: 7 }))
      expect(await store.get('a')).toStrictEqual(key('a', { expiresAtMs: 9, revokedAtMs: 7 }))
      expect(await store.update('nobody', { revokedAtMs: 7 })).toBeUndefined()
    })

    it('replaces a key in one step or not at all', async () => {
      await store.insert(key('a'))
      expect(await store.replace('nobody', { expiresAtMs: 9 }, key('b'))).toBe(false)
      expect(await store.get('b')).toBeUndefined()
      await store.insert(key('taken', { digest: 'other' }))
      await expect(store.replace('a', { expiresAtMs: 9 }, key('taken'))).rejects.toThrow('taken')
      expect(await store.get('a')).toStrictEqual(key('a'))
      expect(await store.replace('a', { expiresAtMs: 9, replacedBy: 'b' }, key('b'))).toBe(true)
      expect(await store.get('a')).toStrictEqual(key('a', { expiresAtMs: 9, replacedBy: 'b' }))
      expect(await store.get('b')).toStrictEqual(key('b'))
    })

    it('says which keys changed since a sequence number', async () => {
      const start = (await store.changesSince(0)).sequence
      await store.insert(key('a'))
      await store.insert(key('b'))
      const first = await store.changesSince(start)
      expect([...first.changed].sort()).toEqual(['a', 'b'])
      expect(first.sequence).toBeGreaterThan(start)
      expect(await store.changesSince(first.sequence)).toEqual({ sequence: first.sequence, changed: [] })
      await store.update('a', { revokedAtMs: 1 })
      await store.update('nobody', { revokedAtMs: 1 })
      const second = await store.changesSince(first.sequence)
      expect(second.changed).toEqual(['a'])
      await store.replace('b', { expiresAtMs: 2 }, key('c'))
      expect([...(await store.changesSince(second.sequence)).changed].sort()).toEqual(['b', 'c'])
    })

    it('says that all may have changed to someone from the future', async () => {
      const { sequence } = await store.changesSince(0)
      expect(await store.changesSince(sequence + 5)).toEqual({ sequence, changed: 'all' })
    })
  })
}
