/** Where keys are kept. Implemented by the Control Durable Object and, for tests, in memory. */

export type KeyRole = 'app' | 'admin'

/** A key at rest. The secret itself is never stored: only its peppered HMAC. */
export interface KeyRecord {
  /** Public id; part of the key's text. */
  readonly id: string
  /** Lower-case hex HMAC-SHA-256 of the whole key under the pepper. */
  readonly digest: string
  readonly role: KeyRole
  readonly team: string
  /** For people: what the key is for. */
  readonly name: string
  /** Route names or `prefix*` patterns it may use; empty means every route. */
  readonly routes: readonly string[]
  readonly createdAtMs: number
  readonly expiresAtMs?: number
  readonly revokedAtMs?: number
  /** Id of the key that replaces this one; this one works until `expiresAtMs`. */
  readonly replacedBy?: string
}

/** What may change after creation. */
export type KeyPatch = Partial<Pick<KeyRecord, 'expiresAtMs' | 'revokedAtMs' | 'replacedBy'>>

export interface KeyChanges {
  /** Sequence number to ask from next time. */
  readonly sequence: number
  /** Keys that changed since; `'all'` when the store cannot say. */
  readonly changed: readonly string[] | 'all'
}

export interface KeyStore {
  /** Stores a new key. Throws if the id is taken. */
  insert(record: KeyRecord): Promise<void>
  /** Stores `next` and patches `id` in one transaction; false if `id` is unknown. */
  replace(id: string, patch: KeyPatch, next: KeyRecord): Promise<boolean>
  get(id: string): Promise<KeyRecord | undefined>
  /** Newest first. */
  list(): Promise<readonly KeyRecord[]>
  /** The record after the change; undefined if the id is unknown. */
  update(id: string, patch: KeyPatch): Promise<KeyRecord | undefined>
  changesSince(sequence: number): Promise<KeyChanges>
}
