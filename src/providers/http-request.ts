/** Builds the one HTTP request that carries a body and a credential to a provider. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import { scanObject, spliceFields } from '../ground/json-scan.ts'
import { err, ok, type Result } from '../ground/result.ts'
import { systemClock } from '../ports/clock.ts'
import { createSigners, credentialHeaders, type Signers } from './auth/credential.ts'
import { fillPath } from './fill-path.ts'
import { forwardedHeaders } from './forwarded-headers.ts'
import type { HttpProvider, UpstreamWireName } from './provider.ts'

export type UpstreamBody = string | Uint8Array | FormData | ReadableStream | undefined

/** Ready for `fetch(url, init)`. Redirects are not followed: they could carry the credential to another host. */
export interface UpstreamRequest {
  readonly url: string
  readonly init: {
    method: 'GET' | 'POST' | 'DELETE'
    headers: Record<string, string>
    body: UpstreamBody
    redirect: 'manual'
    signal: AbortSignal
  }
}

export interface UpstreamRequestOptions {
  /** As `resolveProvider` gave it. */
  readonly provider: HttpProvider
  readonly wire: UpstreamWireName
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Template below the provider's address; `{model}` stands for `model`. It may end in a query. */
  readonly path: string
  readonly model: string
  readonly secret: string | undefined
  readonly body: UpstreamBody
  /** Undefined when there is no body or the runtime must write it (forms). */
  readonly contentType: string | undefined
  /** Given only when the client speaks the same wire; only allow-listed ones go on. */
  readonly clientHeaders: Headers | undefined
  readonly signal: AbortSignal
}

/** The platform's own network and clock, for the one isolate this module lives in. */
const platformSigners = createSigners({ fetch: (url, init) => fetch(url, init), clock: systemClock })

/** The request for a resolved provider. Errors name the secret, never its value. `signers` keep tokens between calls. */
export async function buildUpstreamRequest(
  options: UpstreamRequestOptions,
  signers: Signers = platformSigners,
): Promise<Result<UpstreamRequest, GatewayError>> {
  const { provider, wire, method, signal, secret } = options
  const url = upstreamUrl(provider, options.path, options.model)
  if (!url.ok) return url
  const headers = forwardedHeaders(wire, options.clientHeaders)
  for (const [name, value] of Object.entries(provider.headers)) headers[name.toLowerCase()] ??= value
  const body = moveIntoBody(headers, provider, options.body)
  const auth = provider.authBy?.[wire] ?? provider.auth
  const credential = await credentialHeaders({ provider, auth, method, url: url.value, body, secret, signal }, signers)
  if (!credential.ok) return err(gatewayError('upstream-credential', credential.error))
  Object.assign(headers, credential.value)
  if (options.contentType !== undefined) headers['content-type'] = options.contentType
  return ok({ url: url.value, init: { method, headers, body, redirect: 'manual', signal } })
}

/** An error if a name cannot stand in the path or the path would leave the configured address. */
function upstreamUrl(provider: HttpProvider, path: string, model: string): Result<string, GatewayError> {
  const filled = fillPath(path, { ...provider.optionValues, model })
  if (!filled.ok)
    return err(gatewayError('invalid-request', `The provider ${provider.title} cannot be called: ${filled.error}.`))
  const base = URL.parse(provider.baseUrl ?? '')
  const url = URL.parse(`${provider.baseUrl ?? ''}${filled.value}`)
  const stays = base && url && url.host !== '' && url.origin === base.origin && !url.username && !url.password
  const climbs = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(filled.value.replace(/[?#].*$/s, ''))
  if (!stays || climbs || filled.value.includes('#')) return err(badAddress(provider))
  return ok(url.href)
}

/** Moves headers that this provider reads from the body (Bedrock's `anthropic_beta`); a field that is there already stays. */
function moveIntoBody(headers: Record<string, string>, provider: HttpProvider, body: UpstreamBody): UpstreamBody {
  if (!provider.headersInBody || typeof body !== 'string') return body
  let text = body
  for (const [header, field] of Object.entries(provider.headersInBody)) {
    const value = headers[header]
    delete headers[header]
    const scanned = scanObject(text)
    if (value === undefined || scanned.fields.has(field)) continue
    const words = value.split(',').map((word) => word.trim())
    text = spliceFields(text, scanned, { [field]: words.filter((word) => word !== '') })
  }
  return text
}

function badAddress(provider: HttpProvider): GatewayError {
  return gatewayError(
    'internal',
    `The provider "${provider.name}" has no usable address. Check its base_url in sluice.yml.`,
  )
}
