/** The provider table is sane: names, addresses, sources. */

import { describe, expect, it } from 'vitest'
import { fillPath } from './fill-path.ts'
import { findProvider, providers } from './index.ts'
import type { ChatDoor, HttpProvider, TaskDoor } from './provider.ts'
import { resolveProvider } from './resolve-provider.ts'

const http = providers.filter((provider): provider is HttpProvider => provider.transport === 'http')

function pathsOf(door: ChatDoor | TaskDoor): string[] {
  return [door.path, ...('streams' in door ? Object.values(door.streams ?? {}) : [])]
}

describe('the provider table', () => {
  it('has unique names that may stand before a slash', () => {
    const names = providers.map((provider) => provider.name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9.-]*$/)
  })

  it('finds every row by its name and nothing by another', () => {
    for (const provider of providers) expect(findProvider(provider.name)).toBe(provider)
    expect(findProvider('OpenAI')).toBeUndefined()
    expect(findProvider('constructor')).toBeUndefined()
  })

  it.each(http.map((provider) => [provider.name, provider] as const))('%s has a usable row', (_, provider) => {
    if (provider.selfHosted) expect(provider.baseUrl).toBeUndefined()
    if (provider.baseUrl === undefined) expect(URL.canParse(provider.baseUrlExample ?? '')).toBe(true)
    else expect(provider.baseUrl).toMatch(/^https:\/\/[^?#@]+[^/]$/)
    if (provider.auth !== 'none') expect(provider.secretName).toMatch(/^[A-Z][A-Z0-9_]+$/)
    expect(provider.source).toMatch(/^https:\/\//)
    const kinds = provider.chat.map(({ wire, models }) => `${wire} ${models?.source}`)
    expect(new Set(kinds).size).toBe(kinds.length)
    const doors = [...provider.chat, ...(provider.tasks ?? [])]
    expect(doors.length).toBeGreaterThan(0)
    for (const path of doors.flatMap(pathsOf)) expect(path).toMatch(/^\/[^/#].*[^/]$/)
    for (const { models } of doors) expect(models?.flags ?? '', 'a global pattern keeps state').not.toMatch(/[gy]/)
  })

  it.each(http.map((provider) => [provider.name, provider] as const))(
    '%s resolves with its examples',
    (_, provider) => {
      const options = Object.entries(provider.options ?? {}).map(([name, { example }]) => [name, example])
      const settings = { kind: provider.name, options: Object.fromEntries(options) }
      const resolved = resolveProvider(provider.name, { ...settings, baseUrl: provider.baseUrl ?? 'http://host:8000' })
      if (!resolved.ok || resolved.value.transport !== 'http') throw new Error(resolved.ok ? 'local' : resolved.error)
      expect(resolved.value.baseUrl).not.toContain('{')
      for (const path of [...resolved.value.chat, ...(resolved.value.tasks ?? [])].flatMap(pathsOf)) {
        const filled = fillPath(path, { ...resolved.value.optionValues, model: 'm' })
        expect(filled.ok ? URL.canParse(`${resolved.value.baseUrl}${filled.value}`) : filled.error).toBe(true)
      }
    },
  )

  it("needs no key for servers of one's own and inside the worker alone", () => {
    const keyless = http.filter((provider) => provider.auth === 'none' && !provider.selfHosted)
    expect(keyless.map((provider) => provider.name)).toEqual(['workers-ai-binding'])
  })

  it.each([
    ['bedrock', 'eu.anthropic.claude-sonnet-4-5-v1:0', ['bedrock-converse', 'anthropic-messages']],
    [
      'bedrock',
      'arn:aws:bedrock:eu-central-1:1:inference-profile/eu.anthropic.claude-x',
      ['bedrock-converse', 'anthropic-messages'],
    ],
    ['bedrock', 'amazon.nova-lite-v1:0', ['bedrock-converse']],
    ['bedrock', 'openai.gpt-oss-20b-1:0', ['bedrock-converse', 'openai-chat', 'openai-responses']],
    ['bedrock-mantle', 'openai.gpt-5.6-luna', ['openai-chat /openai/v1', 'openai-responses /openai/v1']],
    ['bedrock-mantle', 'openai.gpt-oss-20b', ['openai-chat /v1', 'openai-responses /v1']],
    ['bedrock-mantle', 'mistral.voxtral-mini-3b-2507', ['openai-chat /v1', 'openai-responses /v1']],
    ['bedrock-mantle', 'anthropic.claude-x', ['anthropic-messages /anthropic/v1']],
    ['vertex', 'gemini-2.5-pro', ['gemini-generate']],
    ['vertex', 'claude-sonnet-4@20250514', ['anthropic-messages']],
    ['vertex', 'meta/llama-4-scout', ['openai-chat']],
    ['azure-foundry', 'claude-haiku-4-5', ['anthropic-messages']],
    ['azure-foundry', 'DeepSeek-V3.1', ['openai-chat', 'openai-responses']],
  ])('%s speaks for %s: %o', (name, model, doors) => {
    const provider = findProvider(name)
    const open = provider?.transport === 'http' ? provider.chat.filter((door) => door.models?.test(model) ?? true) : []
    const said = open.map(({ wire, path }) => `${wire} ${/^.*?\/v1/.exec(path)?.[0] ?? ''}`)
    expect(said.map((door, at) => (doors[at]?.includes(' ') ? door : door.split(' ')[0]))).toEqual(doors)
  })

  it('asks Vertex AI alone to count a flat request: vertex/count-tokens/count-tokens', () => {
    const flat = http.filter(({ quirks }) => quirks.flatCountRequest).map(({ name }) => name)
    expect(flat).toEqual(['vertex'])
  })

  it('sets an output limit wherever only the Messages API is spoken', () => {
    for (const provider of http) {
      const [first] = provider.chat
      const models = provider.chat.some((chat) => chat.wire === 'anthropic-messages' && chat.models)
      if (first?.wire === 'anthropic-messages' || models)
        expect(provider.quirks.defaultMaxTokens, provider.name).toBeGreaterThan(0)
    }
  })
})
