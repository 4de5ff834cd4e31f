import { describe, expect, it } from 'vitest'
import type { ChatCall, Message } from '../../ground/chat-call.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { bedrockConverse as wire } from './index.ts'

const hello: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }] }

function encoded(call: Partial<ChatCall>) {
  const { value, warnings } = wire.encodeRequest(
    { model: 'x', messages: [hello], stream: false, ...call },
    STANDARD_QUIRKS,
  )
  return { value, told: warnings.map(({ feature, effect }) => `${feature}:${effect}`) }
}

function content(...blocks: Message['content']) {
  const { value, told } = encoded({ messages: [{ role: 'user', content: blocks }] })
  return { messages: value.messages, told }
}

describe('encodeRequest: messages', () => {
  it('puts system messages first, tool results before text, and merges turns', () => {
    const { value, told } = encoded({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        hello,
        { role: 'assistant', content: [{ type: 'tool-call', id: 'call_1', name: 'now', arguments: '{"a":1}' }] },
        { role: 'user', content: [{ type: 'text', text: 'And?' }] },
        { role: 'tool', content: [{ type: 'tool-result', id: 'call_1', content: [{ type: 'text', text: '12:00' }] }] },
      ],
      tools: [{ kind: 'function', name: 'now', parameters: { type: 'object' } }],
    })
    expect(value).toEqual({
      system: [{ text: 'Be brief.' }],
      messages: [
        { role: 'user', content: [{ text: 'Hi' }] },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 'call_1', name: 'now', input: { a: 1 } } }] },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: '12:00' }] } }, { text: 'And?' }],
        },
      ],
      toolConfig: { tools: [{ toolSpec: { name: 'now', inputSchema: { json: { type: 'object' } } } }] },
    })
    expect(told).toEqual([])
  })

  it('makes a conversation sendable that begins with the assistant or ends in blanks', () => {
    const assistant: Message = { role: 'assistant', content: [{ type: 'text', text: 'So: ' }] }
    expect(encoded({ messages: [assistant] })).toEqual({
      value: {
        messages: [
          { role: 'user', content: [{ text: '(conversation continues)' }] },
          { role: 'assistant', content: [{ text: 'So:' }] },
        ],
      },
      told: ['messages:changed'],
    })
    expect(encoded({ messages: [{ role: 'system', content: hello.content }] }).value).toEqual({
      messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    })
  })

  it('writes a cache point behind what it caches, in tool results and tools too', () => {
    const { value } = encoded({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'S', cache: { ttl: '1h' } }] },
        { role: 'user', content: [{ type: 'text', text: 'U', cache: { ttl: '5m' } }] },
      ],
      tools: [{ kind: 'function', name: 'now', cache: { ttl: '5m' } }],
    })
    expect(value).toMatchObject({
      system: [{ text: 'S' }, { cachePoint: { type: 'default', ttl: '1h' } }],
      messages: [{ content: [{ text: 'U' }, { cachePoint: { type: 'default' } }] }],
      toolConfig: { tools: [{ toolSpec: { name: 'now' } }, { cachePoint: { type: 'default' } }] },
    })
  })

  it('sends bytes of media, never addresses of the web', () => {
    const { messages, told } = content(
      { type: 'image', source: { kind: 'url', url: 'data:image/jpg;base64,AAAA' } },
      { type: 'image', source: { kind: 'url', url: 's3://bucket/a.png' } },
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/tiff', data: 'AAAA' } },
      { type: 'document', source: { kind: 'file', fileId: 'file-1' } },
      { type: 'audio', format: 'wav', data: 'AAAA' },
    )
    expect(messages).toEqual([
      {
        role: 'user',
        content: [
          { image: { format: 'jpeg', source: { bytes: 'AAAA' } } },
          { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } },
          { audio: { format: 'wav', source: { bytes: 'AAAA' } } },
        ],
      },
    ])
    expect(told).toEqual([2, 3, 4].map((index) => `messages[0].content[${index}]:dropped`))
  })

  it('names documents as the API wants, each once, and puts a text beside them', () => {
    const pdf = { kind: 'base64', mediaType: 'application/pdf', data: 'AAAA' } as const
    const { messages, told } = content(
      { type: 'document', source: pdf, title: 'Q3 / report_v2.pdf', citations: true },
      { type: 'document', source: pdf, title: 'Q3 report v2.pdf' },
      { type: 'document', source: { kind: 'text', mediaType: 'text/plain', text: 'T' }, context: 'C' },
    )
    expect(messages).toEqual([
      {
        role: 'user',
        content: [
          {
            document: { format: 'pdf', source: { bytes: 'AAAA' }, name: 'Q3 report v2', citations: { enabled: true } },
          },
          { document: { format: 'pdf', source: { bytes: 'AAAA' }, name: 'Q3 report v2 (2)' } },
          { document: { format: 'txt', source: { text: 'T' }, name: 'document', context: 'C' } },
          { text: '(see the document)' },
        ],
      },
    ])
    expect(told).toEqual(['messages:changed'])
  })

  it('sends back signed and redacted thinking only', () => {
    const { value, told } = encoded({
      messages: [
        hello,
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.', signature: 'S' },
            { type: 'reasoning', text: '', redacted: 'R' },
            { type: 'reasoning', text: 'Nobody signed this.' },
            { type: 'refusal', text: 'No.' },
          ],
        },
        hello,
      ],
    })
    expect(value.messages).toMatchObject([
      {},
      {
        content: [
          { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'S' } } },
          { reasoningContent: { redactedContent: 'R' } },
          { text: 'No.' },
        ],
      },
      {},
    ])
    expect(told).toEqual(['messages[1].content[2]:dropped', 'messages[1].content[3]:changed'])
  })

  it('keeps ids of calls within 64 of its characters, the result with the call', () => {
    for (const id of ['functions.add:0', `call_${'a'.repeat(80)}`, `x:${'b'.repeat(60)}`, '']) {
      const { value } = encoded({
        messages: [
          hello,
          { role: 'assistant', content: [{ type: 'tool-call', id, name: 'f', arguments: '' }] },
          { role: 'tool', content: [{ type: 'tool-result', id, content: [], isError: true }] },
        ],
      })
      const text = JSON.stringify(value.messages)
      const ids = [...text.matchAll(/"toolUseId":"([^"]*)"/g)].map(([, found]) => found)
      expect(ids).toHaveLength(2)
      expect(ids[0]).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
      expect(ids[1]).toBe(ids[0])
      expect(text).toContain('"status":"error"')
    }
  })
})
