import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LedgerRow } from '../../src/ports/accounts.ts'
import { TEST_SECRETS, testDocuments } from '../support/documents.ts'
import { type FaultUpstream, startFaultUpstream } from '../support/fault-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { rowOf } from '../support/ledger.ts'

let upstream: FaultUpstream
let gateway: TestGateway
let openai: OpenAI
let anthropic: Anthropic

beforeAll(async () => {
  upstream = await startFaultUpstream()
  gateway = await startGateway(testDocuments(upstream.url), TEST_SECRETS)
  openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
  anthropic = new Anthropic({ apiKey: gateway.appKey, baseURL: gateway.url, maxRetries: 0 })
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

const HELLO = [{ role: 'user' as const, content: 'hello' }]

describe('an app with the official SDKs', () => {
  it('is answered by the embedded model without any provider key', async () => {
    const reply = await openai.chat.completions.create({
      model: 'default',
      messages: [{ role: 'user', content: 'set an alarm for seven tomorrow' }],
    })
    const answer = JSON.parse(reply.choices[0]?.message.content ?? '') as { intent: string }
    expect(answer.intent).toBe('alarm')
    expect(reply.usage?.prompt_tokens).toBeGreaterThan(0)
  })

  it('gets the embedded intent as a tool call, streamed, in the other SDK too', async () => {
    const stream = anthropic.messages.stream({
      model: 'default',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'set an alarm for seven tomorrow' }],
      tools: [{ name: 'set_intent', input_schema: { type: 'object', properties: { intent: { type: 'string' } } } }],
      tool_choice: { type: 'any' },
    })
    const message = await stream.finalMessage()
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content.find((block) => block.type === 'tool_use')).toMatchObject({
      name: 'set_intent',
      input: { intent: 'alarm' },
    })
  })

  it('talks to a provider of the same wire, whole and streamed, and the provider sees its own model and credential', async () => {
    const whole = await openai.chat.completions.create({ model: 'open/plain', messages: HELLO })
    expect(whole.choices[0]?.message.content).toBe('hello from upstream')
    const stream = await openai.chat.completions.create({ model: 'open/plain', messages: HELLO, stream: true })
    let text = ''
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of stream) {
      chunks.push(chunk)
      text += chunk.choices[0]?.delta.content ?? ''
    }
    expect(text).toBe('w0 w1 w2 w3 w4 ')
    // The app did not ask for usage, so the event we asked for is not shown.
    expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true)
    const seen = upstream.requests.at(-1)
    expect(seen?.body.model).toBe('plain')
    expect(seen?.body.stream_options).toEqual({ include_usage: true })
    expect(seen?.headers.authorization).toBe(`Bearer ${TEST_SECRETS.OPEN_KEY}`)
  })

  it('talks across wires both ways, whole and streamed', async () => {
    const viaOpenai = await openai.chat.completions.create({ model: 'claude/plain', messages: HELLO })
    expect(viaOpenai.choices[0]?.message.content).toBe('hello from upstream')
    expect(viaOpenai.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 3 })
    const viaAnthropic = await anthropic.messages.create({ model: 'open/plain', max_tokens: 50, messages: HELLO })
    expect(viaAnthropic.content).toMatchObject([{ type: 'text', text: 'hello from upstream' }])
    expect(viaAnthropic.stop_reason).toBe('end_turn')
    const streamed = await anthropic.messages
      .stream({ model: 'open/plain', max_tokens: 50, messages: HELLO })
      .finalMessage()
    expect(streamed.content).toMatchObject([{ type: 'text', text: 'w0 w1 w2 w3 w4 ' }])
    expect(streamed.usage).toMatchObject({ input_tokens: 11, output_tokens: 5 })
    const chat = await openai.chat.completions.stream({ model: 'claude/plain', messages: HELLO }).finalChatCompletion()
    expect(chat.choices[0]?.message.content).toBe('w0 w1 w2 w3 w4 ')
  })

  it('has one exact row for each call, with usage and the model that answered', async () => {
    const { data, response } = await openai.chat.completions
      .create({ model: 'open/no-usage', messages: HELLO })
      .withResponse()
    expect(data.choices).toHaveLength(1)
    const row = await rowOf(gateway, response.headers.get('x-sluice-request-id'))
    expect(row).toMatchObject({
      team: 'default',
      route: 'open/*',
      provider: 'open',
      requestedModel: 'open/no-usage',
      answeredModel: 'no-usage-2026',
      outcome: 'ok',
      status: 200,
      usageSource: 'unknown',
    } satisfies Partial<LedgerRow>)
    expect(row.costNano).toBeUndefined()
  })

  it('lists the routes its key may use', async () => {
    const list = await openai.models.list()
    expect(list.data.map((model) => model.id).sort()).toEqual(['claude/*', 'default', 'open/*'])
    const page = await anthropic.models.list()
    expect(page.data.map((model) => model.id)).toContain('default')
  })
})

describe('the classifier endpoint', () => {
  it('labels several texts and writes one row at cost zero', async () => {
    const response = await fetch(`${gateway.url}/v1/classify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'default', input: ['play some jazz music', 'qwxz zzkq pfft'] }),
    })
    const body = (await response.json()) as { data: { label: string }[] }
    expect(body.data.map((entry) => entry.label)).toEqual(['play_music', 'oos'])
    expect(await rowOf(gateway, response.headers.get('x-sluice-request-id'))).toMatchObject({
      outcome: 'ok',
      costNano: '0',
      usageSource: 'counted',
    })
  })
})
