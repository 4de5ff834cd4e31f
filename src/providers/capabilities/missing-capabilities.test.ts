/** What a call needs, what targets lack, and that what is unknown is never held against them. */

import { describe, expect, it } from 'vitest'
import type { Block, ChatCall } from '../../ground/chat-call.ts'
import { findProvider, providers } from '../index.ts'
import type { Provider } from '../provider.ts'
import { resolveProvider } from '../resolve-provider.ts'
import { missingCapabilities, neededCapabilities } from './missing-capabilities.ts'

const PLAIN: ChatCall = {
  model: 'm',
  stream: false,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
}
const image: Block = { type: 'image', source: { kind: 'url', url: 'https://a.example/x.png' } }
const call: Block = { type: 'tool-call', id: '1', name: 'f', arguments: '{}' }

function saying(...content: Block[]): ChatCall {
  return { ...PLAIN, messages: [...PLAIN.messages, { role: 'user', content }] }
}

function row(name: string): Provider {
  const provider = findProvider(name)
  if (!provider) throw new Error(`no row ${name}`)
  return provider
}

describe('neededCapabilities', () => {
  it.each<[string, ChatCall, string[]]>([
    ['plain text', PLAIN, []],
    ['a stream', { ...PLAIN, stream: true }, ['streaming']],
    ['no tools at all', { ...PLAIN, tools: [], toolChoice: { type: 'auto' } }, []],
    [
      'a forced tool',
      { ...PLAIN, tools: [{ kind: 'function', name: 'f' }], toolChoice: { type: 'tool', name: 'f' } },
      ['tools', 'forced-tool'],
    ],
    ['JSON', { ...PLAIN, format: { type: 'json' } }, ['json-object']],
    ['a schema', { ...PLAIN, format: { type: 'json-schema', schema: {} } }, ['json-schema']],
    ['text as a format', { ...PLAIN, format: { type: 'text' } }, []],
    ['thinking', { ...PLAIN, reasoning: { budgetTokens: 1024 } }, ['reasoning']],
    ['no thinking', { ...PLAIN, reasoning: { effort: 'none' } }, []],
    [
      'settings',
      { ...PLAIN, choices: 2, logprobs: { top: 0 }, seed: 0, stop: ['x'] },
      ['choices', 'logprobs', 'seed', 'stop'],
    ],
    ['no settings', { ...PLAIN, choices: 1, stop: [] }, []],
    ['an image', saying(image), ['images']],
    ['an image from a tool', saying({ type: 'tool-result', id: '1', content: [image] }), ['images']],
    ['sound', saying({ type: 'audio', format: 'wav', data: '' }), ['audio']],
    [
      'a document',
      saying({ type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: '' } }),
      ['documents'],
    ],
    [
      'plain text as a document',
      saying({ type: 'document', source: { kind: 'text', mediaType: 'text/plain', text: '' } }),
      [],
    ],
    ['blocks as a document', saying({ type: 'document', source: { kind: 'blocks', blocks: [image] } }), ['images']],
    ['one call in history', saying(call), []],
    ['two calls in one turn of history', saying(call, call), ['parallel-tools']],
    ['a cache hint', saying({ type: 'text', text: '', cache: { ttl: '5m' } }), []],
  ])('%s', (_, asked, needed) => expect([...neededCapabilities(asked)]).toEqual(needed))
})

describe('missingCapabilities', () => {
  it.each<[string, string, ChatCall, string[]]>([
    ['anthropic', 'claude-sonnet-4-5', { ...PLAIN, choices: 2, seed: 1, stop: ['x'] }, ['choices', 'seed']],
    ['anthropic', 'claude-3-opus-20240229', { ...PLAIN, reasoning: { effort: 'high' } }, ['reasoning']],
    ['anthropic', 'claude-3-7-sonnet-20250219', { ...PLAIN, reasoning: { effort: 'high' } }, []],
    [
      'bedrock',
      'eu.anthropic.claude-sonnet-4-20250514-v1:0',
      { ...PLAIN, format: { type: 'json-schema', schema: {} } },
      ['json-schema'],
    ],
    ['vertex', 'claude-sonnet-4@20250514', { ...PLAIN, format: { type: 'json-schema', schema: {} } }, ['json-schema']],
    ['vertex', 'claude-sonnet-4-5@20250929', { ...PLAIN, format: { type: 'json-schema', schema: {} } }, []],
    ['bedrock', 'openai.gpt-oss-120b-1:0', { ...PLAIN, logprobs: { top: 1 } }, []],
    ['bedrock', 'amazon.nova-pro-v1:0', { ...PLAIN, logprobs: { top: 1 } }, ['logprobs']],
    ['openai', 'o3', { ...PLAIN, stop: ['x'], logprobs: { top: 1 } }, ['logprobs', 'stop']],
    ['openai', 'gpt-4o', { ...PLAIN, stop: ['x'], logprobs: { top: 1 } }, []],
    ['openai', 'gpt-4o', saying({ type: 'audio', format: 'wav', data: '' }), ['audio']],
    ['openai', 'gpt-4o-audio-preview', saying({ type: 'audio', format: 'wav', data: '' }), []],
    ['openai', 'gpt-4', { ...PLAIN, format: { type: 'json-schema', schema: {} } }, ['json-schema']],
    ['openai', 'gpt-4.1', { ...PLAIN, format: { type: 'json-schema', schema: {} } }, []],
    ['openrouter', 'openai/o3-mini', saying(image), ['images']],
    ['deepseek', 'deepseek-chat', { ...PLAIN, format: { type: 'json-schema', schema: {} } }, ['json-schema']],
    ['mistral', 'mistral-small-latest', { ...PLAIN, seed: 1, logprobs: { top: 1 }, choices: 2 }, ['logprobs', 'seed']],
    ['groq', 'llama-3.3-70b-versatile', saying(image), ['images']],
    ['workers-ai', '@cf/meta/llama-3.1-8b-instruct', saying(image), ['images']],
    ['workers-ai', '@cf/meta/llama-3.2-11b-vision-instruct', saying(image), []],
    ['voyage', 'voyage-3', { ...PLAIN, stream: true }, ['streaming']],
    ['edge', 'intent', { ...PLAIN, seed: 1 }, []],
  ])('%s/%s', (provider, model, asked, missing) => {
    expect(missingCapabilities(asked, row(provider), model)).toEqual(missing)
  })

  it('knows a provider of another name by the row it follows', () => {
    const provider = resolveProvider('my-claude', { kind: 'anthropic' })
    if (!provider.ok) throw new Error(provider.error)
    expect(missingCapabilities({ ...PLAIN, seed: 1 }, provider.value, 'claude-x')).toEqual(['seed'])
    const named = resolveProvider('my-groq', { kind: 'groq' })
    expect(named.ok && missingCapabilities({ ...PLAIN, choices: 2 }, named.value, 'x')).toEqual(['choices'])
  })

  it('never refuses plain text anywhere that chats', () => {
    for (const provider of providers) {
      if (provider.transport === 'http' && provider.chat.length === 0) continue
      expect(missingCapabilities({ ...PLAIN, stream: true }, provider, 'any-model'), provider.name).toEqual([])
    }
  })
})
