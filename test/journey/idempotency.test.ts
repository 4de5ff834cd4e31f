/** Calls that repeat an `Idempotency-Key`: one call to the provider, one charge, the same answer for all. */

import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TEST_SECRETS, testDocuments } from '../support/documents.ts'
import { type FaultUpstream, startFaultUpstream } from '../support/fault-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { rowOf } from '../support/ledger.ts'

let upstream: FaultUpstream
let gateway: TestGateway
let redKey: string

beforeAll(async () => {
  upstream = await startFaultUpstream()
  gateway = await startGateway(
    testDocuments(upstream.url, {
      'routes/off.yml': 'route: off\ntargets: [{ model: open/plain }]\npolicies: [off]\n',
      'policies/off.yml': 'policy: off\nidempotency: off\n',
      'routes/poor.yml': 'route: poor\ntargets: [{ model: open/plain }]\npolicies: [poor]\n',
      'policies/poor.yml': 'policy: poor\nlimits: [{ requests: 1, every: year, per: user }]\n',
    }),
    TEST_SECRETS,
  )
  redKey = (await gateway.admin<{ key: string }>('POST', '/admin/v1/keys', { team: 'red' })).key
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

let count = 0
let key: string

beforeEach(() => {
  key = `key-${count++}`
  upstream.requests.length = 0
})

interface Call {
  readonly path?: string
  readonly appKey?: string
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

function call(model: string, fields: Record<string, unknown> = {}, options: Call = {}): Promise<Response> {
  const { path = '/v1/chat/completions', appKey = gateway.appKey, idempotencyKey = key, signal } = options
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${appKey}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }], max_tokens: 9, ...fields }),
    ...(signal && { signal }),
  })
}

const replayed = (response: Response): string | null => response.headers.get('x-sluice-idempotency')
const idOf = (response: Response): string | null => response.headers.get('x-sluice-request-id')

describe('a call that repeats a key', () => {
  it('gets the first answer and costs nothing', async () => {
    const first = await call('open/plain')
    const again = await call('open/plain')
    expect(replayed(first)).toBeNull()
    expect(again.status).toBe(200)
    expect(replayed(again)).toBe('replayed')
    expect(again.headers.get('x-sluice-replay-of')).toBe(idOf(first))
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(again.headers.get('x-sluice-cost')).toBe('0')
    expect(await again.text()).toBe(await first.text())
    expect(upstream.requests).toHaveLength(1)
    expect(await rowOf(gateway, idOf(first))).toMatchObject({ outcome: 'ok', attempts: 1, usage: { input: 11 } })
    expect(await rowOf(gateway, idOf(again))).toMatchObject({
      outcome: 'ok',
      attempts: 0,
      costNano: '0',
      warnings: [`idempotency.${idOf(first)}:replayed`],
    })
  })

  it.each([
    ['the same format', 'open/plain', '/v1/chat/completions'],
    ['another format', 'open/plain', '/v1/messages'],
    ['another format', 'claude/plain', '/v1/chat/completions'],
  ])('gets a stream again in its own words, from a provider that speaks %s', async (_, model, path) => {
    const first = await (await call(model, { stream: true }, { path })).text()
    const again = await call(model, { stream: true }, { path })
    expect(replayed(again)).toBe('replayed')
    expect(again.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(await again.text()).toBe(first)
    expect(first).toContain('w4 ')
    expect(upstream.requests).toHaveLength(1)
  })

  it('is told again what translation lost', async () => {
    const lossy = { logit_bias: { '1': 5 } }
    const first = await call('claude/plain', lossy)
    const again = await call('claude/plain', lossy)
    expect(first.headers.get('x-sluice-warnings')).toContain('logit_bias')
    expect(again.headers.get('x-sluice-warnings')).toBe(first.headers.get('x-sluice-warnings'))
    expect(again.headers.get('x-sluice-model')).toBe(first.headers.get('x-sluice-model'))
  })

  it('works with the official SDKs', async () => {
    const headers = { 'Idempotency-Key': key }
    const openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
    const ask = { model: 'open/plain', messages: [{ role: 'user' as const, content: 'hi' }] }
    const first = await openai.chat.completions.create(ask, { headers })
    expect(await openai.chat.completions.create(ask, { headers })).toEqual(first)
    const anthropic = new Anthropic({ apiKey: gateway.appKey, baseURL: gateway.url, maxRetries: 0 })
    const tell = { ...ask, model: 'claude/plain', max_tokens: 5 }
    const other = { headers: { 'Idempotency-Key': `${key}-claude` } }
    const message = await anthropic.messages.stream(tell, other).finalMessage()
    expect((await anthropic.messages.stream(tell, other).finalMessage()).content).toEqual(message.content)
    expect(upstream.requests).toHaveLength(2)
  })

  it('gets the answer also after the process was killed and started again', async () => {
    const first = await (await call('open/plain')).text()
    await gateway.kill()
    await gateway.restart()
    const again = await call('open/plain')
    expect(replayed(again)).toBe('replayed')
    expect(await again.text()).toBe(first)
    expect(upstream.requests).toHaveLength(1)
  })
})

describe('many calls with one key at the same moment', () => {
  it('ask the provider once and all get its answer', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => call('open/slow:5', { stream: true })))
    const texts = await Promise.all(replies.map((reply) => reply.text()))
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
    expect(new Set(texts).size).toBe(1)
    expect(upstream.requests).toHaveLength(1)
    expect(replies.filter((reply) => replayed(reply) === 'replayed')).toHaveLength(49)
  })
})

describe('a key that was used for something else', () => {
  it('is refused for another body, in the words of the caller', async () => {
    await call('open/plain')
    const openai = await call('open/plain', { temperature: 0.5 })
    expect(openai.status).toBe(422)
    expect(await openai.json()).toMatchObject({
      error: { code: 'idempotency_key_reused', param: 'Idempotency-Key', message: expect.stringContaining('24 hours') },
    })
    const anthropic = await call('open/plain', {}, { path: '/v1/messages' })
    expect(anthropic.status).toBe(422)
    expect(await anthropic.json()).toMatchObject({ type: 'error', error: { message: expect.stringContaining('path') } })
    expect((await call('open/other')).status).toBe(422)
    expect(upstream.requests).toHaveLength(1)
    expect(await rowOf(gateway, idOf(openai))).toMatchObject({ outcome: 'refused', status: 422, costNano: '0' })
  })

  it('is refused at once while the first call runs', async () => {
    const first = await call('open/slow:20', { stream: true })
    const reader = first.body?.getReader()
    await reader?.read()
    expect((await call('open/slow:20', { stream: true, seed: 1 })).status).toBe(422)
    let last = ''
    for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read())
      last = new TextDecoder().decode(chunk.value)
    expect(last).toContain('[DONE]')
  })

  it('is another key for another app key and another team', async () => {
    const { key: sameTeam } = await gateway.admin<{ key: string }>('POST', '/admin/v1/keys', { team: 'default' })
    for (const appKey of [gateway.appKey, sameTeam, redKey]) {
      const reply = await call('open/plain', {}, { appKey })
      expect(reply.status).toBe(200)
      expect(replayed(reply)).toBeNull()
    }
    expect(upstream.requests).toHaveLength(3)
  })

  it.each(['', 'ä', 'x'.repeat(256)])('must be a sensible key: %j', async (idempotencyKey) => {
    const bytes = Buffer.from(idempotencyKey).toString('latin1')
    const reply = await call('open/plain', {}, { idempotencyKey: bytes })
    expect(reply.status).toBe(400)
    expect(await reply.text()).toContain('idempotency_key_invalid')
    expect(upstream.requests).toHaveLength(0)
  })
})

describe('a first call that did not get an answer', () => {
  it.each(['status:503', 'status:429', 'status:500', 'status:401', 'overloaded-first', 'html', 'error-mid', 'end-mid'])(
    'leaves the key free when the trouble may pass (%s)',
    async (how) => {
      const stream = how.endsWith('first') || how.endsWith('mid')
      await (await call(`open/${how}`, { stream })).text()
      const again = await call(`open/${how}`, { stream })
      await again.text()
      expect(replayed(again)).toBeNull()
      // One that said when to come back is left alone until then.
      expect(upstream.requests).toHaveLength(how.startsWith('status') ? 1 : 2)
    },
  )

  it('is answered again when the provider refused it for good', async () => {
    const first = await call('open/status:400')
    const again = await call('open/status:400')
    expect([first.status, again.status]).toEqual([400, 400])
    expect(replayed(again)).toBe('replayed')
    expect(await again.text()).toBe(await first.text())
    expect(upstream.requests).toHaveLength(1)
  })

  it('leaves the key free when it was refused before a provider was asked', async () => {
    expect((await call('nobody/knows')).status).toBe(404)
    expect((await call('poor', { user: key }, { idempotencyKey: `${key}-a` })).status).toBe(200)
    const refused = await call('poor', { user: key })
    expect(refused.status).toBe(429)
    const again = await call('poor', { user: key })
    expect(again.status).toBe(429)
    expect(replayed(again)).toBeNull()
    // The answered one is still there, and is no request against the limit.
    expect(replayed(await call('poor', { user: key }, { idempotencyKey: `${key}-a` }))).toBe('replayed')
  })

  it('leaves the key free when its client hung up, and its row remains', async () => {
    const leave = new AbortController()
    const first = await call('open/slow:20', { stream: true }, { signal: leave.signal })
    await first.body?.getReader().read()
    leave.abort()
    const again = await call('open/slow:20', { stream: true })
    expect(replayed(again)).toBeNull()
    expect(await again.text()).toContain('w99 ')
    expect(upstream.requests).toHaveLength(2)
    expect(await rowOf(gateway, idOf(first))).toMatchObject({ outcome: 'aborted', attempts: 1 })
    expect(replayed(await call('open/slow:20', { stream: true }))).toBe('replayed')
  })

  it('leaves the key free when its client hung up before the answer began', async () => {
    const leave = new AbortController()
    const first = call('open/silent', {}, { signal: leave.signal }).catch(() => 'left')
    while (upstream.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    leave.abort()
    expect(await first).toBe('left')
    const began = Date.now()
    const again = await call('open/silent')
    expect(again.status).toBe(504)
    expect(upstream.requests).toHaveLength(2)
    // It did not have to wait until the claim ran out.
    expect(Date.now() - began).toBeLessThan(20_000)
  })
})

describe('an answer that is too large to keep', () => {
  it('goes out whole, and a repeated call is told so', async () => {
    const first = await call('open/words:9000', { stream: true })
    expect((await first.text()).length).toBeGreaterThan(1024 * 1024)
    const again = await call('open/words:9000', { stream: true })
    expect(again.status).toBe(409)
    expect(again.headers.get('x-should-retry')).toBe('false')
    expect(await again.text()).toContain('too large to keep')
    expect(upstream.requests).toHaveLength(1)
  })
})

describe('a policy that turns it off', () => {
  it('makes every call anew and says so', async () => {
    const replies = [await call('off'), await call('off')]
    expect(replies.map(replayed)).toEqual(['off', 'off'])
    expect(upstream.requests).toHaveLength(2)
  })
})
