/** Says why a limit refuses a call: which limit, how much it allows, and when there will be more. */

import type { LimitSettings } from '../../config/limit-settings.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { formatDollars } from '../../ground/money.ts'
import type { CounterOfLimit } from './limit-terms.ts'

/** Calls under way give back what they did not use soon. */
const SOON_MS = 1000

const MEASURE_WORDS = {
  requests: 'requests',
  input_tokens: 'input tokens',
  output_tokens: 'output tokens',
  tokens: 'tokens',
  concurrent: 'calls at the same moment',
} as const

/** `least`: what the call needs at least. `known`: what the account knows of the counter. */
export function limitRefusal(
  counter: CounterOfLimit,
  least: number,
  known: { readonly spent: number; readonly reserved: number } | undefined,
  nowMs: number,
): GatewayError {
  const { limit, amount, window } = counter
  const kind = limit.measure === 'usd' ? 'insufficient-quota' : 'rate-limited'
  const allows = `The limit "${limit.id}" allows ${words(limit, amount)}`
  if (least > amount) {
    const message = `${allows}, and this call alone may use ${words(limit, least, false)}: ask for a shorter answer (max_tokens) or send less.`
    return gatewayError(kind, message, { retryable: false })
  }
  if (limit.measure === 'concurrent') {
    return gatewayError(kind, `${allows}, and that many are under way. Try again when one has ended.`, {
      retryAfterMs: SOON_MS,
    })
  }
  const resetMs = Math.max(1, window.endMs - nowMs)
  const reset = `${limit.window && 'slidingMs' in limit.window ? 'Some of it comes back' : 'It resets'} at ${timeText(window.endMs)}.`
  if (known && known.spent + least <= amount) {
    const message = `${allows}; calls under way hold the rest and may give some back. ${reset}`
    return gatewayError(kind, message, { retryAfterMs: Math.min(SOON_MS, resetMs) })
  }
  return gatewayError(kind, `${allows}, and what is left does not cover this call. ${reset}`, { retryAfterMs: resetMs })
}

/** Nobody can say how much is left, so a hard limit lets nothing through. */
export const LIMITS_UNREACHABLE: GatewayError = gatewayError(
  'unavailable',
  'The account that keeps this call’s limits cannot be reached, so the call was not made. Try again in a few seconds.',
  { retryAfterMs: SOON_MS },
)

/** A hard limit on money cannot weigh a model that has no price. */
export function priceUnknown(route: string, models: readonly string[]): GatewayError {
  const message = `The route "${route}" has a hard limit in dollars, and there is no price for ${models.join(', ')}. An admin can add the price, or let a policy assume one: budget: { on_unknown_price: assume, assume: { input: 5, output: 25 } }.`
  return gatewayError('invalid-request', message, { code: 'price_unknown' })
}

function words(limit: LimitSettings, amount: number, scoped = true): string {
  const much = amountWords(limit, amount)
  return scoped
    ? `${much}${windowWords(limit)} for each ${limit.per === 'tag' ? `value of the tag "${limit.tag}"` : limit.per}`
    : much
}

/** `0.5 USD`, `200 tokens`. */
export function amountWords({ measure }: LimitSettings, amount: number): string {
  return measure === 'usd' ? `${formatDollars(BigInt(amount))} USD` : `${amount} ${MEASURE_WORDS[measure]}`
}

function windowWords({ window }: LimitSettings): string {
  if (!window) return ''
  if ('slidingMs' in window) return ` in any ${window.slidingMs / 1000} seconds`
  return window.every === 'hour' ? ' an hour' : ` a ${window.every}`
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
