/** The text of a key: written once, read back, and its digest. */

import { type RandomBytes, randomBase62 } from '../../ground/ids.ts'
import type { KeyRole } from '../../ports/keys.ts'
import { sameText } from './same-text.ts'
import type { DerivedSecrets } from './secrets.ts'

/** `sk-sluice-[admin-]<id: 10>-<secret: 32, 190 bits><tag: 6>`, all base62. */
const KEY_TEXT = /^(sk-sluice-(admin-)?([0-9A-Za-z]{10})-[0-9A-Za-z]{32})([0-9A-Za-z]{6})$/
const TAG_CHARACTERS = 6

/** What a key says about itself; true only if its tag and digest agree. */
export interface ReadKey {
  readonly id: string
  readonly role: KeyRole
}

/** A new key. */
export async function newKeyText(
  role: KeyRole,
  secrets: DerivedSecrets,
  randomBytes: RandomBytes,
): Promise<{ readonly id: string; readonly text: string }> {
  const id = randomBase62(10, randomBytes)
  const prefix = role === 'admin' ? 'sk-sluice-admin-' : 'sk-sluice-'
  const body = `${prefix}${id}-${randomBase62(32, randomBytes)}`
  return { id, text: body + (await tagOf(body, secrets)) }
}

/** The key's id and role; undefined unless this deployment's own tag is on it. Needs no lookup. */
export async function readKeyText(text: string, secrets: DerivedSecrets): Promise<ReadKey | undefined> {
  const [, body, admin, id, tag] = KEY_TEXT.exec(text) ?? []
  if (body === undefined || id === undefined || tag === undefined) return undefined
  if (!sameText(tag, await tagOf(body, secrets))) return undefined
  return { id, role: admin === undefined ? 'app' : 'admin' }
}

/** Lower-case hex HMAC-SHA-256 of the whole key: what is stored of it. */
export async function digestOf(text: string, secrets: DerivedSecrets): Promise<string> {
  const bytes = await hmac(secrets.digestKey, text)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function tagOf(body: string, secrets: DerivedSecrets): Promise<string> {
  const bytes = await hmac(secrets.tagKey, body)
  return randomBase62(TAG_CHARACTERS, (length) => bytes.subarray(0, length))
}

async function hmac(key: CryptoKey, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)))
}
