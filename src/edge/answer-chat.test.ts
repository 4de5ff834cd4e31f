import { describe, expect, it } from 'vitest'
import type { Block, ChatCall, Message, Tool } from '../ground/chat-call.ts'
import type { ChatReply } from '../ground/chat-reply.ts'
import type { GatewayError } from '../ground/error.ts'
import type { JsonObject } from '../ground/json.ts'
import { answerChat } from './answer-chat.ts'
import { shippedIntent } from './read-weights.fixture.ts'
import { countTokens } from './text-tokens.ts'

const intent = shippedIntent()
const WEATHER = 'what will the weather be tomorrow'

function user(text: string): Message {
  return { role: 'user', content: [{ type: 'text', text }] }
}

function ask(text: string, more: Partial<ChatCall> = {}) {
  const call: ChatCall = { model: 'edge/intent', stream: false, messages: [user(text)], ...more }
  return answerChat(call, intent, { id: 'abc', createdSeconds: 1_800_000_000 })
}

function reply(text: string, more: Partial<ChatCall> = {}): ChatReply {
  const result = ask(text, more)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

function refusal(text: string, more: Partial<ChatCall> = {}): GatewayError {
  const result = ask(text, more)
  if (result.ok) throw new Error('the call was answered')
  return result.error
}

function block(answer: ChatReply): Block | undefined {
  return answer.choices[0]?.content[0]
}

/** The JSON of a text answer. */
function said(answer: ChatReply): unknown {
  const first = block(answer)
  return first?.type === 'text' ? JSON.parse(first.text) : first
}

/** `name(arguments)` of a tool call, or undefined for a text answer. */
function called(answer: ChatReply): { name: string; arguments: unknown } | undefined {
  const first = block(answer)
  return first?.type === 'tool-call' ? { name: first.name, arguments: JSON.parse(first.arguments) } : undefined
}

function tool(name: string, properties?: JsonObject, required: string[] = []): Tool {
  return { kind: 'function', name, parameters: { type: 'object', properties: properties ?? {}, required } }
}

function list(...words: string[]): JsonObject {
  return { type: 'string', enum: words }
}

describe('answerChat in text', () => {
  it('answers with one line of JSON and counts both sides with its own tokenizer', () => {
    const answer = reply(WEATHER)
    const first = block(answer)
    const text = first?.type === 'text' ? first.text : ''
    expect(text).not.toContain('\n')
    expect(JSON.parse(text)).toMatchObject({
      intent: 'weather',
      score: expect.any(Number),
      out_of_scope: expect.any(Number),
    })
    expect(Object.keys(JSON.parse(text))).toEqual(['intent', 'score', 'out_of_scope', 'alternatives'])
    expect(answer).toMatchObject({ id: 'abc', model: 'intent', createdSeconds: 1_800_000_000 })
    expect(answer.usage).toEqual({ input: 6, output: countTokens(text) })
    expect(answer.choices[0]?.finish).toBe('stop')
  })

  it('reads the last user message only', () => {
    const messages: Message[] = [
      { role: 'system', content: [{ type: 'text', text: 'book a flight' }] },
      user('tell me a joke'),
      { role: 'assistant', content: [{ type: 'text', text: 'no' }] },
      user(WEATHER),
    ]
    expect(said(reply('', { messages }))).toMatchObject({ intent: 'weather' })
  })

  it('says oos when no intent fits', () => {
    expect(said(reply('who painted the ceiling of the sistine chapel'))).toMatchObject({ intent: 'oos' })
  })

  it('cuts the answer at the token limit and says so', () => {
    const answer = reply(WEATHER, { maxOutputTokens: 5 })
    expect(answer.usage?.output).toBe(5)
    expect(answer.choices[0]).toEqual({ content: [{ type: 'text', text: '{"intent":' }], finish: 'length' })
  })

  it('answers json mode with the same object', () => {
    expect(said(reply(WEATHER, { format: { type: 'json' } }))).toEqual(said(reply(WEATHER)))
  })
})

describe('answerChat under a response schema', () => {
  const schema = (properties: JsonObject, required: string[] = []): Partial<ChatCall> => ({
    format: { type: 'json-schema', schema: { type: 'object', properties, required, additionalProperties: false } },
  })

  it('keeps only the properties that the schema has', () => {
    const asked = schema({ label: { type: 'string' }, confidence: { type: 'number' }, mood: { type: 'string' } }, [
      'label',
    ])
    const answer = said(reply(WEATHER, asked))
    expect(answer).toEqual({ label: 'weather', confidence: expect.any(Number) })
  })

  it('chooses the best label inside a list, in its spelling, through $ref and anyOf', () => {
    const asked: Partial<ChatCall> = {
      format: {
        type: 'json-schema',
        schema: {
          type: 'object',
          properties: { intent: { anyOf: [{ $ref: '#/$defs/Intent' }, { type: 'null' }] } },
          required: ['intent'],
          $defs: { Intent: list('bookFlight', 'Get-Weather', 'travelAlert') },
        },
      },
    }
    const answer = said(reply('book me a flight from paris to rome', asked))
    expect(answer).toEqual({ intent: 'bookFlight' })
  })

  it('names the required properties that it cannot fill', () => {
    const error = refusal(WEATHER, schema({ intent: { type: 'string' }, city: { type: 'string' } }, ['intent', 'city']))
    expect(error).toMatchObject({ kind: 'not-supported', param: 'response_format' })
    expect(error.message).toContain('requires city')
    const noLabel = refusal(WEATHER, schema({ intent: list('refund', 'chargeback') }, ['intent']))
    expect(noLabel.message).toContain('requires intent')
  })
})

describe('answerChat with tools', () => {
  const classify = tool('classify_intent', { intent: { type: 'string' }, score: { type: 'number' } }, ['intent'])

  it('calls the tool named like the intent, whatever its spelling', () => {
    const answer = reply('book me a flight from paris to rome', { tools: [classify, tool('bookFlight')] })
    expect(called(answer)).toEqual({ name: 'bookFlight', arguments: {} })
    expect(answer.choices[0]?.finish).toBe('tool-calls')
    expect(answer.usage?.output).toBe(countTokens('bookFlight') + countTokens('{}'))
  })

  it('fills a classifying tool, by name or by its parameters', () => {
    const label = tool('route', { label: { type: 'string' }, reason: { type: 'string' } }, ['label'])
    expect(called(reply(WEATHER, { tools: [classify] }))).toEqual({
      name: 'classify_intent',
      arguments: { intent: 'weather', score: expect.any(Number) },
    })
    expect(called(reply(WEATHER, { tools: [label] }))).toEqual({ name: 'route', arguments: { label: 'weather' } })
  })

  it('passes over tools that need what it does not know, and answers in text when none is left', () => {
    const needsCity = tool('weather', { city: { type: 'string' } }, ['city'])
    expect(called(reply(WEATHER, { tools: [needsCity, classify] }))?.name).toBe('classify_intent')
    expect(said(reply(WEATHER, { tools: [needsCity] }))).toMatchObject({ intent: 'weather' })
  })

  it('obeys a list of intents, and when no word fits an out-of-scope text answers in text', () => {
    const narrow = tool('intent', { intent: list('travel_alert', 'weather', 'timer') }, ['intent'])
    const open = tool('intent', { intent: list('weather', 'other') }, ['intent'])
    const outside = 'who painted the ceiling of the sistine chapel'
    expect(called(reply(WEATHER, { tools: [narrow] }))?.arguments).toEqual({ intent: 'weather' })
    expect(said(reply(outside, { tools: [narrow] }))).toMatchObject({ intent: 'oos' })
    expect(called(reply(outside, { tools: [open] }))?.arguments).toEqual({ intent: 'other' })
    const insisted = called(reply(outside, { tools: [narrow], toolChoice: { type: 'required' } }))
    expect(insisted?.arguments).toEqual({ intent: expect.stringMatching(/^(travel_alert|weather|timer)$/) })
  })

  it('honours tool_choice', () => {
    const named = (name: string): Partial<ChatCall> => ({
      tools: [classify, tool('log_it')],
      toolChoice: { type: 'tool', name },
    })
    expect(called(reply(WEATHER, { tools: [classify], toolChoice: { type: 'none' } }))).toBeUndefined()
    expect(called(reply(WEATHER, named('log_it')))).toEqual({ name: 'log_it', arguments: {} })
    expect(refusal(WEATHER, named('gone'))).toMatchObject({ kind: 'invalid-request', param: 'tool_choice' })
    const unfit = refusal(WEATHER, {
      tools: [tool('search', { q: { type: 'string' } }, ['q'])],
      toolChoice: { type: 'required' },
    })
    expect(unfit).toMatchObject({ kind: 'not-supported', param: 'tools' })
    const needy = [tool('search', { q: { type: 'string' } }, ['q'])]
    const forced = refusal(WEATHER, { tools: needy, toolChoice: { type: 'tool', name: 'search' } })
    expect(forced.message).toContain('requires q')
  })

  it('does not call again once the tool has answered', () => {
    const messages: Message[] = [
      user(WEATHER),
      { role: 'assistant', content: [{ type: 'tool-call', id: '1', name: 'classify_intent', arguments: '{}' }] },
      { role: 'tool', content: [{ type: 'tool-result', id: '1', content: [{ type: 'text', text: 'noted' }] }] },
    ]
    expect(said(reply('', { messages, tools: [classify] }))).toMatchObject({ intent: 'weather' })
  })
})

describe('answerChat refuses', () => {
  it('a call without user text, naming messages', () => {
    expect(refusal('  ')).toMatchObject({ kind: 'invalid-request', param: 'messages', status: 400 })
    expect(refusal('', { messages: [] }).message).toContain('messages')
  })

  it('several choices, and blocks that are not text', () => {
    expect(refusal(WEATHER, { choices: 2 })).toMatchObject({ kind: 'not-supported', param: 'n' })
    const image: Block = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } }
    const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: WEATHER }, image] }]
    expect(refusal('', { messages }).message).toContain('"image"')
  })
})
