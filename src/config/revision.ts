/** A revision: one immutable, content-hashed compile of all documents. The worker reads only this, never YAML. */

import type { AlertSubject } from '../ground/alert.ts'
import type { CanaryPlan } from '../ground/canary.ts'
import type { PriceBook } from '../ground/price-book.ts'
import type { CacheSettings } from './cache-settings.ts'
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
  /** Names of further secrets with credentials, used in turn with the first. */
  readonly moreSecrets?: readonly string[]
  /** Requests at once from one isolate; absent: no limit. */
  readonly maxConcurrent?: number
  /** Path below the address that says whether the server is ready. */
  readonly healthPath?: string
  /** How long a server that is not ready may take to start; absent: nobody waits for it. */
  readonly coldStartMs?: number
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
  /** It takes a growing share instead of a weight. */
  readonly canary?: CanaryPlan
  /** Calls it is for; absent: all. */
  readonly when?: TargetCondition
  /** Failures of the targets before it after which it is tried; absent: those that another target may not share. */
  readonly on?: readonly FailureClass[]
}

export interface ShadowTarget extends RouteTarget {
  /** Of the calls, from 0 to 1. */
  readonly share: number
}

/** All that is said must hold. */
export interface TargetCondition {
  /** Tags of the call, and the values each may have. */
  readonly tags?: Readonly<Record<string, readonly string[]>>
  readonly teams?: readonly string[]
  /** Top-level fields of the request, and the values each may have. */
  readonly parameters?: Readonly<Record<string, readonly (string | number | boolean)[]>>
  readonly stream?: boolean
  /** Estimated tokens of the request. */
  readonly minInputTokens?: number
  readonly maxInputTokens?: number
}

/** Why a target failed, as far as it matters for who is tried next. */
export const FAILURE_CLASSES = [
  'rate_limit',
  'overload',
  'timeout',
  'server_error',
  'context_length',
  'content_filter',
  'auth',
] as const
export type FailureClass = (typeof FAILURE_CLASSES)[number]

/** How the first target of a call is chosen. */
export const CHOICES = ['weight', 'cheapest', 'fastest'] as const
export type Choice = (typeof CHOICES)[number]

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
  /** Until the head of a streamed answer; absent: as `firstByteTimeoutMs`. */
  readonly connectTimeoutMs?: number
  /** How long the app may hear nothing of a stream before it gets a comment; absent: 15 s. */
  readonly keepAliveMs?: number
  /** A stream begins with a comment when nothing has come for so long; absent: it begins with its first data. */
  readonly earlyHeadMs?: number
  /** Requests a call may make at most, unless it has more targets; absent: 3. */
  readonly maxAttempts?: number
  /** How long a call may wait for a target that asked it to, or between tries; absent: 5 s. */
  readonly maxRetryWaitMs?: number
  /** A first target that is silent for so long gets company by the next; absent: never. */
  readonly hedgeAfterMs?: number
  /** All limits of all policies; absent when there are none. */
  readonly limits?: readonly LimitSettings[]
  /** What models without a price are counted at; absent: a hard limit on money refuses them. */
  readonly assumedPrice?: AssumedPrice
  /** Holds are written durably before the upstream call. */
  readonly strictAccounting?: true
  /** Answers are kept for calls that ask the same; absent: none is. */
  readonly cache?: CacheSettings
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
  /** Absent: by weight. */
  readonly choose?: Choice
  /** What calls must share to get the same target: `user`, `session`, `key`, `prompt` or `header:NAME`; absent: each is chosen for itself. */
  readonly sticky?: string
  /** Targets at which some calls are made again, for comparison; absent: none. */
  readonly shadows?: readonly ShadowTarget[]
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
