/** Every path an app may call, against a provider that has it, one that must be translated to, and one that lacks it. */

import Anthropic from '@anthropic-ai/sdk'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEXT } from '../../scripts/prove-clients/upstream/scenario.ts'
import { COUNTED_TOKENS, FILE_TEXT, SOUND, VECTOR } from '../../scripts/prove-clients/upstream/tasks.ts'
import type { LedgerRow } from '../../src/ports/accounts.ts'
import { EVERY_SECRET, everyProvider, startUpstream, type Upstream } from '../support/every-provider.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { allRows, rowOf } from '../support/ledger.ts'

let upstream: Upstream
let gateway: TestGateway
let openai: OpenAI
let anthropic: Anthropic
let redKey: string

beforeAll(async () => {
  upstream = await startUpstream()
  const files = 'route: kept\naccepts: [files, responses, chat]\ntargets: [up-openai/text]\n'
  const schemas = 'targets: [up-deepseek/object]\nfallback: [up-openai/object]\n'
  const documents = everyProvider(upstream.url, {
    'routes/kept.yml': files,
    'routes/omni.yml': 'route: omni-moderation-latest\ntargets: [up-openai/omni-moderation-latest]\n',
    'routes/schemas.yml': `route: schemas\n${schemas}`,
    'routes/strict.yml': `route: strict\n${schemas}policies: [strict]\n`,
    'policies/strict.yml': 'policy: strict\ntranslation: { missing: refuse }\n',
  })
  gateway = await startGateway(documents, EVERY_SECRET)
  openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
  anthropic = new Anthropic({ apiKey: gateway.appKey, baseURL: gateway.url, maxRetries: 0 })
  redKey = (await gateway.admin<{ key: string }>('POST', '/admin/v1/keys', { team: 'red' })).key
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

async function settled(response: Response): Promise<LedgerRow> {
  return rowOf(gateway, response.headers.get('x-sluice-request-id'))
}

describe('OpenAI responses', () => {
  it('are passed through, kept, fetched and deleted by the team that made them, and by no other', async () => {
    const made = await openai.responses.create({ model: 'openai/text', input: 'Hello.' })
    expect(made.output_text).toBe(TEXT)
    const red = new OpenAI({ apiKey: redKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
    await expect(red.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 })
    await expect(
      red.responses.create({ model: 'openai/text', input: 'Go on.', previous_response_id: made.id }),
    ).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' })
    const continued = await openai.responses.create({
      model: 'openai/text',
      input: 'Go on.',
      previous_response_id: made.id,
    })
    expect(continued.output_text).toBe(TEXT)
    expect(upstream.take().at(-1)?.body.previous_response_id).toBe(made.id)
    expect((await openai.responses.retrieve(made.id)).id).toBe(made.id)
    await expect(openai.responses.delete(made.id)).resolves.not.toThrow()
  })

  it('stream over another provider, and cannot go on from a reply that nobody keeps', async () => {
    const final = await openai.responses.stream({ model: 'anthropic/text', input: 'Hello.' }).finalResponse()
    expect(final.output_text).toBe(TEXT)
    expect(final.usage).toMatchObject({ input_tokens: 40, output_tokens: 12 })
    await expect(
      openai.responses.create({ model: 'anthropic/text', input: 'Go on.', previous_response_id: final.id }),
    ).rejects.toMatchObject({ status: 400, message: expect.stringContaining('earlier turns') })
  })
})

describe('embeddings', () => {
  it.each(['openai/m', 'gemini/m', 'cohere/m', 'ollama/m'])('come in OpenAI’s format from %s', async (model) => {
    const { data, response } = await openai.embeddings.create({ model, input: ['one', 'two'] }).withResponse()
    expect(data.data.map(({ embedding }) => embedding)).toEqual([VECTOR, VECTOR])
    const row = await settled(response)
    expect(row).toMatchObject({ outcome: 'ok', clientWire: 'openai-embeddings' })
    // Gemini says nothing of usage here; nobody makes it up.
    expect(row.usage).toEqual(model === 'gemini/m' ? undefined : { input: 8 })
  })

  it('come in the formats of Google, Cohere and Ollama too', async () => {
    const google = await post('/v1beta/models/openai/m:embedContent', { content: { parts: [{ text: 'one' }] } })
    expect(await google.json()).toMatchObject({ embedding: { values: VECTOR } })
    const cohere = await post('/v2/embed', {
      model: 'openai/m',
      texts: ['one'],
      input_type: 'search_query',
      embedding_types: ['float'],
    })
    expect(await cohere.json()).toMatchObject({ embeddings: { float: [VECTOR] } })
    const ollama = await post('/api/embed', { model: 'openai/m', input: 'one' })
    expect(await ollama.json()).toMatchObject({ embeddings: [VECTOR] })
  })

  it('refuses token ids where a model takes text', async () => {
    const call = openai.embeddings.create({ model: 'cohere/m', input: [[1, 2, 3]] })
    await expect(call).rejects.toMatchObject({ status: 400, message: expect.stringContaining('token ids') })
  })
})

describe('other calls in OpenAI’s formats', () => {
  it('moderates, draws, speaks and listens, and counts what that used', async () => {
    expect((await openai.moderations.create({ model: 'openai/m', input: 'x' })).results[0]?.flagged).toBe(true)
    expect((await openai.moderations.create({ input: 'x' })).results[0]?.flagged).toBe(true)
    expect(upstream.take().at(-1)?.body.model).toBe('omni-moderation-latest')
    const image = await openai.images.generate({ model: 'openai/m', prompt: 'a sluice' }).withResponse()
    expect(image.data.data?.[0]?.b64_json).toBe(SOUND.toString('base64'))
    expect((await settled(image.response)).usage).toMatchObject({ input: 10, imageOut: 100 })
    const speech = await openai.audio.speech.create({ model: 'openai/m', voice: 'alloy', input: 'Hello.' })
    expect(Buffer.from(await speech.arrayBuffer())).toEqual(SOUND)
    expect((await settled(speech)).usage).toMatchObject({ characters: 6 })
    const file = await toFile(SOUND, 'a.mp3')
    const heard = await openai.audio.transcriptions.create({ model: 'openai/m', file }).withResponse()
    expect(heard.data.text).toBe('The sound arrived whole.')
    expect((await settled(heard.response)).usage).toEqual({ audioSeconds: 2 })
  })

  it('names the route and what it lacks when no target can do it', async () => {
    const call = openai.images.generate({ model: 'anthropic/m', prompt: 'a sluice' })
    await expect(call).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('does not accept images'),
    })
  })
})

describe('files', () => {
  it('belong to the team that uploaded them', async () => {
    const headers = { 'x-sluice-route': 'kept' }
    const uploaded = await openai.files.create(
      { purpose: 'batch', file: await toFile(Buffer.from(FILE_TEXT), 'lines.jsonl') },
      { headers },
    )
    expect(uploaded.id).toBe('file-upstream1')
    const listed = await openai.files.list({}, { headers })
    expect(listed.data.map(({ id }) => id)).toEqual(['file-upstream1'])
    expect(await (await openai.files.content(uploaded.id)).text()).toBe(FILE_TEXT)
    const red = new OpenAI({ apiKey: redKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
    expect((await red.files.list({}, { headers })).data).toEqual([])
    await expect(red.files.retrieve(uploaded.id)).rejects.toMatchObject({ status: 404 })
    await expect(red.files.delete(uploaded.id)).rejects.toMatchObject({ status: 404 })
    const named = { role: 'user' as const, content: [{ type: 'input_file' as const, file_id: uploaded.id }] }
    await expect(red.responses.create({ model: 'kept', input: [named] })).rejects.toMatchObject({ status: 404 })
    expect(await openai.files.delete(uploaded.id)).toMatchObject({ deleted: true })
  })
})

describe('rerank and token counts', () => {
  it('reranks in Cohere’s format', async () => {
    const response = await post('/v1/rerank', { model: 'cohere/m', query: 'q', documents: ['a', 'b', 'c'], top_n: 1 })
    expect(await response.json()).toMatchObject({ results: [{ index: 2, relevance_score: 0.875 }] })
    expect((await settled(response)).usage).toEqual({ search: 1 })
  })

  it('counts with the provider, and estimates, saying so, where the provider does not count', async () => {
    const body = { max_tokens: 10, messages: [{ role: 'user' as const, content: 'Hello, how are you today?' }] }
    const counted = await anthropic.messages.countTokens({ model: 'anthropic/m', messages: body.messages })
    expect(counted.input_tokens).toBe(COUNTED_TOKENS)
    const estimated = await post('/v1/messages/count_tokens', { model: 'chat-only/m', messages: body.messages })
    const { input_tokens: tokens } = (await estimated.json()) as { input_tokens: number }
    expect(tokens).toBeGreaterThan(3)
    expect(tokens).toBeLessThan(30)
    expect(estimated.headers.get('x-sluice-warnings')).toBe('input_tokens:changed')
    const google = await post('/v1beta/models/anthropic/m:countTokens', {
      contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }],
    })
    expect(await google.json()).toMatchObject({ totalTokens: COUNTED_TOKENS })
  })
})

describe('Google’s format', () => {
  const contents = [{ role: 'user', parts: [{ text: 'Hello.' }] }]

  it.each(['gemini/text', 'openai/text', 'anthropic/text'])(
    'answers whole, as events and as an array from %s',
    async (model) => {
      const whole = await post(`/v1beta/models/${model}:generateContent`, { contents })
      expect(textOf([await whole.json()])).toBe(TEXT)
      const events = await post(`/v1beta/models/${model}:streamGenerateContent?alt=sse`, { contents })
      expect(events.headers.get('content-type')).toContain('text/event-stream')
      const chunks = (await events.text()).split(/\r?\n\r?\n/).filter(Boolean)
      expect(textOf(chunks.map((chunk) => JSON.parse(chunk.replace(/^data: /, ''))))).toBe(TEXT)
      const array = await post(`/v1beta/models/${model}:streamGenerateContent`, { contents })
      expect(textOf((await array.json()) as unknown[])).toBe(TEXT)
      expect((await settled(array)).usage).toMatchObject({ output: 12 })
    },
  )

  it('takes the key from the query and says errors as Google does', async () => {
    const url = `${gateway.url}/v1beta/models/gemini/text:generateContent`
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ contents }) }
    expect((await fetch(`${url}?key=${gateway.appKey}`, init)).status).toBe(200)
    const refused = await fetch(url, init)
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ error: { code: 401, status: 'UNAUTHENTICATED' } })
    const unknown = await post('/v1beta/models/gemini/text:explodeContent', { contents })
    expect(await unknown.json()).toMatchObject({
      error: { code: 404, message: expect.stringContaining('generateContent') },
    })
  })
})

function textOf(replies: unknown[]): string {
  type Reply = { candidates?: { content?: { parts?: { text?: string }[] } }[] }
  return (replies as Reply[])
    .flatMap((reply) => reply.candidates?.[0]?.content?.parts?.map(({ text }) => text ?? '') ?? [])
    .join('')
}

describe('Ollama’s and Cohere’s formats', () => {
  it.each(['ollama/text', 'openai/text'])('chats with %s, streaming unless told otherwise', async (model) => {
    const messages = [{ role: 'user', content: 'Hello.' }]
    const streamed = await post('/api/chat', { model, messages })
    expect(streamed.headers.get('content-type')).toContain('application/x-ndjson')
    const lines = (await streamed.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { message?: { content: string }; done: boolean })
    expect(lines.map(({ message }) => message?.content ?? '').join('')).toBe(TEXT)
    expect(lines.at(-1)?.done).toBe(true)
    const whole = await post('/api/chat', { model, messages, stream: false })
    expect(await whole.json()).toMatchObject({ message: { content: TEXT }, done: true })
    const generated = await post('/api/generate', { model, prompt: 'Hello.', stream: false })
    expect(await generated.json()).toMatchObject({ response: TEXT, done: true })
  })

  it.each(['cohere/text', 'anthropic/text'])('chats in Cohere’s format with %s', async (model) => {
    const reply = await post('/v2/chat', { model, messages: [{ role: 'user', content: 'Hello.' }] })
    expect(await reply.json()).toMatchObject({
      message: { content: [{ type: 'text', text: TEXT }] },
      finish_reason: 'COMPLETE',
    })
  })
})

describe('realtime', () => {
  it('joins both sockets and counts the session', async () => {
    const events = await talk(`${gateway.url.replace('http', 'ws')}/v1/realtime?model=openai/voice`, gateway.appKey)
    expect(events).toContain('You said: Hello.')
    const row = await sessionRow()
    expect(row).toMatchObject({ outcome: 'ok', route: 'openai/*', usage: { input: 20, output: 10 }, stream: true })
  })

  it('refuses a stranger before the socket opens, and a caller that is no socket', async () => {
    await expect(
      talk(`${gateway.url.replace('http', 'ws')}/v1/realtime?model=openai/voice`, 'sk-wrong'),
    ).rejects.toThrow()
    const plain = await fetch(`${gateway.url}/v1/realtime?model=openai/voice`, {
      headers: { authorization: `Bearer ${gateway.appKey}` },
    })
    expect(plain.status).toBe(400)
  })
})

/** Says hello as a browser would, with the key in a subprotocol; gives the text of the answer. */
function talk(url: string, key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${key}`])
    let text = ''
    socket.addEventListener('error', () => reject(new Error('the socket did not open')))
    socket.addEventListener('message', ({ data }) => {
      const event = JSON.parse(String(data)) as { type: string; delta?: string }
      if (event.type === 'session.created') {
        const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] }
        socket.send(JSON.stringify({ type: 'conversation.item.create', item }))
        socket.send(JSON.stringify({ type: 'response.create' }))
      }
      if (event.type === 'response.output_text.delta') text += event.delta ?? ''
      if (event.type === 'response.done') {
        socket.close(1000)
        resolve(text)
      }
    })
  })
}

/** A session's row is written when it ends. */
async function sessionRow(): Promise<LedgerRow | undefined> {
  for (let tries = 0; tries < 100; tries++) {
    const found = (await allRows(gateway)).find(({ clientWire }) => clientWire === 'openai-realtime')
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the session left no row')
}

describe('a call that needs what a target lacks', () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'number' } },
    required: ['name', 'age'],
    additionalProperties: false,
  }
  const body = {
    messages: [{ role: 'user' as const, content: 'Who?' }],
    response_format: { type: 'json_schema' as const, json_schema: { name: 'person', schema, strict: true } },
  }

  it('goes to the next target that has it', async () => {
    const { data, response } = await openai.chat.completions.create({ model: 'schemas', ...body }).withResponse()
    expect(JSON.parse(data.choices[0]?.message.content ?? '')).toMatchObject({ name: 'Ada' })
    expect(response.headers.get('x-sluice-target')).toBe('up-openai/object')
    expect((await settled(response)).attempts).toBe(1)
  })

  it('is refused before anyone is asked where the policy says so', async () => {
    upstream.take()
    const call = openai.chat.completions.create({ model: 'strict', ...body })
    await expect(call).rejects.toMatchObject({ status: 400, code: 'capability_missing' })
    expect(upstream.take()).toEqual([])
  })
})

describe('what the gateway says of itself', () => {
  it('describes its API for machines and for people, without a key', async () => {
    const document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as { openapi: string; paths: object }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toContain('/v1/chat/completions')
    const page = await fetch(`${gateway.url}/docs`)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toContain('x-sluice-request-id')
  })

  it('lists routes as each SDK lists models', async () => {
    const headers = { authorization: `Bearer ${gateway.appKey}` }
    const get = async (path: string): Promise<unknown> => (await fetch(`${gateway.url}${path}`, { headers })).json()
    expect((await openai.models.list()).data.map(({ id }) => id)).toContain('default')
    expect((await anthropic.models.list()).data.map(({ id }) => id)).toContain('default')
    expect(await get('/v1beta/models')).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ name: 'models/default' })]),
    })
    expect(await get('/api/tags')).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ model: 'default' })]),
    })
  })

  it('puts route, target, model, cost and cache on every reply', async () => {
    const reply = await post('/v1/chat/completions', {
      model: 'default',
      messages: [{ role: 'user', content: 'hello' }],
    })
    const headers = Object.fromEntries([...reply.headers].filter(([name]) => name.startsWith('x-sluice-')))
    expect(headers).toMatchObject({
      'x-sluice-route': 'default',
      'x-sluice-target': 'edge/intent',
      'x-sluice-model': expect.stringContaining('intent'),
      'x-sluice-cost': expect.stringMatching(/^0/),
      'x-sluice-cache': 'none',
    })
  })
})
