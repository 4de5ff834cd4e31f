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
    const row = findProvider('vllm')
    expect(row?.transport === 'http' && row.chat[0]).toEqual({ wire: 'openai-chat', path: '/v1/chat/completions' })
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

  it.each([
    ['ollama', 'http://gpu:11434/v1', 'ollama-chat', 'http://gpu:11434/api/chat'],
    ['ollama', 'http://gpu:11434', 'anthropic-messages', 'http://gpu:11434/v1/messages'],
    ['zai', 'https://open.example/api/paas/v4', 'openai-chat', 'https://open.example/api/paas/v4/chat/completions'],
    ['azure', 'https://proxy.example/openai/v1', 'openai-responses', 'https://proxy.example/openai/v1/responses'],
    [
      'databricks',
      'https://w.example/serving-endpoints',
      'openai-chat',
      'https://w.example/serving-endpoints/chat/completions',
    ],
    ['deepseek', 'https://proxy.example/v1', 'openai-chat', 'https://proxy.example/v1/chat/completions'],
  ])('puts %s at %s without saying the version twice', (kind, baseUrl, wire, url) => {
    expect(urlOf(resolved('x', { kind, baseUrl }), wire)).toBe(url)
  })

  it.each([
    ['azure', { resource: 'east' }, 'https://east.openai.azure.com'],
    ['bedrock', { region: 'us-gov-west-1' }, 'https://bedrock-runtime.us-gov-west-1.amazonaws.com'],
    ['vertex', { project: 'p1', location: 'europe-west4' }, 'https://europe-west4-aiplatform.googleapis.com'],
    ['vertex', { project: 'p1' }, 'https://aiplatform.googleapis.com'],
    ['vertex', { project: 'p1', location: 'eu' }, 'https://aiplatform.eu.rep.googleapis.com'],
    ['databricks', { host: 'adb-1.7.azuredatabricks.net' }, 'https://adb-1.7.azuredatabricks.net/serving-endpoints'],
    ['workers-ai-binding', {}, 'https://binding.invalid/AI'],
  ])('fills the address of %s with %o', (kind, options, baseUrl) => {
    expect(resolved('x', { kind, options }).baseUrl).toBe(baseUrl)
  })

  it.each([
    ['azure', { resource: 'evil.example/#' }],
    ['azure', { resource: 'a.b' }],
    ['azure', { resource: '' }],
    ['azure-deployments', { resource: 'r', api_version: '2024-10-21&x=1' }],
    ['bedrock', { region: 'us-east-1.evil.example' }],
    ['vertex', { project: '../..', location: 'global' }],
    ['vertex', { project: 'p', location: 'x.evil.example/' }],
    ['databricks', { host: 'evil.example' }],
    ['databricks', { host: 'evil.example#.cloud.databricks.com' }],
    ['workers-ai', { account: 'not-an-account' }],
    ['workers-ai-binding', { binding: '__proto__/x' }],
  ])('refuses the option of %s in %o, without repeating it', (kind, options) => {
    const result = resolveProvider('x', { kind, options })
    expect(result.ok ? '' : result.error).toMatch(/does not look like/)
    for (const value of Object.values(options))
      if (value.length > 2) expect(result.ok ? '' : result.error).not.toContain(value)
  })

  it.each([
    ['azure', 'resource'],
    ['bedrock', 'region'],
    ['vertex', 'project'],
  ])('asks for what the address of %s needs', (kind, option) => {
    const result = resolveProvider('x', { kind })
    expect(result.ok ? '' : result.error).toContain(`has no ${option}. Add it under options`)
  })

  it('asks for an option that only the paths need, whatever the address', () => {
    const result = resolveProvider('x', { kind: 'vertex', baseUrl: 'https://proxy.example' })
    expect(result.ok ? '' : result.error).toContain('has no project. Add it under options')
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
    expect(result).toEqual({ ok: false, error: expect.stringContaining('http://localhost:11434') })
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
