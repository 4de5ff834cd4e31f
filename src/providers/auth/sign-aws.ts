/** Signs a request for AWS (Signature Version 4). */

import { AwsV4Signer } from 'aws4fetch'
import { err, ok, type Result } from '../../ground/result.ts'

export interface AwsRequest {
  readonly method: string
  readonly url: string
  readonly body: string | Uint8Array | undefined
  /** `ACCESS_KEY_ID:SECRET` or `ACCESS_KEY_ID:SECRET:SESSION_TOKEN`. */
  readonly secret: string
  readonly region: string
  readonly service: string
  readonly nowMs: number
  /** Signing keys already derived; valid for a day each. */
  readonly keys: Map<string, ArrayBuffer>
}

const MAX_SIGNING_KEYS = 64

/** The headers that carry the signature, or a sentence about the secret that does not repeat it. */
export async function signAws(request: AwsRequest): Promise<Result<Record<string, string>, string>> {
  const [accessKeyId = '', secretAccessKey = '', ...rest] = request.secret.split(':')
  // Session tokens are base64, without colons.
  const [sessionToken, ...more] = rest
  if (!/^\w{16,128}$/.test(accessKeyId) || secretAccessKey === '' || sessionToken === '' || more.length > 0)
    return err('is not ACCESS_KEY_ID:SECRET, ACCESS_KEY_ID:SECRET:SESSION_TOKEN or a Bedrock API key')
  if (request.keys.size >= MAX_SIGNING_KEYS) request.keys.clear()
  const signer = new AwsV4Signer({
    method: request.method,
    url: request.url,
    body: request.body ?? '',
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    region: request.region,
    service: request.service,
    datetime: new Date(request.nowMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    cache: request.keys,
  })
  const signed = await signer.sign()
  return ok(Object.fromEntries(new Headers(signed.headers)))
}
