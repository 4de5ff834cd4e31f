/** Signs webhooks as Standard Webhooks 1.0 says (https://www.standardwebhooks.com): HMAC-SHA-256 over id, time and body. */

const PREFIX = 'whsec_'
const MIN_KEY_BYTES = 24
const MAX_KEY_BYTES = 64

export interface SignedParts {
  readonly id: string
  /** Seconds since 1970, of this attempt. */
  readonly timestamp: number
  readonly body: string
}

/** The key in a secret: base64 of 24 to 64 bytes, usually after `whsec_`; undefined for any other text. */
export function webhookKey(secret: string): Uint8Array<ArrayBuffer> | undefined {
  const text = secret.trim()
  const base64 = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.replace(/=+$/, '').length % 4 === 1) return undefined
  const key = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES ? key : undefined
}

/** The value of `webhook-signature`: one signature a key, with spaces between. */
export async function signWebhook(
  { id, timestamp, body }: SignedParts,
  keys: readonly Uint8Array<ArrayBuffer>[],
): Promise<string> {
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  const signatures = await Promise.all(
    keys.map(async (bytes) => {
      const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
      const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, content))
      return `v1,${btoa(String.fromCharCode(...signature))}`
    }),
  )
  return signatures.join(' ')
}
