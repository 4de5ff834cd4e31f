import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FakeTime } from '../../../test/support/fake-time.ts'
import type { AlertDestination } from '../../config/revision.ts'
import { ALERT_SUBJECTS, type Alert } from '../../ground/alert.ts'
import { createAlertPost } from './alert-post.ts'
import { signWebhook, webhookKey } from './sign-webhook.ts'

const NOON_MS = Date.UTC(2026, 10, 23, 12)
const ALERT: Alert = {
  id: 'evt_0123456789abcdefghijkl',
  type: 'limit.threshold',
  createdAtMs: NOON_MS - 5000,
  team: 'blue',
  data: { limit: 'p/usd/day/team', percent: 80, scope: 'grün' },
}
const SECRETS: Record<string, string> = {
  NEW: `whsec_${randomBytes(32).toString('base64')}`,
  OLD: `whsec_${randomBytes(24).toString('base64')}`,
  SHORT: `whsec_${randomBytes(16).toString('base64')}`,
}

describe('a signature', () => {
  it('is the one of the specification’s example', async () => {
    // From the specification's own libraries: the same id, time, body and secret give this signature everywhere.
    const key = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    const parts = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' }
    expect(key && (await signWebhook(parts, [key]))).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  it('takes secrets of 24 to 64 bytes and nothing else', () => {
    const of = (bytes: number) => webhookKey(`whsec_${Buffer.alloc(bytes, 7).toString('base64')}`)?.length
    expect([23, 24, 32, 64, 65].map(of)).toEqual([undefined, 24, 32, 64, undefined])
    expect(webhookKey(Buffer.alloc(30, 7).toString('base64'))?.length).toBe(30)
    expect(webhookKey(` whsec_${Buffer.alloc(32, 7).toString('base64')}\n`)?.length).toBe(32)
    for (const text of [
      '',
      'whsec_',
      'whsec_no-base64-at-all-but-long-enough',
      'correct horse battery staple!',
      'A'.repeat(41),
    ])
      expect(webhookKey(text)).toBeUndefined()
  })
})

interface Sent {
  readonly url: string
  readonly init: RequestInit
  readonly headers: Headers
}

function postTo(destinations: readonly AlertDestination[], answer: (init: RequestInit) => Promise<Response>) {
  const time = new FakeTime(NOON_MS)
  const sent: Sent[] = []
  const post = createAlertPost({
    revision: { alerts: destinations, organisation: 'org', target: 'prod' },
    secret: (name) => SECRETS[name],
    fetch: (url, init) => {
      sent.push({ url, init, headers: new Headers(init.headers) })
      return answer(init)
    },
    clock: time,
    timers: time,
  })
  return { post, sent, time }
}

const HOOK: AlertDestination = {
  name: 'hook',
  url: 'https://hooks.example/in?key=abc',
  secrets: ['NEW'],
  events: ALERT_SUBJECTS,
}

const answering =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    Promise.resolve(new Response(null, { status, headers }))

describe('a destination', () => {
  it('gets one POST with the alert as JSON, signed for this attempt', async () => {
    const { post, sent } = postTo([HOOK], answering(204))
    expect(await post.send('hook', ALERT)).toEqual({ ok: true, status: 204 })
    const [{ url, init, headers } = {} as Sent] = sent
    expect(url).toBe(HOOK.url)
    expect(init).toMatchObject({ method: 'POST', redirect: 'manual' })
    expect(JSON.parse(String(init.body))).toEqual({
      id: ALERT.id,
      type: 'limit.threshold',
      created_at: '2026-11-23T11:59:55.000Z',
      organisation: 'org',
      target: 'prod',
      team: 'blue',
      data: ALERT.data,
    })
    expect(headers.get('webhook-id')).toBe(ALERT.id)
    expect(headers.get('webhook-timestamp')).toBe(String(NOON_MS / 1000))
    const key = Buffer.from(SECRETS.NEW?.slice(6) ?? '', 'base64')
    const content = `${ALERT.id}.${NOON_MS / 1000}.${init.body}`
    expect(headers.get('webhook-signature')).toBe(`v1,${createHmac('sha256', key).update(content).digest('base64')}`)
  })

  it('gets two signatures while its secret is replaced, and one once the old one is gone', async () => {
    const { post, sent } = postTo(
      [
        { ...HOOK, secrets: ['NEW', 'OLD'] },
        { ...HOOK, name: 'later', secrets: ['NEW', 'GONE'] },
      ],
      answering(200),
    )
    await post.send('hook', ALERT)
    await post.send('later', ALERT)
    const [both, one] = sent.map(({ headers }) => headers.get('webhook-signature')?.split(' '))
    expect(both).toHaveLength(2)
    expect(one).toEqual(both?.slice(0, 1))
  })

  it.each([
    [answering(500), { ok: false, status: 500, error: 'it answered 500' }],
    [answering(404), { ok: false, status: 404, error: 'it answered 404' }],
    [answering(410), { ok: false, status: 410, error: 'it answered 410', final: true }],
    [
      answering(429, { 'retry-after': '120' }),
      { ok: false, status: 429, error: 'it answered 429', retryAfterMs: 120_000 },
    ],
    [
      answering(302, { location: 'http://169.254.169.254/' }),
      { ok: false, status: 302, error: 'it answered 302, and redirects are not followed' },
    ],
    [
      () => Promise.reject(new TypeError('connect ECONNREFUSED hooks.example/in?key=abc')),
      { ok: false, error: 'the destination cannot be reached' },
    ],
  ])('that does not take it is told as such (%#)', async (answer, attempt) => {
    const { post, sent } = postTo([HOOK], answer)
    expect(await post.send('hook', ALERT)).toEqual(attempt)
    expect(sent).toHaveLength(1)
  })

  it('that hangs is left after fifteen seconds', async () => {
    const asked = Promise.withResolvers<void>()
    const { post, time } = postTo([HOOK], ({ signal }) => {
      asked.resolve()
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
      })
    })
    const attempt = post.send('hook', ALERT)
    await asked.promise
    await time.advance(14_999)
    await time.advance(1)
    expect(await attempt).toEqual({ ok: false, error: 'no answer within 15 seconds' })
  })

  it('without a usable secret gets nothing, and the reason holds no secret', async () => {
    const { post, sent } = postTo(
      [
        { ...HOOK, secrets: ['GONE', 'OLD'] },
        { ...HOOK, name: 'short', secrets: ['SHORT'] },
      ],
      answering(200),
    )
    expect(await post.send('hook', ALERT)).toEqual({ ok: false, error: 'the secret GONE is not set' })
    const error = 'the secret SHORT is not whsec_ and the base64 of 24 to 64 bytes'
    expect(await post.send('short', ALERT)).toEqual({ ok: false, error })
    expect(await post.send('nowhere', ALERT)).toMatchObject({ ok: false, final: true })
    expect(sent).toEqual([])
  })

  it('is told of the events and teams it asks for; what teams share only without a list of teams', () => {
    const { post } = postTo(
      [HOOK, { ...HOOK, name: 'blue', teams: ['blue'] }, { ...HOOK, name: 'prices', events: ['price.unknown'] }],
      answering(200),
    )
    expect(post.receivers('limit.exhausted', 'blue')).toEqual(['hook', 'blue'])
    expect(post.receivers('limit.exhausted', 'red')).toEqual(['hook'])
    expect(post.receivers('price.unknown', 'red')).toEqual(['hook', 'prices'])
    expect(post.receivers('limit.exhausted', undefined)).toEqual(['hook'])
  })
})
