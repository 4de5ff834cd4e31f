/** What is sent upstream, and what is not. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { build, provider, signal } from './http-request.fixture.ts'
import { providers } from './index.ts'
import type { HttpProvider } from './provider.ts'

describe('buildUpstreamRequest', () => {
  it('sends a bearer credential and never follows redirects', async () => {
    expect(await build({ provider: provider('groq') })).toEqual({
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

  it('sends the key to Anthropic in its own header, with the version', async () => {
    const built = await build({ provider: provider('anthropic') })
    expect(built.ok && built.value.init.headers).toEqual({
      'x-api-key': 'sk-test',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    })
  })

  it('forwards only allow-listed headers of a same-wire client', async () => {
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
    const built = await build({ provider: provider('anthropic'), clientHeaders })
    expect(built.ok && built.value.init.headers).toEqual({
      'x-api-key': 'sk-test',
      'anthropic-beta': 'context-1m',
      'anthropic-version': '2024-01-01',
      'content-type': 'application/json',
    })
  })

  it('needs no credential for a self-hosted server but sends one that is set', async () => {
    const vllm = provider('vllm', { kind: 'vllm', baseUrl: 'http://gpu:8000' })
    const without = await build({ provider: vllm, secret: undefined })
    expect(without.ok && without.value.init.headers).toEqual({ 'content-type': 'application/json' })
    const withKey = await build({ provider: vllm, secret: 'k' })
    expect(withKey.ok && withKey.value.init.headers.authorization).toBe('Bearer k')
  })

  it('names the missing secret', async () => {
    const built = await build({ provider: provider('groq'), secret: undefined })
    expect(built.ok ? undefined : built.error).toMatchObject({
      kind: 'upstream-credential',
      message: expect.stringContaining('GROQ_API_KEY'),
    })
  })

  it('never puts a secret into the address or an error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 12, unit: 'binary' }),
        fc.constantFrom('openai', 'anthropic', 'mistral'),
        async (tail, name) => {
          const secret = `S3cr3t${tail}`
          const built = await build({ provider: provider(name), secret })
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
    async (path) => {
      const built = await build({ provider: provider('xai'), path })
      if (built.ok) expect(new URL(built.value.url).origin).toBe('https://api.x.ai')
      else expect(built.error.kind).toBe('internal')
    },
  )

  it.each(['/v1/../../x', '/v1/%2e%2E/x', '/v1/./x', '/v1/x#y'])('refuses the path %s', async (path) => {
    const built = await build({ provider: provider('xai'), path })
    expect(built.ok ? undefined : built.error.kind).toBe('internal')
  })

  it('refuses a model that cannot stand in the path, and says why', async () => {
    const built = await build({ provider: provider('gemini'), model: '..' })
    expect(built.ok ? undefined : built.error).toMatchObject({
      kind: 'invalid-request',
      message: 'The provider Google Gemini cannot be called: the model ".." cannot stand in an address.',
    })
  })

  it('refuses a provider without an address', async () => {
    const bare: HttpProvider = { ...provider('xai'), baseUrl: undefined }
    expect((await build({ provider: bare })).ok).toBe(false)
  })
})

describe('every door of every provider', () => {
  const rows = providers.filter((each): each is HttpProvider => each.transport === 'http')
  const doors = rows.flatMap((row) => {
    const options = Object.entries(row.options ?? {}).map(([name, { example }]) => [name, example])
    const at = provider('x', { kind: row.name, options: Object.fromEntries(options), ...baseOf(row) })
    const all = [...at.chat, ...(at.tasks ?? [])].flatMap((door) => [
      { provider: at, wire: door.wire, path: door.path },
      ...Object.values('streams' in door ? (door.streams ?? {}) : {}).map((path) => ({
        provider: at,
        wire: door.wire,
        path,
      })),
    ])
    return all
  })

  it('keeps any model inside its own place in the address', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...doors), fc.string({ unit: 'binary', minLength: 1 }), async (door, model) => {
        const built = await build({ ...door, model })
        if (!built.ok) return expect(built.error.kind).toBe('invalid-request')
        const [before = '', after = ''] = `${door.provider.baseUrl}${door.path}`.split('{model}')
        expect(built.value.url.startsWith(before.split('{')[0] ?? '')).toBe(true)
        expect(built.value.url.endsWith(after.split('}').at(-1) ?? '')).toBe(true)
        const pieces = (url: string) => new URL(url).pathname.split('/').length
        expect(pieces(built.value.url)).toBe(pieces(`${door.provider.baseUrl}${door.path}`))
      }),
      { numRuns: 500 },
    )
  })
})

function baseOf({ baseUrl }: HttpProvider): { baseUrl?: string } {
  return baseUrl === undefined ? { baseUrl: 'http://host:8000' } : {}
}
