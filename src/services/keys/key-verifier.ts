/** Tells good keys from bad ones on the hot path: from memory, with one question to the key store every two seconds. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KeyRecord, KeyStore } from '../../ports/keys.ts'
import { systemTimers, type Timers, within } from '../timers.ts'
import { digestOf, type ReadKey, readKeyText } from './key-text.ts'
import { sameText } from './same-text.ts'
import type { DerivedSecrets } from './secrets.ts'
import { type VerifiedKey, verifiedKey } from './verified-key.ts'

type WaitUntil = (promise: Promise<unknown>) => void

/** Older knowledge makes the next caller ask for changes, in the background. */
const ASK_AFTER_MS = 2000
/** Older knowledge is not trusted: a caller waits for the answer. With the time of one question, the bound is five seconds. */
const TRUST_FOR_MS = 4000
/** A question that takes longer counts as failed; also after the request that asked it has died. */
const ANSWER_WITHIN_MS = 3000
/** How long the store is left alone after a failed question. */
const REST_MS = 250
const MAX_REMEMBERED = 10_000

interface Remembered {
  readonly id: string
  /** Undefined: the store does not know this key. */
  readonly key: VerifiedKey | undefined
  /** When the store was asked for it. */
  readonly asOfMs: number
}

export interface KeyVerifier {
  /** A key known to be good right now, without waiting; undefined means: ask `verify`. */
  peek(keyText: string): VerifiedKey | undefined
  /**
   * Decides about any key. A revoked or changed key stops within five seconds; a key past its end at once. While the store
   * cannot be reached, keys in memory work for four seconds more and then fail as `unavailable`.
   */
  verify(keyText: string, waitUntil: WaitUntil): Promise<Result<VerifiedKey, GatewayError>>
  /** Forgets every key, so that a change made through this isolate holds here at once. */
  forget(): void
}

export interface KeyVerifierOptions {
  readonly store: KeyStore
  readonly secrets: DerivedSecrets
  readonly clock: Clock
  readonly timers?: Timers
  /** Keys kept in memory; 10,000 when absent. */
  readonly maxRemembered?: number
}

export function createKeyVerifier(options: KeyVerifierOptions): KeyVerifier {
  return new CachedVerifier(options)
}

class CachedVerifier implements KeyVerifier {
  readonly #store: KeyStore
  readonly #secrets: DerivedSecrets
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #root: VerifiedKey
  readonly #maxRemembered: number
  /** By the whole text, the least recently used first. Holds only keys that bear this deployment's tag. */
  readonly #remembered = new Map<string, Remembered>()
  readonly #lookups = new Map<
    string,
    { readonly promise: Promise<Remembered | undefined>; readonly startedAtMs: number }
  >()
  /** Counts answers that told of changes: a lookup that crossed one may have read the old record. */
  #generation = 0
  #sequence = 0
  #pollAsOfMs = Number.NEGATIVE_INFINITY
  #poll: { readonly promise: Promise<boolean>; readonly startedAtMs: number } | undefined
  #restUntilMs = Number.NEGATIVE_INFINITY

  constructor({ store, secrets, clock, timers = systemTimers, maxRemembered = MAX_REMEMBERED }: KeyVerifierOptions) {
    this.#store = store
    this.#secrets = secrets
    this.#clock = clock
    this.#timers = timers
    this.#maxRemembered = maxRemembered
    this.#root = verifiedKey(ROOT_RECORD)
  }

  peek(keyText: string): VerifiedKey | undefined {
    const remembered = this.#remembered.get(keyText)
    if (!remembered?.key) return undefined
    const now = this.#clock.now()
    const age = this.#age(remembered, now)
    const fresh = age < ASK_AFTER_MS || (age < TRUST_FOR_MS && this.#polling(now))
    if (!fresh || refusal(remembered.key.record, now)) return undefined
    this.#remembered.delete(keyText)
    this.#remembered.set(keyText, remembered)
    return remembered.key
  }

  async verify(keyText: string, waitUntil: WaitUntil): Promise<Result<VerifiedKey, GatewayError>> {
    if (sameText(keyText, this.#secrets.rootAdminToken)) return ok(this.#root)
    const fresh = await this.#freshlyRemembered(keyText, waitUntil)
    if (!fresh.ok) return fresh
    const remembered = fresh.value ?? (await this.#lookUp(keyText, waitUntil))
    if ('ok' in remembered) return remembered
    if (!remembered.key) return err(UNKNOWN_KEY)
    const refused = refusal(remembered.key.record, this.#clock.now())
    return refused ? err(refused) : ok(remembered.key)
  }

  forget(): void {
    this.#generation++
    this.#remembered.clear()
  }

  /** What memory holds, brought up to date if it is too old to be trusted; undefined if it holds nothing. */
  async #freshlyRemembered(
    keyText: string,
    waitUntil: WaitUntil,
  ): Promise<Result<Remembered | undefined, GatewayError>> {
    const remembered = this.#remembered.get(keyText)
    if (!remembered) return ok(undefined)
    const age = this.#age(remembered, this.#clock.now())
    if (age < ASK_AFTER_MS) return ok(remembered)
    const asked = this.#askForChanges(waitUntil)
    if (age < TRUST_FOR_MS) return ok(remembered)
    const answered = asked && (await within(this.#timers, ANSWER_WITHIN_MS, asked))
    return answered ? ok(this.#remembered.get(keyText)) : err(UNREACHABLE)
  }

  #age(remembered: Remembered, now: number): number {
    const age = now - Math.max(remembered.asOfMs, this.#pollAsOfMs)
    return age < 0 ? Number.POSITIVE_INFINITY : age // a clock that went back proves nothing
  }

  #polling(now: number): boolean {
    return this.#poll !== undefined && now - this.#poll.startedAtMs < ANSWER_WITHIN_MS
  }

  /** One question at a time for all callers; undefined while the store is left alone. */
  #askForChanges(waitUntil: WaitUntil): Promise<boolean> | undefined {
    const startedAtMs = this.#clock.now()
    if (this.#poll && this.#polling(startedAtMs)) return this.#poll.promise
    if (startedAtMs < this.#restUntilMs) return undefined
    const promise = this.#pollOnce(startedAtMs)
    this.#poll = { promise, startedAtMs }
    // Others wait for this answer too, so it must outlive the request that asks.
    waitUntil(promise)
    return promise
  }

  async #pollOnce(startedAtMs: number): Promise<boolean> {
    try {
      const { sequence, changed } = await this.#store.changesSince(this.#sequence)
      if (this.#poll?.startedAtMs !== startedAtMs) return false // given up as lost meanwhile; a later one will tell the same
      this.#sequence = sequence
      this.#pollAsOfMs = startedAtMs
      if (changed === 'all') this.forget()
      else if (changed.length > 0) this.#forgetKeys(new Set(changed))
      return true
    } catch (error) {
      this.#restUntilMs = this.#clock.now() + REST_MS
      logFailure('asking for changed keys', error)
      return false
    } finally {
      if (this.#poll?.startedAtMs === startedAtMs) this.#poll = undefined
    }
  }

  #forgetKeys(ids: ReadonlySet<string>): void {
    this.#generation++
    for (const [text, { id }] of this.#remembered) if (ids.has(id)) this.#remembered.delete(text)
  }

  /** Forged keys end here, at the same cost each and without a lookup. */
  async #lookUp(keyText: string, waitUntil: WaitUntil): Promise<Remembered | Result<never, GatewayError>> {
    const read = await readKeyText(keyText, this.#secrets)
    if (!read) return err(UNKNOWN_KEY)
    // Someone else may have looked it up while this caller waited for the tag.
    const remembered = this.#remembered.get(keyText)
    if (remembered && this.#age(remembered, this.#clock.now()) < ASK_AFTER_MS) return remembered
    const startedAtMs = this.#clock.now()
    let lookup = this.#lookups.get(keyText)
    if (!lookup || startedAtMs - lookup.startedAtMs >= ANSWER_WITHIN_MS) {
      lookup = { promise: this.#fetchKey(keyText, read), startedAtMs }
      this.#lookups.set(keyText, lookup)
      waitUntil(lookup.promise)
    }
    const { promise } = lookup
    const found = await within(this.#timers, ANSWER_WITHIN_MS, promise)
    if (this.#lookups.get(keyText)?.promise === promise) this.#lookups.delete(keyText)
    return found ?? err(UNREACHABLE)
  }

  async #fetchKey(keyText: string, { id, role }: ReadKey): Promise<Remembered | undefined> {
    try {
      const digest = await digestOf(keyText, this.#secrets)
      for (;;) {
        const generation = this.#generation
        const asOfMs = this.#clock.now()
        const record = await this.#store.get(id)
        if (generation !== this.#generation) continue
        const good = record !== undefined && record.role === role && sameText(digest, record.digest)
        const remembered = { id, key: good ? verifiedKey(record) : undefined, asOfMs }
        this.#remember(keyText, remembered)
        return remembered
      }
    } catch (error) {
      logFailure('looking up a key', error)
      return undefined
    }
  }

  #remember(keyText: string, remembered: Remembered): void {
    this.#remembered.delete(keyText)
    this.#remembered.set(keyText, remembered)
    if (this.#remembered.size <= this.#maxRemembered) return
    const [oldest] = this.#remembered.keys()
    if (oldest !== undefined) this.#remembered.delete(oldest)
  }
}

/** The operator's own credential, which is derived and not stored. */
const ROOT_RECORD: KeyRecord = {
  id: 'root',
  digest: '',
  role: 'admin',
  team: '',
  name: 'root admin token',
  routes: [],
  createdAtMs: 0,
}

function refusal(record: KeyRecord, now: number): GatewayError | undefined {
  if (record.revokedAtMs !== undefined) {
    return refused(`The key ${record.id} was revoked. Ask an admin for a new one.`)
  }
  if (record.expiresAtMs === undefined || record.expiresAtMs > now) return undefined
  const cause = record.replacedBy === undefined ? '' : `; it was replaced by the key ${record.replacedBy}`
  const when = new Date(record.expiresAtMs).toISOString()
  return refused(`The key ${record.id} expired at ${when}${cause}. Ask an admin for a new one.`)
}

function refused(message: string): GatewayError {
  return gatewayError('authentication', message, { code: 'invalid_api_key' })
}

const UNKNOWN_KEY = refused('This key is unknown here. Check that it was copied whole and belongs to this gateway.')

const UNREACHABLE = gatewayError(
  'unavailable',
  'The gateway cannot check keys right now. Try again in a few seconds.',
  {
    retryAfterMs: 1000,
  },
)

function logFailure(doing: string, error: unknown): void {
  console.error(
    JSON.stringify({ level: 'error', failed: doing, error: error instanceof Error ? error.name : 'unknown' }),
  )
}
