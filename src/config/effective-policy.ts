/** Merges the policies that hold for a route: the strictest value of each setting counts. */

import { compact } from '../ground/compact.ts'
import { cacheSettings } from './cache-settings.ts'
import { limitsOf } from './compile-limits.ts'
import type { AssumedPrice } from './limit-settings.ts'
import type { PolicyDocument } from './policy-document.ts'
import type { EffectivePolicy } from './revision.ts'

/** What holds where no policy says anything. */
const UNSAID: EffectivePolicy = {
  maxBodyBytes: 20 * 1024 * 1024,
  maxJsonDepth: 128,
  lossyTranslation: 'warn',
  missingCapability: 'next',
  firstByteTimeoutMs: 120_000,
  idleTimeoutMs: 120_000,
  totalTimeoutMs: 900_000,
}

/** A numeric setting: smaller is stricter. */
export interface Limit {
  readonly path: readonly [string, string]
  read(policy: PolicyDocument): number | undefined
}

type NumericSetting = keyof Omit<
  EffectivePolicy,
  | 'lossyTranslation'
  | 'missingCapability'
  | 'cache'
  | 'limits'
  | 'assumedPrice'
  | 'strictAccounting'
  | 'refuseUncovered'
  | 'ignoreIdempotencyKeys'
>

/** Every numeric setting by its name in the revision. */
export const LIMITS: Readonly<Record<NumericSetting, Limit>> = {
  maxBodyBytes: { path: ['request', 'max_body'], read: (policy) => policy.request?.max_body },
  maxJsonDepth: { path: ['request', 'max_json_depth'], read: (policy) => policy.request?.max_json_depth },
  maxOutputTokens: { path: ['request', 'max_output_tokens'], read: (policy) => policy.request?.max_output_tokens },
  firstByteTimeoutMs: { path: ['timeouts', 'first_byte'], read: (policy) => policy.timeouts?.first_byte },
  idleTimeoutMs: { path: ['timeouts', 'idle'], read: (policy) => policy.timeouts?.idle },
  totalTimeoutMs: { path: ['timeouts', 'total'], read: (policy) => policy.timeouts?.total },
  connectTimeoutMs: { path: ['timeouts', 'connect'], read: (policy) => policy.timeouts?.connect },
  keepAliveMs: { path: ['timeouts', 'keep_alive'], read: (policy) => policy.timeouts?.keep_alive },
  earlyHeadMs: { path: ['timeouts', 'early_head'], read: (policy) => policy.timeouts?.early_head },
  maxAttempts: { path: ['retries', 'attempts'], read: (policy) => policy.retries?.attempts },
  maxRetryWaitMs: { path: ['retries', 'max_wait'], read: (policy) => policy.retries?.max_wait },
  hedgeAfterMs: { path: ['retries', 'hedge_after'], read: (policy) => policy.retries?.hedge_after },
}

const STRICTEST_FIRST = ['refuse', 'next', 'warn'] as const

/** The order of the policies does not matter. */
export function effectivePolicy(policies: readonly PolicyDocument[]): EffectivePolicy {
  const strictest = (name: keyof typeof LIMITS): number | undefined => {
    const said = policies.flatMap((policy) => LIMITS[name].read(policy) ?? [])
    return said.length ? Math.min(...said) : undefined
  }
  const lossy = policies.flatMap((policy) => policy.translation?.lossy ?? [])
  const missing = policies.flatMap((policy) => policy.translation?.missing ?? [])
  return {
    maxBodyBytes: strictest('maxBodyBytes') ?? UNSAID.maxBodyBytes,
    maxJsonDepth: strictest('maxJsonDepth') ?? UNSAID.maxJsonDepth,
    ...compact({ maxOutputTokens: strictest('maxOutputTokens') }),
    lossyTranslation: STRICTEST_FIRST.find((word) => lossy.includes(word)) ?? UNSAID.lossyTranslation,
    missingCapability: STRICTEST_FIRST.find((word) => missing.includes(word)) ?? UNSAID.missingCapability,
    firstByteTimeoutMs: strictest('firstByteTimeoutMs') ?? UNSAID.firstByteTimeoutMs,
    idleTimeoutMs: strictest('idleTimeoutMs') ?? UNSAID.idleTimeoutMs,
    totalTimeoutMs: strictest('totalTimeoutMs') ?? UNSAID.totalTimeoutMs,
    ...compact({
      connectTimeoutMs: strictest('connectTimeoutMs'),
      keepAliveMs: strictest('keepAliveMs'),
      earlyHeadMs: strictest('earlyHeadMs'),
      maxAttempts: strictest('maxAttempts'),
      maxRetryWaitMs: strictest('maxRetryWaitMs'),
      hedgeAfterMs: strictest('hedgeAfterMs'),
    }),
    ...moneySettings(policies),
    ...compact({ cache: cacheSettings(policies.flatMap(({ cache }) => cache ?? [])) }),
    ...(policies.some((policy) => policy.idempotency === 'off') && { ignoreIdempotencyKeys: true as const }),
  }
}

type MoneySettings = Pick<EffectivePolicy, 'limits' | 'assumedPrice' | 'strictAccounting' | 'refuseUncovered'>

/** Limits add up; of the words about them the strictest counts. */
function moneySettings(policies: readonly PolicyDocument[]): MoneySettings {
  const limits = policies.flatMap(limitsOf)
  const assumedPrice = assumedBy(policies)
  return {
    ...(limits.length > 0 && { limits }),
    ...(assumedPrice && { assumedPrice }),
    ...(policies.some((policy) => policy.accounting === 'strict') && { strictAccounting: true as const }),
    ...(policies.some((policy) => policy.max_tokens === 'refuse') && { refuseUncovered: true as const }),
  }
}

const PICO_A_DOLLAR_A_MILLION = 1e6

/** The dearest assumption, unless one policy refuses to assume anything. */
function assumedBy(policies: readonly PolicyDocument[]): AssumedPrice | undefined {
  const budgets = policies.flatMap((policy) => policy.budget ?? [])
  if (budgets.some((budget) => budget.on_unknown_price === 'refuse')) return undefined
  const assumed = budgets.flatMap((budget) => (budget.on_unknown_price === 'assume' ? (budget.assume ?? []) : []))
  if (assumed.length === 0) return undefined
  const dearest = (read: (price: (typeof assumed)[number]) => number): number =>
    Math.round(Math.max(...assumed.map(read)) * PICO_A_DOLLAR_A_MILLION)
  return { inputPico: dearest(({ input }) => input), outputPico: dearest(({ output }) => output) }
}
