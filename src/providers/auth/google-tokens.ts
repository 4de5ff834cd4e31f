/** Exchanges a Google service account's key for access tokens, and keeps each token while it is good. */

import { importPKCS8, SignJWT } from 'jose'
import { asNumber, asObject, asString, parseJson } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { Clock } from '../../ports/clock.ts'

export interface GoogleTokens {
  /**
   * An access token for a service account's JSON key. The error is the end of a sentence that begins with the secret's name;
   * it never repeats the secret. `signal` ends the wait, not an exchange that others wait for too.
   */
  tokenFor(serviceAccount: string, signal: AbortSignal): Promise<Result<string, string>>
}

type Exchange = Promise<Result<{ token: string; goodUntilMs: number }, string>>

interface Kept {
  readonly exchange: Exchange
  goodUntilMs: number
  pending: boolean
}

interface ServiceAccount {
  readonly email: string
  readonly privateKey: string
  readonly keyId: string | undefined
  readonly tokenUri: string
}

const DEFAULT_TOKEN_URI = 'https://oauth2.googleapis.com/token'
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const LIFETIME_SECONDS = 3600
/** A token is not used in its last minutes: the call it goes with may be long. */
const MARGIN_MS = 5 * 60_000
const EXCHANGE_TIMEOUT_MS = 15_000

/** One per isolate. Calls that need the same token at the same time share one exchange. */
export function createGoogleTokens(parts: {
  fetch(url: string, init: RequestInit): Promise<Response>
  clock: Clock
}): GoogleTokens {
  const exchanges = new Map<string, Kept>()
  return {
    async tokenFor(serviceAccount, signal) {
      const account = readServiceAccount(serviceAccount)
      if (!account.ok) return account
      const digest = await digestOf(serviceAccount)
      const now = parts.clock.now()
      let entry = exchanges.get(digest)
      if (!entry || entry.goodUntilMs <= now) {
        const exchange = exchangeKey(account.value, parts)
        const fresh: Kept = { exchange, goodUntilMs: now + EXCHANGE_TIMEOUT_MS, pending: true }
        entry = fresh
        exchanges.set(digest, fresh)
        void exchange.then((outcome) => {
          fresh.pending = false
          if (outcome.ok) fresh.goodUntilMs = outcome.value.goodUntilMs
          else if (exchanges.get(digest) === fresh) exchanges.delete(digest)
        })
      }
      const outcome = await orAborted(entry.exchange, signal)
      // Its request may have ended before the exchange did: the next call starts another.
      if (outcome === undefined) {
        if (entry.pending && exchanges.get(digest) === entry) exchanges.delete(digest)
        return err('could not be exchanged for an access token in time')
      }
      return outcome.ok ? ok(outcome.value.token) : outcome
    },
  }
}

/** Undefined when the signal came first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function readServiceAccount(text: string): Result<ServiceAccount, string> {
  const json = asObject(parseJson(text))
  const email = asString(json?.client_email)
  const privateKey = asString(json?.private_key)
  if (json?.type !== 'service_account' || !email || !privateKey)
    return err('is JSON but not the key of a Google service account (with type, client_email and private_key)')
  const tokenUri = asString(json.token_uri) ?? DEFAULT_TOKEN_URI
  if (!isGoogle(tokenUri))
    return err(
      'names a token_uri that is not at googleapis.com, so the key is not sent there; use the file as Google made it',
    )
  return ok({ email, privateKey, keyId: asString(json.private_key_id), tokenUri })
}

/** Whoever writes the secret must not be able to make us call another host. */
function isGoogle(address: string): boolean {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return false
  return url.hostname === 'googleapis.com' || url.hostname.endsWith('.googleapis.com')
}

async function exchangeKey(
  account: ServiceAccount,
  { fetch, clock }: { fetch(url: string, init: RequestInit): Promise<Response>; clock: Clock },
): Exchange {
  const askedMs = clock.now()
  const assertion = await signAssertion(account, Math.floor(askedMs / 1000))
  if (!assertion.ok) return assertion
  try {
    const response = await fetch(account.tokenUri, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: assertion.value,
      }).toString(),
      redirect: 'manual',
      signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MS),
    })
    const json = asObject(parseJson(await response.text()))
    const token = asString(json?.access_token)
    if (response.status !== 200 || !token) return err(refusal(response.status, asString(json?.error)))
    const lifetimeMs = (asNumber(json?.expires_in) ?? LIFETIME_SECONDS) * 1000
    return ok({ token, goodUntilMs: askedMs + lifetimeMs - MARGIN_MS })
  } catch {
    // Errors of fetch may quote what was sent.
    return err("could not be exchanged for an access token: Google's token service could not be reached")
  }
}

async function signAssertion(account: ServiceAccount, nowSeconds: number): Promise<Result<string, string>> {
  try {
    const key = await importPKCS8(account.privateKey, 'RS256')
    const header = { alg: 'RS256', typ: 'JWT', ...(account.keyId === undefined ? {} : { kid: account.keyId }) }
    const jwt = new SignJWT({ scope: SCOPE })
      .setProtectedHeader(header)
      .setIssuer(account.email)
      .setAudience(account.tokenUri)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + LIFETIME_SECONDS)
    return ok(await jwt.sign(key))
  } catch {
    return err('holds a private_key that cannot be read; download the key again')
  }
}

function refusal(status: number, word: string | undefined): string {
  const why = word !== undefined && /^[a-z_]{1,40}$/.test(word) ? `${word}, status ${status}` : `status ${status}`
  return `was not accepted by Google's token service (${why})`
}

async function digestOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
