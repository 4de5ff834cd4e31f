/** What is sent upstream, and what is not. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildUpstreamRequest } from './http-request.ts'
import type { HttpProvider } from './provider.ts'
import { resolveProvider } from './resolve-provider.ts'

const signal = new AbortController().signal

function provider(name: string, settings?: Parameters<typeof resolveProvider>[1]): HttpProvider {
  const result = resolveProvider(name, settings)
  if (!result.ok || result.value.transport !== 'http') throw new Error('no such http provider')
  return result.value
}

function build(options: Partial<Parameters<typeof buildUpstreamRequest>[0]> & { provider: HttpProvider }) {
  const chat = options.provider.chat[0]
  if (!chat) throw new Error('no chat wire')
  return buildUpstreamRequest({ ...chat, secret: 'sk-test', body: '{}', clientHeaders: undefined, signal, ...options })
}

describe('buildUpstreamRequest', () => {
  it('sends a bearer credential and never follows redirects', () => {
    expect(build({ provider: provider('groq') })).toEqual({
      ok: true,
      value: {
        url: 'https://api.groq.com/openai/v1/chat/completions',
        init: {
          method: 'POST',
          headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
          body: '{}',
          redirect: 'manual',
          signal,
        },
      },
    })
  })

  it('sends the key to Anthropic in its own header, with the version', () => {
    const built = build({ provider: provider('anthropic') })
    expect(built.ok && built.value.init.headers).toEqual({
      'x-api-key': 'sk-test',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    })
  })

  it('forwards only allow-listed headers of a same-wire client', () => {
    const clientHeaders = new Headers({
      authorization: 'Bearer sluice-key',
      'x-api-key': 'sluice-key',
      cookie: 'a=b',
      'anthropic-beta': 'context-1m',
      'anthropic-version': '2024-01-01',
      'openai-beta': 'x',
      'idempotency-key': '1',
      'x-stainless-lang': 'js',
      'x-forwarded-for': '10.1.1.1',
    })
    const built = build({ provider: provider('anthropic'), clientHeaders })
    expect(built.ok && built.value.init.headers).toEqual({
      'x-api-key': 'sk-test',
      'anthropic-beta': 'context-1m',
      'anthropic-version': '2024-01-01',
      'content-type': 'application/json',
    })
  })

  it('needs no credential for a self-hosted server but sends one that is set', () => {
    const vllm = provider('vllm', { kind: 'vllm', baseUrl: 'http://gpu:8000' })
    const without = build({ provider: vllm, secret: undefined })
    expect(without.ok && without.value.init.headers).toEqual({ 'content-type': 'application/json' })
    const withKey = build({ provider: vllm, secret: 'k' })
    expect(withKey.ok && withKey.value.init.headers.authorization).toBe('Bearer k')
  })

  it('names the missing secret', () => {
    const built = build({ provider: provider('groq'), secret: undefined })
    expect(built.ok ? undefined : built.error).toMatchObject({
      kind: 'upstream-credential',
      message: expect.stringContaining('GROQ_API_KEY'),
    })
  })

  it('never puts a secret into the address or an error', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 12, unit: 'binary' }),
        fc.constantFrom('openai', 'anthropic', 'mistral'),
        (tail, name) => {
          const secret = `S3cr3t${tail}`
          const built = build({ provider: provider(name), secret })
          if (built.ok) {
            expect(built.value.url).not.toContain('S3cr3t')
            expect(() => new Headers(built.value.init.headers)).not.toThrow()
          } else expect(JSON.stringify(built.error)).not.toContain('S3cr3t')
        },
      ),
    )
  })

  it.each(['.evil.example/v1', '@evil.example/v1', ':8443/v1', '//evil.example'])(
    'stays on the configured host with the path %s',
    (path) => {
      const built = build({ provider: provider('xai'), path })
      if (built.ok) expect(new URL(built.value.url).origin).toBe('https://api.x.ai')
      else expect(built.error.kind).toBe('internal')
    },
  )

  it('refuses a provider without an address', () => {
    const bare: HttpProvider = { ...provider('xai'), baseUrl: undefined }
    expect(build({ provider: bare }).ok).toBe(false)
  })
})
