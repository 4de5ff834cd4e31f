/** Derives what protects keys from the deployment's one root secret. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { randomBase62 } from '../../ground/ids.ts'
import { err, ok, type Result } from '../../ground/result.ts'

const MIN_SECRET_CHARACTERS = 32
const ROOT_TOKEN_PREFIX = 'sk-sluice-root-'

export interface DerivedSecrets {
  /** HMAC key under which keys' digests are stored. */
  readonly digestKey: CryptoKey
  /** HMAC key of the tag at the end of each key, by which forged keys are known without a lookup. */
  readonly tagKey: CryptoKey
  /** `sk-sluice-root-` and 40 base62 characters: the operator's own admin credential, good as long as the root secret. */
  readonly rootAdminToken: string
}

/** HKDF-SHA-256 of `SLUICE_SECRET`. Fails if the secret is absent or shorter than 32 characters. */
export async function deriveSecrets(rootSecret: string | undefined): Promise<Result<DerivedSecrets, GatewayError>> {
  const secret = rootSecret?.trim() ?? ''
  if (secret.length < MIN_SECRET_CHARACTERS) {
    const found = secret === '' ? 'is not set' : `has only ${secret.length} characters`
    const advice = `Set it to ${MIN_SECRET_CHARACTERS} or more random characters, for example the output of "openssl rand -hex 32", and keep it: without it every key stops working.`
    return err(gatewayError('internal', `SLUICE_SECRET ${found}. ${advice}`, { status: 503 }))
  }
  const root = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), 'HKDF', false, ['deriveBits'])
  const [digestBytes, tagBytes, tokenBytes] = await Promise.all([
    derive(root, 'sluice key digest v1', 32),
    derive(root, 'sluice key tag v1', 32),
    derive(root, 'sluice root admin token v1', 160),
  ])
  return ok({
    digestKey: await hmacKey(digestBytes),
    tagKey: await hmacKey(tagBytes),
    rootAdminToken: ROOT_TOKEN_PREFIX + randomBase62(40, (length) => tokenBytes.subarray(0, length)),
  })
}

async function derive(root: CryptoKey, info: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: encoder.encode('sluice'), info: encoder.encode(info) }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, root, bytes * 8))
}

function hmacKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}
