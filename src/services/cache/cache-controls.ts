/** What a call asks of the cache, in `x-sluice-cache` and `Cache-Control`. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { err, ok, type Result } from '../../ground/result.ts'

export interface CacheControls {
  /** A kept answer will do. */
  readonly read: boolean
  /** The answer may be kept. */
  readonly write: boolean
  /** Nothing but a kept answer will do: no provider is asked. */
  readonly only: boolean
  /** The oldest answer that will do. */
  readonly maxAgeMs?: number
}

const USUAL: CacheControls = { read: true, write: true, only: false }
const WORDS: Readonly<Record<string, CacheControls>> = {
  on: USUAL,
  off: { read: false, write: false, only: false },
  refresh: { read: false, write: true, only: false },
  only: { read: true, write: false, only: true },
}

/** Our own header counts before `Cache-Control`, but for `max-age`. A word that we do not know is refused, so that it is not believed to work. */
export function readCacheControls(headers: Headers): Result<CacheControls, GatewayError> {
  const own = headers.get('x-sluice-cache')?.trim().toLowerCase()
  const standard = headers.get('cache-control')?.toLowerCase()
  if (own === undefined && standard === undefined) return ok(USUAL)
  const directives = (standard ?? '').split(',').map((directive) => directive.trim())
  const asked = own === undefined ? fromDirectives(directives) : Object.hasOwn(WORDS, own) ? WORDS[own] : undefined
  if (!asked) return err(unknownWord())
  const age = directives.map((directive) => /^max-age="?(\d{1,9})"?$/.exec(directive)?.[1]).find((text) => text)
  return ok(age === undefined ? asked : { ...asked, maxAgeMs: Number(age) * 1000 })
}

function fromDirectives(directives: readonly string[]): CacheControls {
  const says = (word: string): boolean => directives.some((directive) => directive.split('=', 1)[0] === word)
  if (says('only-if-cached')) return { read: true, write: false, only: true }
  if (says('no-store')) return { read: false, write: false, only: false }
  return says('no-cache') ? { read: false, write: true, only: false } : USUAL
}

function unknownWord(): GatewayError {
  const message = `The header x-sluice-cache takes ${Object.keys(WORDS).join(', ')}: on is the default, off neither reads nor keeps, refresh asks anew and keeps, only takes kept answers alone.`
  return gatewayError('invalid-request', message, { param: 'x-sluice-cache', code: 'cache_control_invalid' })
}

/** The answer to a call that takes nothing but kept answers. */
export const NOT_CACHED = gatewayError(
  'timeout',
  'No answer to this call is kept, and it asked for nothing else (x-sluice-cache: only, or Cache-Control: only-if-cached). No provider was asked. Send it without that header.',
  { code: 'cache_miss', retryable: false },
)
