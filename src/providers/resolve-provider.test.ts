/** Settings from `sluice.yml` applied to rows of the table. */

import { describe, expect, it } from 'vitest'
import { findProvider, providers } from './index.ts'
import type { HttpProvider } from './provider.ts'
import { resolveProvider } from './resolve-provider.ts'

function resolved(name: string, settings?: Parameters<typeof resolveProvider>[1]): HttpProvider {
  const result = resolveProvider(name, settings)
  if (!result.ok) throw new Error(result.error)
  if (result.value.transport !== 'http') throw new Error('not http')
  return result.value
}

function urlOf(provider: HttpProvider, wire = 'openai-chat'): string {
  return `${provider.baseUrl}${provider.chat.find((chat) => chat.wire === wire)?.path}`
}

describe('resolveProvider', () => {
  it('gives a hosted provider without any settings', () => {
    expect(urlOf(resolved('openai'))).toBe('https://api.openai.com/v1/chat/completions')
    expect(urlOf(resolved('anthropic'), 'anthropic-messages')).toBe('https://api.anthropic.com/v1/messages')
    expect(urlOf(resolved('deepseek'))).toBe('https://api.deepseek.com/chat/completions')
  })

  it('lets a provider of another name follow a row', () => {
    const gpu = resolved('my-gpu', {
      kind: 'vllm',
      baseUrl: 'http://10.0.0.7:8000/v1/',
      secret: 'GPU_KEY',
      headers: { 'x-team': 'a' },
    })
    expect(gpu).toMatchObject({ name: 'my-gpu', title: 'vLLM', secretName: 'GPU_KEY', headers: { 'x-team': 'a' } })
    expect(urlOf(gpu)).toBe('http://10.0.0.7:8000/v1/chat/completions')
    expect(urlOf(gpu, 'anthropic-messages')).toBe('http://10.0.0.7:8000/v1/messages')
    expect(findProvider('vllm')).toMatchObject({
      baseUrl: undefined,
      chat: [{ path: '/v1/chat/completions' }, { path: '/v1/messages' }],
    })
  })

  it.each([
    ['http://host:8000', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1', 'http://host:8000/v1/chat/completions'],
    ['http://host/serve/v1-openai', 'http://host/serve/v1-openai/chat/completions'],
    ['https://host/proxy', 'https://host/proxy/v1/chat/completions'],
  ])('reads the address %s with or without its version', (baseUrl, url) => {
    expect(urlOf(resolved('vllm', { kind: 'vllm', baseUrl }))).toBe(url)
  })

  it('keeps the headers of the row beside those of the settings', () => {
    const provider = resolved('claude', { kind: 'anthropic', headers: { 'anthropic-beta': 'x' } })
    expect(provider.headers).toEqual({ 'anthropic-version': '2023-06-01', 'anthropic-beta': 'x' })
  })

  it('gives the edge provider as it is', () => {
    expect(resolveProvider('edge')).toEqual({
      ok: true,
      value: { transport: 'local', name: 'edge', title: 'Edge models' },
    })
  })

  it('says which kinds there are when the kind is unknown', () => {
    const result = resolveProvider('my-gpu', { kind: 'vlm' })
    expect(result.ok ? '' : result.error).toContain('there is no kind "vlm"')
    for (const { name } of providers) expect(result.ok ? '' : result.error).toContain(name)
  })

  it('asks for the address of a self-hosted server with an example', () => {
    const result = resolveProvider('ollama')
    expect(result).toEqual({ ok: false, error: expect.stringContaining('http://localhost:11434/v1') })
  })

  it.each([
    ['gpu:8000', 'must begin with https'],
    ['host', 'is not a URL'],
    ['https://user:hunter2@host/v1', 'must not hold a user name'],
    ['https://host/v1?key=hunter2', 'must not hold a query'],
    ['file:///etc/passwd', 'must begin with'],
  ])('refuses the address %s without repeating it', (baseUrl, why) => {
    const result = resolveProvider('vllm', { kind: 'vllm', baseUrl })
    expect(result.ok ? '' : result.error).toContain(why)
    expect(result.ok ? '' : result.error).not.toContain('hunter2')
  })
})
