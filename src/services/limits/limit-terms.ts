/** The counter that a limit has for one call: whose it is and in which window, and how the account is to treat it. */

import { amountAt, type LimitScope, type LimitSettings } from '../../config/limit-settings.ts'
import { type TimeWindow, type WindowRule, windowAt } from '../../ground/calendar-window.ts'
import type { CounterTerms, Watch } from '../../ports/credit.ts'

/** What a call says of itself, by scope. */
export interface CallScopes {
  readonly key: string
  readonly user: string
  readonly team: string
  readonly organisation: string
  readonly route: string
  /** `provider/model` of the target meant. */
  readonly model: string
  tag(name: string): string
}

export interface CounterOfLimit {
  readonly limit: LimitSettings
  readonly terms: CounterTerms
  /** The amount that holds now, also where the limit refuses nothing. */
  readonly amount: number
  readonly window: TimeWindow
}

/** Calls at the same moment know no window. */
const ALWAYS: TimeWindow = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER, sinceMs: 0 }
/** Scopes that know no teams. A key and a user belong to one. */
const SHARED: ReadonlySet<LimitScope> = new Set(['organisation', 'route', 'model', 'tag'])
/** An app may name its users and tags at any length. */
const MAX_SCOPE = 200

/** Undefined once the limit is over. Calls that name no user or tag share one counter. */
export function counterOf(limit: LimitSettings, scopes: CallScopes, nowMs: number): CounterOfLimit | undefined {
  const amount = amountAt(limit, nowMs)
  if (amount === undefined) return undefined
  const window = limit.window ? cachedWindow(limit.window, nowMs) : ALWAYS
  const kind = limit.measure === 'usd' ? 'money' : limit.measure === 'concurrent' ? 'held' : 'count'
  const spanMs = limit.window && 'slidingMs' in limit.window ? limit.window.slidingMs : 0
  const terms = {
    limit: limit.id,
    scope: scopeOf(limit, scopes).slice(0, MAX_SCOPE),
    startMs: window.startMs,
    sinceMs: window.sinceMs,
    untilMs: Math.min(window.endMs + spanMs, Number.MAX_SAFE_INTEGER),
    kind,
    ...(limit.enforce === 'hard' && { bound: amount }),
    ...(SHARED.has(limit.per) && { shared: true as const }),
    ...watchOf(limit, amount),
  } as const
  return { limit, terms, amount, window }
}

const watches = new WeakMap<LimitSettings, { readonly watch: Watch }>()

/** Limits on money always tell of their end, others when they have shares that are worth an alert. */
function watchOf(limit: LimitSettings, amount: number): { readonly watch: Watch } | undefined {
  if (!limit.window || (limit.measure !== 'usd' && !limit.alertPercent)) return undefined
  const known = watches.get(limit)
  if (known?.watch.amount === amount) return known
  const { measure, enforce, alertPercent: percents = [] } = limit
  const per = limit.per === 'tag' ? `tag(${limit.tag ?? ''})` : limit.per
  const made = { watch: { amount, percents, measure, per, enforce } }
  watches.set(limit, made)
  return made
}

function scopeOf(limit: LimitSettings, scopes: CallScopes): string {
  return limit.per === 'tag' ? scopes.tag(limit.tag ?? '') : scopes[limit.per]
}

const windows = new WeakMap<WindowRule, TimeWindow>()

/** A revision's rules live as long as the isolate, and a window holds for all calls until it ends. */
function cachedWindow(rule: WindowRule, nowMs: number): TimeWindow {
  const known = windows.get(rule)
  if (known && nowMs >= known.startMs && nowMs < known.endMs) return known
  const window = windowAt(rule, nowMs)
  windows.set(rule, window)
  return window
}
