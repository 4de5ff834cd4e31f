/** What the ollama-generate wire makes of requests and replies, its own and those of other wires. */

import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../ground/json.ts'
import { ollamaChat } from '../ollama-chat/index.ts'
import { callOf, DEFAULTS, features } from '../ollama-chat/streams.fixture.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { ollamaGenerate as wire } from './index.ts'

function roundTrip(body: JsonObject) {
  const decoded = wire.decodeRequest(body)
  if (!decoded.ok) throw new Error(decoded.error.message)
  return wire.encodeRequest(decoded.value, quirks)
}

describe('ollama-generate requests', () => {
  it('keeps everything a client of this wire says', () => {
    const body = {
      model: 'm',
      prompt: 'def f(',
      suffix: '  return x',
      system: 'You write code.',
      images: ['/9j/AAAA'],
      template: '{{ .Prompt }}',
      context: [1, 2, 3],
      raw: true,
      format: 'json',
      think: false,
      options: { num_predict: 5, num_ctx: 10 },
      stream: true,
      keep_alive: 0,
    }
    expect(roundTrip(body)).toEqual({ value: body, warnings: [] })
  })

  it('goes to a chat with what a chat has too', () => {
    const decoded = wire.decodeRequest({
      model: 'm',
      prompt: 'Hi',
      keep_alive: '1m',
      context: [1],
      raw: true,
    })
    if (!decoded.ok) throw new Error(decoded.error.message)
    const { value, warnings } = ollamaChat.encodeRequest(decoded.value, quirks)
    expect(value).toEqual({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true, keep_alive: '1m' })
    expect(features(warnings)).toEqual(['context:dropped', 'raw:dropped'])
  })

  it('writes a conversation of several turns out as one prompt, and says so', () => {
    const { value, warnings } = wire.encodeRequest(
      callOf({
        messages: [
          { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
          { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
          { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
          { role: 'user', content: [{ type: 'text', text: 'Who are you?' }] },
        ],
        tools: [{ kind: 'function', name: 'f' }],
      }),
      quirks,
    )
    expect(value).toMatchObject({
      system: 'Be brief.',
      prompt: 'User: Hi\n\nAssistant: Hello\n\nUser: Who are you?\n\nAssistant:',
    })
    expect(features(warnings)).toEqual(['messages:changed', 'tools:dropped'])
  })

  it('keeps the context of a reply for the next prompt', () => {
    const body = { model: 'm', created_at: '2025-01-01T00:00:00Z', response: 'Hi', done: true, context: [1, 2] }
    const decoded = wire.decodeReply(body, quirks)
    if (!decoded.ok) throw new Error(decoded.error.message)
    expect(wire.encodeReply(decoded.value, DEFAULTS).value).toMatchObject({ context: [1, 2], response: 'Hi' })
    const asChat = ollamaChat.encodeReply(decoded.value, DEFAULTS)
    expect(features(asChat.warnings)).toEqual(['context:dropped'])
  })
})
