import { describe, expect, it } from 'vitest'
import { hashedEmbedder } from '../../edge/hashed-embedder.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { CacheQuestion } from '../../ports/reply-cache.ts'
import { chatWires } from '../../wires/index.ts'
import type { ChatWireName } from '../../wires/wire.ts'
import { chatQuestion } from './chat-question.ts'

async function asked(wire: ChatWireName, body: JsonObject, around: string[] = ['org']): Promise<CacheQuestion> {
  const call = chatWires[wire].decodeRequest(body)
  if (!call.ok) throw new Error(call.error.message)
  return chatQuestion({ around, wire, body, call: call.value }, hashedEmbedder)
}

const idOf = async (...args: Parameters<typeof asked>): Promise<string> => (await asked(...args)).id

const CHAT = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi there' },
  ],
  max_tokens: 50,
  temperature: 0.2,
}

const SAME: readonly [ChatWireName, JsonObject][] = [
  ['openai-chat', CHAT],
  ['openai-chat', { ...CHAT, stream: true, stream_options: { include_usage: true }, user: 'u', metadata: { a: 'b' } }],
  ['openai-chat', { ...CHAT, max_tokens: null, max_completion_tokens: 50, prompt_cache_key: 'k' }],
  [
    'anthropic-messages',
    {
      model: 'x',
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'Hi there' }],
      max_tokens: 50,
      temperature: 0.2,
    },
  ],
  [
    'anthropic-messages',
    {
      model: 'x',
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi there' }] }],
      max_tokens: 50,
      temperature: 0.2,
      metadata: { user_id: 'u' },
    },
  ],
  [
    'openai-responses',
    { model: 'm', instructions: 'Be brief.', input: 'Hi there', max_output_tokens: 50, temperature: 0.2 },
  ],
  [
    'gemini-generate',
    {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [{ role: 'user', parts: [{ text: 'Hi there' }] }],
      generationConfig: { maxOutputTokens: 50, temperature: 0.2 },
    },
  ],
  ['ollama-chat', { model: 'm', messages: CHAT.messages, options: { num_predict: 50, temperature: 0.2 } }],
]

const part = (fields: JsonObject): JsonObject => ({
  ...CHAT,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi there', ...fields }] }],
})

describe('what a chat call asks', () => {
  it('is the same in every format', async () => {
    const ids = await Promise.all(SAME.map(([wire, body]) => idOf(wire, body)))
    expect(new Set(ids).size).toBe(1)
  })

  it('is another question when what stands around it differs', async () => {
    const ids = await Promise.all(
      [['org'], ['org', ''], ['or', 'g'], ['']].map((around) => idOf('openai-chat', CHAT, around)),
    )
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each<[string, JsonObject, JsonObject]>([
    ['a field that the hub does not know', CHAT, { ...CHAT, new_field: 1 }],
    ['a field inside a part', part({}), part({ new_field: 1 })],
    ['that field’s value', part({ new_field: 1 }), part({ new_field: 2 })],
    [
      'a field inside a setting',
      { ...CHAT, response_format: { type: 'json_object' } },
      { ...CHAT, response_format: { type: 'json_object', x: 1 } },
    ],
    ['the tools', CHAT, { ...CHAT, tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] }],
    ['who said it', CHAT, { ...CHAT, messages: CHAT.messages.map((message) => ({ ...message, role: 'user' })) }],
    ['the stop sequences', { ...CHAT, stop: ['ab'] }, { ...CHAT, stop: ['a', 'b'] }],
  ])('is another question with another value of %s', async (_, one, other) => {
    expect(await idOf('openai-chat', one)).not.toBe(await idOf('openai-chat', other))
  })

  it('keeps formats apart where a request says more than the hub can', async () => {
    const odd = [{ role: 'user', content: [{ type: 'text', text: 'x', new_field: 1 }] }]
    const body = { model: 'm', messages: odd, max_tokens: 5 }
    expect(await idOf('openai-chat', body)).not.toBe(await idOf('anthropic-messages', body))
  })

  it('looks for other words only in a last message that is a user’s text', async () => {
    const comparable = async (messages: JsonObject['messages'] & object): Promise<boolean> => {
      const { id, bucket, vector } = await asked('openai-chat', { model: 'm', messages })
      expect(vector !== undefined).toBe(bucket !== id)
      return vector !== undefined
    }
    const user = { role: 'user', content: 'What now?' }
    expect(await comparable([user])).toBe(true)
    expect(await comparable([{ role: 'user', content: '' }])).toBe(false)
    expect(await comparable([{ role: 'user', content: '  ' }])).toBe(false)
    expect(await comparable([user, { role: 'assistant', content: 'Nothing.' }])).toBe(false)
    expect(await comparable([{ role: 'user', content: 'x'.repeat(3000) }])).toBe(false)
    const picture = { type: 'image_url', image_url: { url: 'https://x.example/a.png' } }
    expect(await comparable([{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, picture] }])).toBe(false)
  })

  it('puts questions in one bucket only if all but their words is the same', async () => {
    const bucket = async (content: string, fields: JsonObject = {}): Promise<string> =>
      (await asked('openai-chat', { model: 'm', messages: [{ role: 'user', content }], ...fields })).bucket
    const first = await bucket('What is the time?')
    expect(await bucket('what is the time')).toBe(first)
    expect(await bucket('what is the time', { temperature: 1 })).not.toBe(first)
    expect(await bucket('what is the time in Rome')).not.toBe(first)
  })
})
