/** The provider table is sane: names, addresses, sources. */

import { describe, expect, it } from 'vitest'
import { findProvider, providers } from './index.ts'
import type { HttpProvider } from './provider.ts'

const http = providers.filter((provider): provider is HttpProvider => provider.transport === 'http')

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
    if (!provider.selfHosted) expect(provider.secretName).toMatch(/^[A-Z][A-Z0-9_]+$/)
    expect(provider.auth === 'none').toBe(provider.selfHosted)
    expect(provider.source).toMatch(/^https:\/\//)
    expect(provider.chat.length).toBeGreaterThan(0)
    for (const chat of provider.chat) expect(chat.path).toMatch(/^\/[^/].*[^/]$/)
    expect(new Set(provider.chat.map((chat) => chat.wire)).size).toBe(provider.chat.length)
  })

  it('sets an output limit wherever only the Messages API is spoken', () => {
    for (const provider of http) {
      const onlyMessages = provider.chat.every((chat) => chat.wire === 'anthropic-messages')
      if (onlyMessages) expect(provider.quirks.defaultMaxTokens, provider.name).toBeGreaterThan(0)
    }
  })
})
