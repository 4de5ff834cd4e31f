/** Finds the key in a request, wherever the client's SDK put it. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { err, ok, type Result } from '../../ground/result.ts'

const PLAIN_HEADERS = ['x-api-key', 'api-key', 'x-goog-api-key'] as const
const HOW = 'Send it as "Authorization: Bearer <key>" or "x-api-key: <key>".'

/** Browsers cannot set headers on a WebSocket, so OpenAI's SDK sends the key as one of the subprotocols. */
const KEY_PROTOCOL = /(?:^|,)\s*openai-insecure-api-key\.([^\s,]+)/

/**
 * The one key of a request, from `Authorization: Bearer`, `x-api-key`, `api-key` or `x-goog-api-key`; for WebSockets also
 * from a subprotocol, and for Google's paths (`/v1beta/…`) from the query, as `?key=`. The same key in several of them is
 * fine; different keys are an error, because which one counts would be a guess.
 */
export function readKeys(request: Pick<Request, 'headers' | 'url'>): Result<string, GatewayError> {
  const { headers } = request
  const keys = new Set<string>()
  const authorization = headers.get('authorization')?.trim()
  if (authorization) {
    const bearer = /^bearer[ \t]+(.*)$/i.exec(authorization)?.[1]
    if (bearer === undefined) {
      const message = `The Authorization header must start with "Bearer ". ${HOW}`
      return err(gatewayError('authentication', message, { code: 'invalid_api_key' }))
    }
    keys.add(bearer)
  }
  for (const name of PLAIN_HEADERS) {
    const value = headers.get(name)?.trim()
    if (value) keys.add(value)
  }
  const elsewhere = keyInProtocol(headers) ?? keyInQuery(request.url)
  if (elsewhere) keys.add(elsewhere)
  const [key, another] = keys
  if (key === undefined) {
    return err(gatewayError('authentication', `This request carries no key. ${HOW}`, { code: 'invalid_api_key' }))
  }
  if (another !== undefined) {
    return err(gatewayError('invalid-request', 'This request carries two different keys. Send one of them.'))
  }
  // A comma means that the header was sent twice; nothing else outside visible ASCII is in any key.
  if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(key)) {
    const message = `The key holds characters that no key has. Send one key, without quotes or spaces. ${HOW}`
    return err(gatewayError('authentication', message, { code: 'invalid_api_key' }))
  }
  return ok(key)
}

function keyInProtocol(headers: Headers): string | undefined {
  const offered = headers.get('sec-websocket-protocol')
  return offered === null ? undefined : KEY_PROTOCOL.exec(offered)?.[1]
}

/** Most URLs have no query, and taking one apart is not free. */
function keyInQuery(url: string): string | undefined {
  if (!url.includes('key=')) return undefined
  const { pathname, searchParams } = new URL(url)
  return pathname.startsWith('/v1beta/') ? (searchParams.get('key') ?? undefined) : undefined
}
