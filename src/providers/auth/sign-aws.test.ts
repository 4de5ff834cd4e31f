/** AWS signatures against AWS's published example and against the algorithm written out a second time. */

import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type AwsRequest, signAws } from './sign-aws.ts'

/** The credential of AWS's documented examples. */
const SECRET = 'AKIDEXAMPLE00000:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const NOW_MS = Date.UTC(2015, 7, 30, 12, 36, 0)

function request(changes: Partial<AwsRequest> = {}): AwsRequest {
  return {
    method: 'POST',
    url: 'https://bedrock-runtime.eu-central-1.amazonaws.com/model/eu.anthropic.claude-x-v1%3A0/converse',
    body: '{"messages":[]}',
    secret: SECRET,
    region: 'eu-central-1',
    service: 'bedrock',
    nowMs: NOW_MS,
    keys: new Map(),
    ...changes,
  }
}

async function headersOf(changes: Partial<AwsRequest> = {}): Promise<Record<string, string>> {
  const signed = await signAws(request(changes))
  if (!signed.ok) throw new Error(signed.error)
  return signed.value
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Signature Version 4 as AWS describes it, for requests whose only signed headers are these. */
function signatureByHand(
  canonicalPath: string,
  query: string,
  signedHeaders: [string, string][],
  call: AwsRequest,
): string {
  const stamp = '20150830T123600Z'
  const scope = `20150830/${call.region}/${call.service}/aws4_request`
  const names = signedHeaders.map(([name]) => name).join(';')
  const lines = signedHeaders.map(([name, value]) => `${name}:${value}\n`).join('')
  const canonical = [call.method, canonicalPath, query, lines, names, sha256(call.body ?? '')].join('\n')
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')
  const day = hmac(`AWS4${call.secret.split(':')[1]}`, '20150830')
  return hmac(hmac(hmac(hmac(day, call.region), call.service), 'aws4_request'), text).toString('hex')
}

describe('signAws', () => {
  it("gives the signature of AWS's published test vector get-vanilla", async () => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-test-suite.html; our access key ids are 16 characters or
    // more, and the id is no part of what is signed.
    const headers = await headersOf({
      method: 'GET',
      url: 'https://example.amazonaws.com/',
      body: undefined,
      region: 'us-east-1',
      service: 'service',
    })
    expect(headers['x-amz-date']).toBe('20150830T123600Z')
    expect(headers.authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE00000/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
        'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    )
  })

  it('signs a model name in the path, encoded once more as AWS wants it', async () => {
    const call = request()
    const { authorization } = await headersOf()
    const byHand = signatureByHand(
      '/model/eu.anthropic.claude-x-v1%253A0/converse',
      '',
      [
        ['host', 'bedrock-runtime.eu-central-1.amazonaws.com'],
        ['x-amz-date', '20150830T123600Z'],
      ],
      call,
    )
    expect(authorization).toContain(`Signature=${byHand}`)
  })

  it('signs bytes as it signs text, and the session token with them', async () => {
    const secret = `${SECRET}:c2Vzc2lvbg==`
    const bytes = await headersOf({ secret, body: new TextEncoder().encode('{"messages":[]}') })
    expect(bytes).toEqual(await headersOf({ secret }))
    expect(bytes['x-amz-security-token']).toBe('c2Vzc2lvbg==')
    expect(bytes.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token')
  })

  it('gives the same signature from a kept signing key', async () => {
    const keys = new Map<string, ArrayBuffer>()
    const first = await headersOf({ keys })
    expect(keys.size).toBe(1)
    expect(await headersOf({ keys })).toEqual(first)
  })

  it('forgets signing keys rather than keep them without end', async () => {
    const keys = new Map<string, ArrayBuffer>()
    for (let day = 0; day < 70; day++) await headersOf({ keys, nowMs: NOW_MS + day * 86_400_000 })
    expect(keys.size).toBeLessThanOrEqual(64)
  })

  it.each(['AKIDEXAMPLE00000:', ':secret', 'short:secret', `${SECRET}:`, `${SECRET}:a:b`])(
    'refuses a secret of another form without repeating it',
    async (secret) => {
      const signed = await signAws(request({ secret }))
      expect(signed.ok ? '' : signed.error).toMatch(/^is not ACCESS_KEY_ID:SECRET/)
      expect(JSON.stringify(signed)).not.toContain('wJalr')
    },
  )
})
