/** A key store in memory, for tests: the same promises as the Control Durable Object. */

import type { KeyPatch, KeyRecord, KeyStore } from '../../ports/keys.ts'

export function memoryKeyStore(): KeyStore {
  const keys = new Map<string, { record: KeyRecord; changed: number }>()
  let sequence = 0
  const insert = (record: KeyRecord): void => {
    const existing = keys.get(record.id)
    if (existing?.record.digest === record.digest) return
    if (existing) throw new Error(`The key id ${record.id} is taken.`)
    keys.set(record.id, { record: { ...record, routes: [...record.routes] }, changed: ++sequence })
  }
  const patchKey = (id: string, patch: KeyPatch): KeyRecord | undefined => {
    const known = keys.get(id)
    if (!known) return undefined
    const record = { ...known.record, ...patch }
    keys.set(id, { record, changed: ++sequence })
    return record
  }
  return {
    insert: async (record) => insert(record),
    async replace(id, patch, next) {
      if (!keys.has(id)) return false
      insert(next)
      patchKey(id, patch)
      return true
    },
    get: async (id) => keys.get(id)?.record,
    list: async () =>
      [...keys.values()]
        .map(({ record }) => record)
        .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1)),
    update: async (id, patch) => patchKey(id, patch),
    async changesSince(since) {
      if (since > sequence) return { sequence, changed: 'all' }
      return { sequence, changed: [...keys].filter(([, { changed }]) => changed > since).map(([id]) => id) }
    },
  }
}
