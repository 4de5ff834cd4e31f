/** From the lines of `limits` in a policy to the limits of the revision. */

import { windowAt } from '../ground/calendar-window.ts'
import type { LimitDocument } from './limit-document.ts'
import { LIMIT_MEASURES, type LimitScope, type LimitSettings } from './limit-settings.ts'
import { type Located, placeOf } from './located.ts'
import type { PolicyDocument } from './policy-document.ts'
import { formatPlace } from './problem.ts'
import type { ProblemList } from './problem-list.ts'

/** The limits of one policy, in the order they stand there. */
export function limitsOf(policy: PolicyDocument): LimitSettings[] {
  return (policy.limits ?? []).map((limit) => compileLimit(policy.policy, limit))
}

/** Two limits of one policy that would share a counter are one too many, unless they have names. */
export function refuseRepeatedLimits(policy: PolicyDocument, root: Located, problems: ProblemList): void {
  const ids = limitsOf(policy).map(({ id }) => id)
  for (const [index, id] of ids.entries()) {
    const first = ids.indexOf(id)
    if (first === index) continue
    const place = formatPlace(placeOf(root, ['limits', first]))
    const message = `this limits the same as entry ${first + 1} of "limits" at ${place}`
    problems.error(placeOf(root, ['limits', index]), message, 'remove one, or give one a `name`')
  }
}

function compileLimit(policy: string, limit: LimitDocument): LimitSettings {
  const { every, sliding, zone = 'UTC', fiscal_start: fiscal } = limit
  const measure = LIMIT_MEASURES.find((each) => limit[each] !== undefined) ?? 'requests' // the schema asks for exactly one
  const tag = /^tag\((.+)\)$/.exec(limit.per)?.[1]
  const enforce = limit.shadow ? 'shadow' : limit.soft ? 'soft' : 'hard'
  const window = every
    ? {
        every,
        zone,
        ...(fiscal !== undefined && {
          fiscalStart: { month: Number(fiscal.slice(0, 2)), day: Number(fiscal.slice(3)) },
        }),
      }
    : sliding === undefined
      ? undefined
      : { slidingMs: sliding }
  const overridden = limit.override?.[measure]
  return {
    id: `${policy}/${limit.name ?? derivedName(limit, measure, enforce)}`,
    measure,
    amount: limit[measure] ?? 0,
    per: tag === undefined ? (limit.per as LimitScope) : 'tag', // the schema allows no other word
    ...(tag !== undefined && { tag }),
    ...(window && { window }),
    enforce,
    ...(limit.alert && { alertPercent: percentsOf(limit.alert) }),
    ...(limit.until !== undefined && { untilMs: momentMs(limit.until, zone) }),
    ...(limit.override &&
      overridden !== undefined && { override: { amount: overridden, untilMs: momentMs(limit.override.until, zone) } }),
  }
}

/** Each once, ascending. */
function percentsOf(shares: readonly string[]): number[] {
  return [...new Set(shares.map((share) => Number(share.slice(0, -1))))].sort((a, b) => a - b)
}

function derivedName(
  { every, sliding, zone, fiscal_start, per }: LimitDocument,
  measure: string,
  enforce: string,
): string {
  const window = every ?? (sliding === undefined ? undefined : `sliding-${sliding / 1000}s`)
  return [measure, window, zone, fiscal_start, per, enforce === 'hard' ? undefined : enforce]
    .filter((part) => part !== undefined)
    .join('/')
}

/** A date alone means its end in the zone. */
function momentMs(text: string, zone: string): number {
  if (text.includes('T')) return Date.parse(text)
  // Noon UTC is the same date from UTC-12 to UTC+11; further east the window found is the next day's.
  const noon = Date.parse(`${text}T12:00Z`)
  const shown = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(noon)
  return windowAt({ every: 'day', zone }, shown === text ? noon : noon - 43_200_000).endMs
}
