/** A revision: one immutable, content-hashed compile of all documents. The worker reads only this, never YAML. */

import type { AlertSubject } from '../ground/alert.ts'
import type { PriceBook } from '../ground/price-book.ts'
import type { AssumedPrice, LimitSettings } from './limit-settings.ts'
import type { PriceSettings } from './price-settings.ts'

/** Formats in which an app may chat with a route: OpenAI's three, Anthropic's, Google's, Cohere's and Ollama's. */
export const CHAT_ENDPOINT_NAMES = [
  'chat',
  'completions',
  'responses',
  'messages',
  'gemini',
  'cohere',
  'ollama',
] as const

/** What a route may be asked through; the HTTP route table says where. */
export const ENDPOINT_NAMES = [
  ...CHAT_ENDPOINT_NAMES,
  'embeddings',
  'rerank',
  'moderations',
  'images',
  'audio',
  'files',
  'realtime',
  'classify',
] as const
export type EndpointName = (typeof ENDPOINT_NAMES)[number]

export type TargetName = 'dev' | 'staging' | 'prod'

export interface ProviderSettings {
  /** Row of the provider table this one follows (`openai`, `vllm`…). */
  readonly kind: string
  readonly baseUrl?: string
  /** Name of the secret that holds the credential; never the secret itself. */
  readonly secret?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Chat formats to ask it in, best first, where not all that its kind speaks. */
  readonly formats?: readonly string[]
  /** Parts of the address that only the operator knows: region, project, resource. */
  readonly options?: Readonly<Record<string, string>>
}

export interface RouteTarget {
  /** Short name for reports; `provider/model` unless the document gives one. */
  readonly name: string
  readonly provider: string
  /** Upstream model; `*` stands for what the route's own `*` matched. */
  readonly model: string
  /** Share of traffic relative to the other targets; 0 takes it out. */
  readonly weight: number
}

/** Policies of a route merged to their strictest values. */
export interface EffectivePolicy {
  readonly maxBodyBytes: number
  readonly maxJsonDepth: number
  readonly maxOutputTokens?: number
  /** What to do when a translation would lose something the client sent. */
  readonly lossyTranslation: 'warn' | 'next' | 'refuse'
  /** What to do when a request needs what a target is known to lack. */
  readonly missingCapability: 'warn' | 'next' | 'refuse'
  readonly firstByteTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly totalTimeoutMs: number
  /** All limits of all policies; absent when there are none. */
  readonly limits?: readonly LimitSettings[]
  /** What models without a price are counted at; absent: a hard limit on money refuses them. */
  readonly assumedPrice?: AssumedPrice
  /** Holds are written durably before the upstream call. */
  readonly strictAccounting?: true
  /** Answers are not kept for calls that repeat an idempotency key. */
  readonly ignoreIdempotencyKeys?: true
  /** A call whose longest answer the budget does not cover is refused; absent: it gets a shorter one. */
  readonly refuseUncovered?: true
}

export interface RouteSettings {
  /** What apps send as `model`; may end in `*`. */
  readonly name: string
  readonly description?: string
  readonly accepts: readonly EndpointName[]
  readonly targets: readonly RouteTarget[]
  /** Tried in order when no target gave a first byte. */
  readonly fallback: readonly RouteTarget[]
  /** Names of the policies in force, defaults included, for the record. */
  readonly policies: readonly string[]
  readonly policy: EffectivePolicy
}

/** Where alerts are sent. */
export interface AlertDestination {
  readonly name: string
  readonly url: string
  /** Names of the secrets that sign, the newest first; never the secrets themselves. */
  readonly secrets: readonly string[]
  readonly events: readonly AlertSubject[]
  /** Absent: all teams, and what they share. */
  readonly teams?: readonly string[]
}

export interface RevisionBody {
  readonly bundle: string
  readonly target: TargetName
  readonly mode: 'development' | 'production'
  readonly organisation: string
  readonly providers: Readonly<Record<string, ProviderSettings>>
  readonly teams: readonly string[]
  readonly routes: readonly RouteSettings[]
  /** In the order of their names; absent when there are none. */
  readonly alerts?: readonly AlertDestination[]
  /** Absent: the built-in prices hold for all providers. */
  readonly priceBook?: PriceBook
  /** What was agreed beyond the price book; absent when nothing was. */
  readonly prices?: PriceSettings
}

export interface Revision extends RevisionBody {
  /** Lower-case hex SHA-256 of the canonical JSON of the body. */
  readonly hash: string
}
