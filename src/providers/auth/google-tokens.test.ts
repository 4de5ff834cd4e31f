/** Service accounts become access tokens: signed well, asked for once, never sent elsewhere. */

import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { createGoogleTokens } from './google-tokens.ts'

const START_MS = Date.UTC(2026, 10, 23, 12)
const HOUR_MS = 3_600_000
const patient = new AbortController().signal

let pair: Awaited<ReturnType<typeof generateKeyPair>>
let privateKey: string

beforeAll(async () => {
  pair = await generateKeyPair('RS256', { extractable: true })
  privateKey = await exportPKCS8(pair.privateKey)
})

function account(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    type: 'service_account',
    client_email: 'sluice@my-project.iam.gserviceaccount.com',
    private_key: privateKey,
    private_key_id: 'key-1',
    token_uri: 'https://oauth2.googleapis.com/token',
    ...changes,
  })
}

/** A token service that counts its calls; `answer` may be replaced. */
function desk(
  answer: () => Response | Promise<Response> = () => Response.json({ access_token: 'ya29.t', expires_in: 3600 }),
) {
  const asked: { url: string; init: RequestInit }[] = []
  const state = { nowMs: START_MS, answer }
  const tokens = createGoogleTokens({
    fetch: async (url, init) => {
      asked.push({ url, init })
      return state.answer()
    },
    clock: { now: () => state.nowMs },
  })
  return { asked, state, tokens }
}

describe('createGoogleTokens', () => {
  it('signs what Google asks for with the account’s key', async () => {
    const { asked, tokens } = desk()
    expect(await tokens.tokenFor(account(), patient)).toEqual({ ok: true, value: 'ya29.t' })
    expect(asked).toHaveLength(1)
    expect(asked[0]?.url).toBe('https://oauth2.googleapis.com/token')
    expect(asked[0]?.init).toMatchObject({ method: 'POST', redirect: 'manual' })
    const form = new URLSearchParams(String(asked[0]?.init.body))
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', pair.publicKey, {
      issuer: 'sluice@my-project.iam.gserviceaccount.com',
      audience: 'https://oauth2.googleapis.com/token',
      currentDate: new Date(START_MS),
    })
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
    expect(payload.scope).toBe('https://www.googleapis.com/auth/cloud-platform')
    expect(payload.exp).toBe(START_MS / 1000 + 3600)
  })

  it('keeps a token until five minutes before its end', async () => {
    const { asked, state, tokens } = desk()
    await tokens.tokenFor(account(), patient)
    state.nowMs += HOUR_MS - 5 * 60_000 - 1
    await tokens.tokenFor(account(), patient)
    expect(asked).toHaveLength(1)
    state.nowMs += 1
    await tokens.tokenFor(account(), patient)
    expect(asked).toHaveLength(2)
  })

  it('asks once for many calls at the same time, and apart for another account', async () => {
    const { asked, tokens } = desk()
    const calls = Array.from({ length: 20 }, () => tokens.tokenFor(account(), patient))
    expect((await Promise.all(calls)).every((outcome) => outcome.ok)).toBe(true)
    expect(asked).toHaveLength(1)
    await tokens.tokenFor(account({ private_key_id: 'key-2' }), patient)
    expect(asked).toHaveLength(2)
  })

  it('tries again after a refusal, and says Google’s word for it alone', async () => {
    const { asked, state, tokens } = desk(() =>
      Response.json({ error: 'invalid_grant', error_description: 'secret things' }, { status: 400 }),
    )
    expect(await tokens.tokenFor(account(), patient)).toEqual({
      ok: false,
      error: "was not accepted by Google's token service (invalid_grant, status 400)",
    })
    state.answer = () => Response.json({ access_token: 'ya29.u', expires_in: 3600 })
    expect(await tokens.tokenFor(account(), patient)).toEqual({ ok: true, value: 'ya29.u' })
    expect(asked).toHaveLength(2)
  })

  it.each([
    ['no JSON', () => new Response('<html>', { status: 200 })],
    ['no token', () => Response.json({})],
    ['an error word that is no word', () => Response.json({ error: 'a b<c>' }, { status: 500 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } })],
    ['a broken connection', () => Promise.reject(new Error(`failed sending ${privateKey}`))],
  ])('gives an error without the key for %s', async (_, answer) => {
    const { tokens } = desk(answer)
    const outcome = await tokens.tokenFor(account(), patient)
    expect(outcome.ok).toBe(false)
    expect(JSON.stringify(outcome)).not.toContain('PRIVATE KEY')
  })

  it('stops waiting when the call is over, and lets the next one ask anew', async () => {
    let release = (): void => undefined
    const held = new Promise<Response>((resolve) => {
      release = () => resolve(Response.json({ access_token: 'late', expires_in: 3600 }))
    })
    const { asked, state, tokens } = desk(() => held)
    const impatient = new AbortController()
    const waiting = tokens.tokenFor(account(), impatient.signal)
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve))
    impatient.abort()
    expect((await waiting).ok).toBe(false)
    state.answer = () => Response.json({ access_token: 'soon', expires_in: 3600 })
    expect(await tokens.tokenFor(account(), patient)).toEqual({ ok: true, value: 'soon' })
    release()
    await held
    expect(await tokens.tokenFor(account(), patient)).toEqual({ ok: true, value: 'soon' })
    expect(asked).toHaveLength(2)
  })

  it.each([
    'https://evil.example/token',
    'https://googleapis.com.evil.example/token',
    'https://evilgoogleapis.com/token',
    'http://oauth2.googleapis.com/token',
    'https://oauth2.googleapis.com:8443/token',
    'https://x@oauth2.googleapis.com/token',
    'not a url',
  ])('does not send the key to %s', async (tokenUri) => {
    const { asked, tokens } = desk()
    const outcome = await tokens.tokenFor(account({ token_uri: tokenUri }), patient)
    expect(outcome.ok ? '' : outcome.error).toContain('not at googleapis.com')
    expect(asked).toEqual([])
  })

  it.each([
    ['another kind of file', { type: 'authorized_user' }, 'not the key of a Google service account'],
    ['no key', { private_key: undefined }, 'not the key of a Google service account'],
    ['a broken key', { private_key: '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----' }, 'cannot be read'],
  ])('refuses %s', async (_, changes, why) => {
    const { asked, tokens } = desk()
    const outcome = await tokens.tokenFor(account(changes), patient)
    expect(outcome.ok ? '' : outcome.error).toContain(why)
    expect(asked).toEqual([])
  })
})
