import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_SECRETS, testDocuments } from '../support/documents.ts'
import { type FaultUpstream, startFaultUpstream } from '../support/fault-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { rowOf } from '../support/ledger.ts'

let upstream: FaultUpstream
let gateway: TestGateway
let openai: OpenAI
let anthropic: Anthropic

beforeAll(async () => {
  upstream = await startFaultUpstream()
  const documents = testDocuments(upstream.url, {
    'routes/saved.yml':
      'route: saved\naccepts: [chat, messages]\ntargets: [{ model: "open/status:503" }]\nfallback: [claude/plain]\n',
    'routes/early.yml':
      'route: early\naccepts: [chat, messages]\ntargets: [{ model: claude/overloaded-first }]\nfallback: [open/plain]\n',
  })
  gateway = await startGateway(documents, TEST_SECRETS)
  openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
  anthropic = new Anthropic({ apiKey: gateway.appKey, baseURL: gateway.url, maxRetries: 0 })
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

const HELLO = [{ role: 'user' as const, content: 'hello' }]

function raw(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  })
}

describe('a provider that refuses', () => {
  it('has its own error passed on in the same wire, with Retry-After, and translated in the other', async () => {
    const same = await openai.chat.completions
      .create({ model: 'open/status:429', messages: HELLO })
      .catch((error: unknown) => error)
    expect(same).toBeInstanceOf(OpenAI.RateLimitError)
    expect((same as InstanceType<typeof OpenAI.RateLimitError>).headers?.get('retry-after')).toBe('7')
    expect((same as Error).message).toContain('scripted trouble 429')
    const other = await anthropic.messages
      .create({ model: 'open/status:429:other', max_tokens: 5, messages: HELLO })
      .catch((error: unknown) => error)
    expect(other).toBeInstanceOf(Anthropic.RateLimitError)
    expect((other as Error).message).toContain('scripted trouble 429')
  })

  it('does not make the app believe its own key is wrong when the credential upstream is', async () => {
    const error = await openai.chat.completions
      .create({ model: 'open/status:401', messages: HELLO })
      .catch((caught: unknown) => caught)
    expect((error as { status: number }).status).toBe(502)
  })

  it('cannot show the app the credential it was sent', async () => {
    for (const model of ['open/quoting', 'claude/quoting']) {
      for (const path of ['/v1/chat/completions', '/v1/messages']) {
        const response = await raw(path, { model, max_tokens: 5, messages: HELLO })
        const text = await response.text()
        expect(response.status).toBe(400)
        expect(text).toContain('you sent')
        for (const secret of Object.values(TEST_SECRETS)) expect(text).not.toContain(secret)
      }
    }
  })

  it('is replaced by the fallback, also in another wire, before the first byte', async () => {
    const reply = await openai.chat.completions.create({ model: 'saved', messages: HELLO })
    expect(reply.choices[0]?.message.content).toBe('hello from upstream')
    const streamed = await openai.chat.completions.stream({ model: 'early', messages: HELLO }).finalChatCompletion()
    expect(streamed.choices[0]?.message.content).toBe('w0 w1 w2 w3 w4 ')
  })
})

describe('a provider that breaks', () => {
  it.each(['reset-mid', 'end-mid', 'silent-mid'])(
    '%s: the stream ends as an error, never as success, and has its row',
    async (model) => {
      for (const path of ['/v1/chat/completions', '/v1/messages']) {
        for (const provider of ['open', 'claude']) {
          const response = await raw(path, {
            model: `${provider}/${model}`,
            max_tokens: 9,
            messages: HELLO,
            stream: true,
          })
          const text = await response.text()
          expect(text).toContain('w0 ')
          expect(text).toContain('error')
          expect(text).not.toContain('[DONE]')
          expect(text).not.toContain('message_stop')
          const row = await rowOf(gateway, response.headers.get('x-sluice-request-id'))
          expect(['error', 'incomplete']).toContain(row.outcome)
        }
      }
    },
  )

  it.each(['half-reset', 'half-end'])(
    '%s: the official SDKs read the error, not the half event before it',
    async (model) => {
      for (const provider of ['open', 'claude']) {
        const ask = { model: `${provider}/${model}`, max_tokens: 9, messages: HELLO }
        const chat = openai.chat.completions.stream(ask).finalChatCompletion()
        await expect(chat).rejects.toThrow('The provider ')
        await expect(anthropic.messages.stream(ask).finalMessage()).rejects.toThrow('The provider ')
      }
    },
  )

  it('error-mid: the error is told in the client wire', async () => {
    const failed = anthropic.messages.stream({ model: 'open/error-mid', max_tokens: 9, messages: HELLO }).finalMessage()
    await expect(failed).rejects.toThrow('scripted overload')
    const chat = openai.chat.completions.stream({ model: 'claude/error-mid', messages: HELLO }).finalChatCompletion()
    await expect(chat).rejects.toThrow('scripted overload')
  })

  it.each([
    ['html', 502],
    ['error-200', 502],
    ['redirect', 502],
    ['silent', 504],
  ])('%s: answers %i in the client wire', async (model, status) => {
    for (const [path, shape] of [
      ['/v1/chat/completions', 'error.message'],
      ['/v1/messages', 'error.message'],
    ] as const) {
      // Each path its own model: one that fails again and again is left alone.
      const response = await raw(path, { model: `open/${model}:${path.length}`, max_tokens: 9, messages: HELLO })
      const body = (await response.json()) as { error: { message: string }; type?: string }
      expect(response.status, shape).toBe(status)
      expect(body.error.message.length).toBeGreaterThan(10)
      expect(body.type === 'error').toBe(path === '/v1/messages')
      expect(await rowOf(gateway, response.headers.get('x-sluice-request-id'))).toMatchObject({
        outcome: 'error',
        status,
      })
    }
  })

  it('cannot be reached: answers 502 without an address in the text', async () => {
    const gone = await startFaultUpstream()
    await gone.close()
    const other = await startGateway(testDocuments(gone.url), TEST_SECRETS)
    try {
      const response = await fetch(`${other.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${other.appKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'open/plain', messages: HELLO }),
      })
      const text = await response.text()
      expect(response.status).toBe(502)
      expect(text).not.toContain('127.0.0.1')
    } finally {
      await other.dispose()
    }
  })
})

describe('a client that hangs up', () => {
  it.each(['open', 'claude'])('aborts the upstream mid-stream and has its row (%s)', async (provider) => {
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const controller = new AbortController()
      const response = await raw(
        path,
        { model: `${provider}/slow:30`, max_tokens: 9, messages: HELLO, stream: true },
        controller.signal,
      )
      await response.body?.getReader().read()
      controller.abort()
      expect(await rowOf(gateway, response.headers.get('x-sluice-request-id'))).toMatchObject({
        outcome: 'aborted',
        stream: true,
      })
      expect(upstream.requests.at(-1)?.aborted).toBe(true)
    }
  })

  it('aborts the upstream before the first byte', async () => {
    const controller = new AbortController()
    const call = raw('/v1/chat/completions', { model: 'open/silent', messages: HELLO }, controller.signal).catch(
      () => 'gone',
    )
    const before = upstream.requests.length
    while (upstream.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 10))
    controller.abort()
    expect(await call).toBe('gone')
    const seen = upstream.requests.at(-1)
    for (let tries = 0; tries < 100 && !seen?.aborted; tries++) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(seen?.aborted).toBe(true)
  })
})
