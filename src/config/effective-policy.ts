/** Merges the policies that hold for a route: the strictest value of each setting counts. */

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

/** Every numeric setting by its name in the revision. */
export const LIMITS: Readonly<Record<keyof Omit<EffectivePolicy, 'lossyTranslation' | 'missingCapability'>, Limit>> = {
  maxBodyBytes: { path: ['request', 'max_body'], read: (policy) => policy.request?.max_body },
  maxJsonDepth: { path: ['request', 'max_json_depth'], read: (policy) => policy.request?.max_json_depth },
  maxOutputTokens: { path: ['request', 'max_output_tokens'], read: (policy) => policy.request?.max_output_tokens },
  firstByteTimeoutMs: { path: ['timeouts', 'first_byte'], read: (policy) => policy.timeouts?.first_byte },
  idleTimeoutMs: { path: ['timeouts', 'idle'], read: (policy) => policy.timeouts?.idle },
  totalTimeoutMs: { path: ['timeouts', 'total'], read: (policy) => policy.timeouts?.total },
}

const STRICTEST_FIRST = ['refuse', 'next', 'warn'] as const

/** The order of the policies does not matter. */
export function effectivePolicy(policies: readonly PolicyDocument[]): EffectivePolicy {
  const strictest = (name: keyof typeof LIMITS): number | undefined => {
    const said = policies.flatMap((policy) => LIMITS[name].read(policy) ?? [])
    return said.length ? Math.min(...said) : undefined
  }
  const maxOutputTokens = strictest('maxOutputTokens')
  const lossy = policies.flatMap((policy) => policy.translation?.lossy ?? [])
  const missing = policies.flatMap((policy) => policy.translation?.missing ?? [])
  return {
    maxBodyBytes: strictest('maxBodyBytes') ?? UNSAID.maxBodyBytes,
    maxJsonDepth: strictest('maxJsonDepth') ?? UNSAID.maxJsonDepth,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    lossyTranslation: STRICTEST_FIRST.find((word) => lossy.includes(word)) ?? UNSAID.lossyTranslation,
    missingCapability: STRICTEST_FIRST.find((word) => missing.includes(word)) ?? UNSAID.missingCapability,
    firstByteTimeoutMs: strictest('firstByteTimeoutMs') ?? UNSAID.firstByteTimeoutMs,
    idleTimeoutMs: strictest('idleTimeoutMs') ?? UNSAID.idleTimeoutMs,
    totalTimeoutMs: strictest('totalTimeoutMs') ?? UNSAID.totalTimeoutMs,
  }
}
