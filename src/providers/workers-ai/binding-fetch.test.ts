/** `env.AI` behind a `fetch`: native replies, streams and thrown errors come out in OpenAI's form. */

import { describe, expect, it } from 'vitest'
import { createBindingFetch } from './binding-fetch.ts'

const NOW_MS = 1_764_000_000_123
const CHAT = 'https://binding.invalid/AI/v1/chat/completions'
const EMBEDDINGS = 'https://binding.invalid/AI/v1/embeddings'

interface Ran {
  model: string
  inputs: object
  options: unknown
}

/** A binding that answers with what `answer` gives, and the calls it got. */
function worker(answer: () => unknown) {
  const ran: Ran[] = []
  const binding = {
    run: async (model: string, inputs: object, options: unknown) => {
      ran.push({ model, inputs, options })
      return answer()
    },
  }
  const fetch = createBindingFetch({
    fetch: async (url) => new Response(`outside ${url}`),
    binding: (name) => (name === 'AI' ? binding : undefined),
    clock: { now: () => NOW_MS },
  })
  const post = (url: string, body: unknown, signal?: AbortSignal) =>
    fetch(url, { method: 'POST', body: JSON.stringify(body), ...(signal && { signal }) })
  return { ran, fetch, post }
}

function streamOf(...texts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
}

function events(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => (event === 'data: [DONE]' ? '[DONE]' : JSON.parse(event.slice('data: '.length))))
}

const CALL = { model: '@cf/meta/llama', messages: [{ role: 'user', content: 'Hi' }] }

describe('createBindingFetch', () => {
  it('hands on what is not for a binding', async () => {
    const { fetch, ran } = worker(() => ({}))
    expect(await (await fetch('https://binding.invalid.example/AI', {})).text()).toMatch(/^outside/)
    expect(ran).toEqual([])
  })

  it('runs the model with the other fields as inputs and the signal', async () => {
    const { ran, post } = worker(() => ({ response: 'Hello', usage: { prompt_tokens: 3, completion_tokens: 2 } }))
    const { signal } = new AbortController()
    const body = { ...CALL, max_tokens: 9, messages: [...CALL.messages, { role: 'assistant', content: null }] }
    const reply = await post(CHAT, { ...body, stream_options: { include_usage: true } }, signal)
    expect(ran).toEqual([
      {
        model: '@cf/meta/llama',
        inputs: { max_tokens: 9, messages: [...CALL.messages, { role: 'assistant', content: '' }] },
        options: { signal },
      },
    ])
    expect(await reply.json()).toEqual({
      id: 'id-1764000000123',
      object: 'chat.completion',
      created: 1_764_000_000,
      model: '@cf/meta/llama',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    })
  })

  it('difference 38: gives structured output, an object here, as JSON text', async () => {
    const { post } = worker(() => ({ response: { name: 'Ada', age: 36 } }))
    const reply = await post(CHAT, CALL)
    expect(await reply.json()).toMatchObject({ choices: [{ message: { content: '{"name":"Ada","age":36}' } }] })
  })

  it('difference 39: gives native tool calls OpenAI’s form and ids that differ between turns', async () => {
    const { post } = worker(() => ({
      tool_calls: [{ name: 'look', arguments: { q: 1 } }, { name: 'go', arguments: {} }, {}],
    }))
    const reply = await post(CHAT, CALL)
    expect(await reply.json()).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            content: null,
            tool_calls: [
              { id: 'call_1764000000123_0', type: 'function', function: { name: 'look', arguments: '{"q":1}' } },
              { id: 'call_1764000000123_1', type: 'function', function: { name: 'go', arguments: '{}' } },
            ],
          },
        },
      ],
    })
  })

  it('tells a reply that was cut off by the limit', async () => {
    const { post } = worker(() => ({ response: 'He', usage: { completion_tokens: 2 } }))
    expect(await (await post(CHAT, { ...CALL, max_tokens: 2 })).json()).toMatchObject({
      choices: [{ finish_reason: 'length' }],
    })
  })

  it('passes on replies that have OpenAI’s form already', async () => {
    const whole = { id: 'x', choices: [{ message: { content: 'Hi' } }] }
    expect(await (await worker(() => whole).post(CHAT, CALL)).json()).toEqual(whole)
    const text = 'data: {"id":"x","choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n'
    const { post } = worker(() => streamOf(text))
    expect(await (await post(CHAT, { ...CALL, stream: true })).text()).toBe(text)
  })

  it.each([1, 7, 1000])('turns a native stream cut every %i bytes into chunks', async (size) => {
    const text =
      'data: {"response":"Hel","p":"abc"}\n\ndata: {"response":7}\n\ndata: {"tool_calls":[{"name":"go","arguments":{}}],"p":"x"}\n\n' +
      'data: {"tool_calls":[{"name":null,"arguments":null}]}\n\ndata: {"response":"","usage":{"completion_tokens":4}}\n\ndata: [DONE]\n\n'
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      text.slice(at * size, (at + 1) * size),
    )
    const { post } = worker(() => streamOf(...pieces))
    const reply = await post(CHAT, { ...CALL, stream: true, stream_options: { include_usage: true } })
    expect(reply.headers.get('content-type')).toBe('text/event-stream')
    const call = { index: 0, id: 'call_1764000000123_0', type: 'function', function: { name: 'go', arguments: '{}' } }
    expect(events(await reply.text())).toMatchObject([
      { choices: [{ delta: { role: 'assistant', content: 'Hel' }, finish_reason: null }] },
      { choices: [{ delta: { content: '7' } }] },
      { choices: [{ delta: { tool_calls: [call] } }] },
      { choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
      { choices: [], usage: { completion_tokens: 4 } },
      '[DONE]',
    ])
  })

  it('shows usage in a stream only when asked, and no end that did not come', async () => {
    const { post } = worker(() => streamOf('data: {"response":"Hi","usage":{"completion_tokens":1}}\n\n'))
    const text = await (await post(CHAT, { ...CALL, stream: true })).text()
    expect(events(text)).toMatchObject([{ choices: [{ delta: { content: 'Hi' } }] }])
    expect(text).not.toContain('DONE')
  })

  it('difference 39: streams a whole reply that came instead of a stream', async () => {
    const { post } = worker(() => ({ choices: [{ message: { content: 'Hi' } }], usage: { completion_tokens: 1 } }))
    expect(events(await (await post(CHAT, { ...CALL, stream: true })).text())).toMatchObject([
      { choices: [{ delta: { role: 'assistant', content: 'Hi' } }] },
      { choices: [{ finish_reason: 'stop' }] },
      '[DONE]',
    ])
  })

  it.each([
    ['3040: Capacity temporarily exceeded, please try again.', 429, '3040', 'Capacity temporarily exceeded'],
    ['InferenceUpstreamError: 5007: No such model', 400, '5007', 'No such model'],
    ['3006: too large', 413, '3006', 'too large'],
    ['9999: new', 500, '9999', 'new'],
    ['fell over', 500, null, 'fell over'],
  ])('difference 39: answers the thrown error %j as status %i', async (thrown, status, code, message) => {
    const { post } = worker(() => {
      throw new Error(thrown)
    })
    const reply = await post(CHAT, CALL)
    expect(reply.status).toBe(status)
    expect(await reply.json()).toMatchObject({ error: { code, message: expect.stringContaining(message) } })
  })

  it('throws as fetch does when the caller gave up', async () => {
    const { post } = worker(() => {
      throw new Error('aborted')
    })
    await expect(post(CHAT, CALL, AbortSignal.abort())).rejects.toThrow('aborted')
  })

  it('gives vectors as numbers or as base64', async () => {
    const { post, ran } = worker(() => ({
      shape: [2, 2],
      data: [
        [0.5, -1],
        [2, 0],
      ],
    }))
    const body = { model: '@cf/baai/bge-m3', input: ['a', 'b'] }
    expect(await (await post(EMBEDDINGS, body)).json()).toEqual({
      object: 'list',
      model: '@cf/baai/bge-m3',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -1] },
        { object: 'embedding', index: 1, embedding: [2, 0] },
      ],
    })
    expect(ran[0]?.inputs).toEqual({ text: ['a', 'b'] })
    const base64 = await (await post(EMBEDDINGS, { ...body, input: 'a', encoding_format: 'base64' })).json()
    const bytes = Buffer.from(new Float32Array([0.5, -1]).buffer).toString('base64')
    expect(base64).toMatchObject({ data: [{ embedding: bytes }, {}] })
    expect(ran[1]?.inputs).toEqual({ text: ['a'] })
  })

  it.each([
    ['https://binding.invalid/OTHER/v1/chat/completions', 503, 'no Workers AI binding OTHER'],
    ['https://binding.invalid/AI/v1/images/generations', 404, 'does not answer /v1/images/generations'],
  ])('says what is missing at %s', async (url, status, message) => {
    const reply = await worker(() => ({})).post(url, CALL)
    expect(reply.status).toBe(status)
    expect(await reply.text()).toContain(message)
  })

  it('says so when the reply is nothing it knows', async () => {
    const { post } = worker(() => 'text')
    expect((await post(CHAT, CALL)).status).toBe(502)
    expect((await post(EMBEDDINGS, { input: 'a' })).status).toBe(502)
  })
})
