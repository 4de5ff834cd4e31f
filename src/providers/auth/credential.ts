/** Adds the credential of a provider to the headers of one request, in the way the provider wants it. */

import { assertNever, err, ok, type Result } from '../../ground/result.ts'
import type { Clock } from '../../ports/clock.ts'
import type { AuthStyle, HttpProvider } from '../provider.ts'
import { createGoogleTokens, type GoogleTokens } from './google-tokens.ts'
import { signAws } from './sign-aws.ts'

/** What signing needs besides the request: it keeps access tokens and signing keys between calls. */
export interface Signers {
  readonly google: GoogleTokens
  readonly clock: Clock
  /** Derived AWS signing keys. */
  readonly awsKeys: Map<string, ArrayBuffer>
}

/** Fresh signers that ask for tokens with this `fetch`. One per isolate. */
export function createSigners(parts: {
  fetch(url: string, init: RequestInit): Promise<Response>
  clock: Clock
}): Signers {
  return { google: createGoogleTokens(parts), clock: parts.clock, awsKeys: new Map() }
}

export interface ToSign {
  readonly provider: HttpProvider
  readonly auth: AuthStyle
  readonly method: string
  readonly url: string
  readonly body: unknown
  readonly secret: string | undefined
  readonly signal: AbortSignal
}

const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/** The headers to add, or a sentence for the operator that never repeats the secret. */
export async function credentialHeaders(
  request: ToSign,
  signers: Signers,
): Promise<Result<Record<string, string>, string>> {
  const { provider, auth } = request
  const name = provider.secretName ?? 'the credential'
  const value = request.secret?.trim()
  if (!value) {
    if (auth === 'none') return ok({})
    return err(`The provider ${provider.title} needs a credential: set the secret ${name}.`)
  }
  if (auth === 'google' && value.startsWith('{')) {
    const token = await signers.google.tokenFor(value, request.signal)
    return token.ok ? ok({ authorization: `Bearer ${token.value}` }) : err(`The secret ${name} ${token.error}.`)
  }
  // A header with such a character makes fetch throw an error that quotes the whole value.
  if (!VISIBLE_ASCII.test(value))
    return err(`The secret ${name} holds spaces or characters that cannot be sent; set it again.`)
  switch (auth) {
    case 'none':
    case 'bearer':
    case 'google':
      return ok({ authorization: `Bearer ${value}` })
    case 'x-api-key':
    case 'api-key':
    case 'x-goog-api-key':
      return ok({ [auth]: value })
    case 'aws':
      // Bedrock API keys have no colon.
      return value.includes(':') ? signed(request, value, signers) : ok({ authorization: `Bearer ${value}` })
    default:
      return assertNever(auth)
  }
}

async function signed(
  { provider, method, url, body }: ToSign,
  secret: string,
  { clock, awsKeys }: Signers,
): Promise<Result<Record<string, string>, string>> {
  const region = provider.optionValues?.region
  if (region === undefined)
    return err(
      `The provider ${provider.title} signs its requests for a region: add region under its options in sluice.yml.`,
    )
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array))
    return err(`The provider ${provider.title} signs whole bodies only; forms and streams cannot be sent to it.`)
  const service = provider.awsService ?? 'bedrock'
  const headers = await signAws({ method, url, body, secret, region, service, nowMs: clock.now(), keys: awsKeys })
  return headers.ok ? headers : err(`The secret ${provider.secretName ?? 'the credential'} ${headers.error}.`)
}
