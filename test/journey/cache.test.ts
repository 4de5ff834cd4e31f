/** Routes that keep answers: who gets which, in which wire, at what cost, and which answers are never kept. */

import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CacheUpstream, startCacheUpstream } from '../support/cache-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { rowOf } from '../support/ledger.ts'

/** One route a policy; `NAME/*` leads to the model of that name. */
const CACHES: Readonly<Record<string, string>> = {
  kept: '{ ttl: 1h, scope: team }',
  brief: '{ ttl: 1s }',
  keyed: '{ scope: key }',
  personal: '{ scope: user }',
  shared: '{ scope: route }',
  near: '{ semantic: { threshold: 0.8 } }',
}

let upstream: CacheUpstream
let gateway: TestGateway
let redKey: string
let otherKey: string
let openai: OpenAI
let anthropic: Anthropic

beforeAll(async () => {
  upstream = await startCacheUpstream()
  const documents: Record<string, string> = {
    'sluice.yml': `
bundle: cache
organisation: test
teams: [default, red]
providers:
  open: { kind: vllm, base_url: ${upstream.url} }
  claude: { kind: anthropic, base_url: ${upstream.url}, api_key: "\${secret.CLAUDE_KEY}" }
`,
    'routes/plain.yml': 'route: plain/*\naccepts: [chat]\ntargets: [{ model: open/* }]\n',
    'routes/claude.yml':
      'route: claude/*\naccepts: [chat, messages, gemini, responses]\ntargets: [{ model: claude/* }]\npolicies: [kept]\n',
    'routes/capped.yml': 'route: capped\naccepts: [chat]\ntargets: [{ model: open/m }]\npolicies: [kept, once]\n',
    'policies/once.yml': 'policy: once\nlimits: [{ requests: 1, every: day, per: team }]\n',
    'routes/failing.yml':
      'route: failing\naccepts: [chat]\ntargets: [{ model: gone/m }]\nfallback: [{ model: open/m }]\npolicies: [kept]\n',
  }
  documents['sluice.yml'] += '  gone: { kind: vllm, base_url: "http://127.0.0.1:9" }\n'
  for (const [name, cache] of Object.entries(CACHES)) {
    documents[`policies/${name}.yml`] = `policy: ${name}\ncache: ${cache}\n`
    documents[`routes/${name}.yml`] =
      `route: ${name}/*\naccepts: [chat, messages, responses, gemini, ollama, embeddings]\ntargets: [{ model: open/* }]\npolicies: [${name}]\n`
  }
  gateway = await startGateway(documents, { CLAUDE_KEY: 'x' })
  redKey = (await gateway.admin<{ key: string }>('POST', '/admin/v1/keys', { team: 'red' })).key
  otherKey = (await gateway.admin<{ key: string }>('POST', '/admin/v1/keys', { team: 'default' })).key
  openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
  anthropic = new Anthropic({ apiKey: gateway.appKey, baseURL: gateway.url, maxRetries: 0 })
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

let count = 0
let question: string

beforeEach(() => {
  question = `what is question number ${count++} about?`
  upstream.requests.length = 0
})

interface Call {
  readonly fields?: Record<string, unknown>
  readonly headers?: Record<string, string>
  readonly key?: string
  readonly path?: string
  readonly signal?: AbortSignal
}

function call(model: string, { fields = {}, headers = {}, key = gateway.appKey, path, signal }: Call = {}) {
  return fetch(`${gateway.url}${path ?? '/v1/chat/completions'}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, max_tokens: 200, messages: [{ role: 'user', content: question }], ...fields }),
    ...(signal && { signal }),
  })
}

/** What the cache did, once the whole reply has come. */
async function did(...args: Parameters<typeof call>): Promise<string | null> {
  const reply = await call(...args)
  await reply.text()
  return reply.headers.get('x-sluice-cache')
}

/** The words of a chat completion, whole or streamed. */
function said(text: string): string {
  return [...text.matchAll(/"content":"([^"]*)"/g)].map(([, words]) => words).join('')
}

const messages = () => [{ role: 'user' as const, content: question }]

describe('a route that keeps answers', () => {
  it('gives the answer again at no cost, and books what was saved', async () => {
    const first = await call('claude/claude-haiku-4-5')
    const body = await first.text()
    const again = await call('claude/claude-haiku-4-5')
    expect([first, again].map(({ headers }) => headers.get('x-sluice-cache'))).toEqual(['miss', 'hit'])
    expect(await again.text()).toBe(body)
    expect(upstream.requests).toHaveLength(1)
    const { headers } = again
    expect(headers.get('x-sluice-cost')).toBe('0')
    expect(headers.get('x-sluice-saved')).toBe(first.headers.get('x-sluice-cost'))
    expect(Number(headers.get('age'))).toBeGreaterThanOrEqual(0)
    const paid = await rowOf(gateway, first.headers.get('x-sluice-request-id'))
    expect(paid).toMatchObject({ cache: 'miss', attempts: 1, costNano: '1500000' })
    expect(await rowOf(gateway, headers.get('x-sluice-request-id'))).toMatchObject({
      outcome: 'ok',
      cache: 'hit',
      attempts: 0,
      costNano: '0',
      savedNano: '1500000',
      provider: 'claude',
      usage: {},
    })
    const { stdout } = await gateway.cli('report', 'savings', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ answers: { saved: { nano: '1500000' }, calls: 1, unpricedCalls: 0 } })
    const byCache = await gateway.cli('report', 'cost', '--by', 'cache')
    expect(byCache.stdout).toMatch(/^hit\b/m)
  })

  it('answers each SDK in its own format with what the other asked first, whole and as a stream', async () => {
    const model = 'kept/m'
    const ask = { model, max_tokens: 50, messages: messages() }
    const first = await openai.chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    })
    let streamed = ''
    for await (const chunk of first) streamed += chunk.choices[0]?.delta.content ?? ''
    expect(streamed).toMatch(/^answer 1 to m/)

    const message = await anthropic.messages.create(ask)
    expect(message.content).toEqual([expect.objectContaining({ type: 'text', text: streamed })])
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { input_tokens: 1000, output_tokens: 100 } })
    const deltas: string[] = []
    const claude = anthropic.messages.stream(ask).on('text', (delta) => deltas.push(delta))
    expect((await claude.finalMessage()).content).toEqual([expect.objectContaining({ text: streamed })])
    expect(deltas.length).toBeGreaterThan(1)

    const whole = await openai.chat.completions.create(ask)
    expect(whole.choices[0]?.message.content).toBe(streamed)
    const pieces: string[] = []
    const usages: unknown[] = []
    for await (const chunk of await openai.chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    })) {
      pieces.push(chunk.choices[0]?.delta.content ?? '')
      if (chunk.usage) usages.push(chunk.usage)
    }
    expect(pieces.join('')).toBe(streamed)
    expect(pieces.filter((piece) => piece !== '').length).toBeGreaterThan(1)
    expect(usages).toMatchObject([{ prompt_tokens: 1000, completion_tokens: 100 }])

    const responses = await openai.responses.create({ model, max_output_tokens: 50, input: question })
    expect(responses.output_text).toBe(streamed)
    expect(upstream.requests).toHaveLength(1)
  })

  it('keeps what an anthropic client asked of another format for an openai client', async () => {
    const ask = { model: 'kept/m', max_tokens: 50, messages: messages(), system: 'Be brief.' }
    const streamed = await anthropic.messages.stream(ask).finalMessage()
    const { system, ...rest } = ask
    const whole = await openai.chat.completions.create({
      ...rest,
      messages: [{ role: 'system', content: system }, ...rest.messages],
    })
    expect(streamed.content).toEqual([expect.objectContaining({ text: whole.choices[0]?.message.content })])
    expect(upstream.requests).toHaveLength(1)
  })

  it('asks anew when anything that decides the answer differs', async () => {
    const others: Call[] = [
      {},
      { fields: { temperature: 0.3 } },
      { fields: { max_tokens: 201 } },
      { fields: { seed: 1 } },
      { fields: { unknown_field: 1 } },
      { fields: { messages: [{ role: 'system', content: 'x' }, ...messages()] } },
      { fields: { messages: [{ role: 'user', content: [{ type: 'text', text: question, unknown: 1 }] }] } },
      { fields: { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] } },
      { fields: { response_format: { type: 'json_object' } } },
    ]
    for (const other of others) expect([other, await did('kept/m', other)]).toEqual([other, 'miss'])
    expect(await did('kept/other')).toBe('miss')
    expect(await did('brief/m')).toBe('miss')
    for (const other of others) expect([other, await did('kept/m', other)]).toEqual([other, 'hit'])
  })

  it('gives the same answer whoever the end user is and however it is labelled', async () => {
    await did('kept/m', { fields: { user: 'ann', metadata: { trace: '1' } } })
    expect(await did('kept/m', { fields: { user: 'bob', stream: true } })).toBe('hit')
  })

  it('forgets when its time is over', async () => {
    expect(await did('brief/m')).toBe('miss')
    expect(await did('brief/m')).toBe('hit')
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(await did('brief/m')).toBe('miss')
  })

  it('still has its answers after the process was killed', async () => {
    expect(await did('kept/m')).toBe('miss')
    await gateway.kill()
    await gateway.restart()
    expect(await did('kept/m')).toBe('hit')
  })

  it('keeps embeddings', async () => {
    const ask = { path: '/v1/embeddings', fields: { input: question } }
    const first = await (await call('kept/m', ask)).text()
    const again = await call('kept/m', ask)
    expect(again.headers.get('x-sluice-cache')).toBe('hit')
    expect(await again.text()).toBe(first)
    expect(await did('kept/m', { ...ask, fields: { input: `${question}!` } })).toBe('miss')
  })

  it('lets hits through when a limit is used up: nothing is held for them', async () => {
    expect(await did('capped')).toBe('miss')
    expect((await call('capped', { fields: { seed: 2 } })).status).toBe(429)
    expect(await did('capped')).toBe('hit')
  })

  it('says nothing of a cache where there is none', async () => {
    expect(await did('plain/m')).toBe('none')
    expect(await did('plain/m')).toBe('none')
    expect(upstream.requests).toHaveLength(2)
  })
})

describe('who gets a kept answer', () => {
  it.each(['kept/m', 'near/m', 'keyed/m', 'brief/m'])('is never another team: %s', async (model) => {
    expect(await did(model)).toBe('miss')
    expect(await did(model)).toBe('hit')
    expect(await did(model, { key: redKey })).toBe('miss')
  })

  it('is the team, the key or the end user as the policy says', async () => {
    await did('kept/m')
    expect(await did('kept/m', { key: otherKey })).toBe('hit')
    await did('keyed/m')
    expect(await did('keyed/m', { key: otherKey })).toBe('miss')
    const ann = { fields: { user: 'ann' } }
    expect(await did('personal/m', ann)).toBe('miss')
    expect(await did('personal/m', ann)).toBe('hit')
    expect(await did('personal/m', { fields: { user: 'bob' } })).toBe('miss')
    expect(await did('personal/m', { ...ann, key: otherKey })).toBe('miss')
    expect(await did('personal/m')).toBe('bypass')
  })

  it('is everybody on a route that says so', async () => {
    expect(await did('shared/m')).toBe('miss')
    expect(await did('shared/m', { key: redKey })).toBe('hit')
  })
})

describe('what a call asks of the cache', () => {
  it.each([
    ['x-sluice-cache', 'off', ['bypass', 'bypass', 'miss']],
    ['cache-control', 'no-store', ['bypass', 'bypass', 'miss']],
    ['x-sluice-cache', 'refresh', ['bypass', 'bypass', 'hit']],
    ['cache-control', 'no-cache', ['bypass', 'bypass', 'hit']],
  ])('%s: %s', async (name, value, expected) => {
    const headers = { [name]: value }
    const seen = [await did('kept/m', { headers }), await did('kept/m', { headers }), await did('kept/m')]
    expect(seen).toEqual(expected)
    expect(upstream.requests).toHaveLength(expected.filter((what) => what !== 'hit').length)
  })

  it('may be an answer that is not old', async () => {
    await did('kept/m')
    expect(await did('kept/m', { headers: { 'cache-control': 'max-age=60' } })).toBe('hit')
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(await did('kept/m', { headers: { 'cache-control': 'max-age=0' } })).toBe('miss')
    expect(await did('kept/m', { headers: { 'cache-control': 'max-age=1' } })).toBe('hit')
  })

  it.each([
    ['x-sluice-cache', 'only'],
    ['cache-control', 'only-if-cached'],
  ])('may be a kept answer or none: %s', async (name, value) => {
    const headers = { [name]: value }
    for (const model of ['kept/m', 'plain/m']) {
      const reply = await call(model, { headers })
      expect(reply.status).toBe(504)
      expect(reply.headers.get('x-should-retry')).toBe('false')
      expect(await reply.json()).toMatchObject({ error: { code: 'cache_miss' } })
    }
    expect(upstream.requests).toHaveLength(0)
    await did('kept/m')
    expect(await did('kept/m', { headers })).toBe('hit')
  })

  it('must be something that we know', async () => {
    const reply = await call('kept/m', { headers: { 'x-sluice-cache': 'maybe' } })
    expect(reply.status).toBe(400)
    expect(await reply.text()).toContain('refresh')
  })
})

describe('answers that are never kept', () => {
  const twice = async (model: string, options: Call = {}): Promise<(string | null)[]> => [
    await did(model, options),
    await did(model, options),
  ]

  it.each(['finish:length', 'finish:content_filter', 'finish:banana', 'refusal'])('%s', async (name) => {
    for (const stream of [false, true])
      expect(await twice(`kept/${name}`, { fields: { stream } })).toEqual(['miss', 'miss'])
  })

  it('those of a fallback', async () => {
    expect(await twice('failing')).toEqual(['miss', 'miss'])
  })

  it('those the provider keeps for later, and those of its own tools', async () => {
    expect(await twice('kept/m', { fields: { store: true } })).toEqual(['bypass', 'bypass'])
    const search = { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }
    expect(await twice('claude/claude-haiku-4-5', { fields: search, path: '/v1/messages' })).toEqual([
      'bypass',
      'bypass',
    ])
  })

  it('partial ones', async () => {
    const controller = new AbortController()
    const reply = await call('kept/slow:3000', { fields: { stream: true }, signal: controller.signal })
    await reply.body?.getReader().read()
    controller.abort()
    await expect(rowOf(gateway, reply.headers.get('x-sluice-request-id'))).resolves.toMatchObject({
      outcome: 'aborted',
    })
    expect(await did('kept/slow:10', { fields: { stream: true } })).toBe('miss')
  })
})

describe('equal calls at the same moment', () => {
  it('ask the provider once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => call('kept/slow:300', { fields: { stream: index % 2 === 0 } })),
    )
    const texts = await Promise.all(replies.map((reply) => reply.text()))
    expect(replies.filter(({ headers }) => headers.get('x-sluice-cache') === 'miss')).toHaveLength(1)
    expect(new Set(texts.map(said))).toEqual(new Set([expect.stringMatching(/^answer 1 to slow/)]))
    expect(upstream.requests).toHaveLength(1)
  })

  it('of other teams ask for themselves', async () => {
    await Promise.all(
      [call('kept/slow:300'), call('kept/slow:300', { key: redKey })].map(async (reply) => (await reply).text()),
    )
    expect(upstream.requests).toHaveLength(2)
  })

  it('go on when the first one’s app hangs up', async () => {
    const controller = new AbortController()
    const first = call('kept/slow:1500', { fields: { stream: true }, signal: controller.signal })
    await first
    const others = [1, 2, 3].map(() => call('kept/slow:1500'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    controller.abort()
    const texts = await Promise.all(others.map(async (reply) => (await reply).text()))
    expect(new Set(texts.map(said))).toEqual(new Set([expect.stringMatching(/^answer 2 to slow/)]))
    expect(upstream.requests).toHaveLength(2)
  })
})

describe('questions in other words', () => {
  const ask = (content: string, fields: Record<string, unknown> = {}): Promise<string | null> =>
    did('near/m', { fields: { messages: [{ role: 'user', content }], ...fields } })

  it('get the answer when they are near enough and have the same facts', async () => {
    expect(await ask('What is the capital of France?')).toBe('miss')
    expect(await ask('what’s the capital of France')).toBe('semantic')
    const reply = await call('near/m', {
      fields: { messages: [{ role: 'user', content: 'Hi, what is the capital of France?' }] },
    })
    expect(Number(reply.headers.get('x-sluice-similarity'))).toBeGreaterThan(0.8)
    expect(await rowOf(gateway, reply.headers.get('x-sluice-request-id'))).toMatchObject({
      cache: 'semantic',
      costNano: '0',
    })
    expect(upstream.requests).toHaveLength(1)
  })

  it.each([
    [
      'How many days do I have to return an order of 2 items?',
      'How many days do I have to return an order of 3 items?',
    ],
    ['Please summarise the visit to Paris in one sentence', 'Please summarise the visit to Lyon in one sentence'],
    ['Should I take the medicine with food at night?', 'Should I not take the medicine with food at night?'],
    ['How do I get from Rome to Milan by train?', 'How do I get from Milan to Rome by train?'],
  ])('do not when a fact differs: %s', async (one, other) => {
    expect(await ask(one)).toBe('miss')
    expect(await ask(other)).toBe('miss')
  })

  it('do not when anything else of the call differs', async () => {
    await ask('Where is my parcel now?')
    expect(await ask('where is my parcel now', { temperature: 0 })).toBe('miss')
    expect(await ask('where is my parcel now')).toBe('semantic')
  })
})
