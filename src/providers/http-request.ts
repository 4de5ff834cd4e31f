/** Builds the one HTTP request that carries a body and a credential to a provider. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { ChatWireName } from '../wires/wire.ts'
import type { HttpProvider } from './provider.ts'

/** Ready for `fetch(url, init)`. Redirects are not followed: they could carry the credential to another host. */
export interface UpstreamRequest {
  readonly url: string
  readonly init: {
    method: 'POST'
    headers: Record<string, string>
    body: string
    redirect: 'manual'
    signal: AbortSignal
  }
}

/**
 * Client headers that change what a same-wire call means and are safe to hand on. Not `idempotency-key`: all teams share one
 * credential upstream, and two of them choosing the same key would get each other's replies.
 */
const FORWARDED: Readonly<Record<ChatWireName, readonly string[]>> = {
  'openai-chat': ['openai-beta'],
  'anthropic-messages': ['anthropic-beta', 'anthropic-version'],
}

const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/**
 * The request for a resolved provider. `clientHeaders` are given only when the client speaks the same wire, and only the
 * allow-listed ones go on. Errors name the secret, never its value.
 */
export function buildUpstreamRequest(options: {
  provider: HttpProvider
  wire: ChatWireName
  path: string
  secret: string | undefined
  body: string
  clientHeaders: Headers | undefined
  signal: AbortSignal
}): Result<UpstreamRequest, GatewayError> {
  const { provider, body, signal } = options
  const url = upstreamUrl(provider, options.path)
  if (!url) return err(badAddress(provider))
  const headers = forwarded(options.wire, options.clientHeaders)
  for (const [name, value] of Object.entries(provider.headers)) headers[name.toLowerCase()] ??= value
  const fault = addCredential(headers, provider, options.secret)
  if (fault) return err(gatewayError('upstream-credential', fault))
  headers['content-type'] = 'application/json'
  return ok({ url, init: { method: 'POST', headers, body, redirect: 'manual', signal } })
}

/** Undefined if the path would leave the configured host. */
function upstreamUrl(provider: HttpProvider, path: string): string | undefined {
  const base = URL.parse(provider.baseUrl ?? '')
  const url = URL.parse(`${provider.baseUrl ?? ''}${path}`)
  if (!base || !url || url.host === '' || url.origin !== base.origin || url.username || url.password) return undefined
  return url.href
}

function forwarded(wire: ChatWireName, clientHeaders: Headers | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of FORWARDED[wire]) {
    const value = clientHeaders?.get(name)
    if (value) headers[name] = value
  }
  return headers
}

/** Adds the credential header; gives a sentence when there is none to add. */
function addCredential(
  headers: Record<string, string>,
  provider: HttpProvider,
  secret: string | undefined,
): string | undefined {
  const name = provider.secretName ?? 'the credential'
  const value = secret?.trim()
  if (!value) {
    if (provider.auth === 'none') return undefined
    return `The provider ${provider.title} needs a credential: set the secret ${name}.`
  }
  // A header with such a character makes fetch throw an error that quotes the whole value.
  if (!VISIBLE_ASCII.test(value))
    return `The secret ${name} holds spaces or characters that cannot be sent; set it again.`
  if (provider.auth === 'x-api-key') headers['x-api-key'] = value
  else headers.authorization = `Bearer ${value}`
  return undefined
}

function badAddress(provider: HttpProvider): GatewayError {
  return gatewayError(
    'internal',
    `The provider "${provider.name}" has no usable address. Check its base_url in sluice.yml.`,
  )
}
