import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { rowOf } from '../support/ledger.ts'

type Body = Record<string, unknown>

/** What the upstream was asked, and the usages it says in its next stream, one an event. */
const bodies: Body[] = []
let streamed: readonly unknown[] = []
let upstream: Server
let gateway: TestGateway

const TEXT = 'fourteen chars'
const CHUNK = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' }

function answer(body: Body, response: ServerResponse): void {
  if (body.stream !== true) {
    const choices = [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }]
    const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage }))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (event: unknown): void => void response.write(`data: ${JSON.stringify(event)}\n\n`)
  send({ ...CHUNK, choices: [{ index: 0, delta: { role: 'assistant', content: TEXT } }] })
  send({ ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  for (const usage of streamed) send({ ...CHUNK, choices: [], usage })
  response.end('data: [DONE]\n\n')
}

beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += String(piece)
    const body = JSON.parse(text) as Body
    bodies.push(body)
    answer(body, response)
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  const price = 'budget: { on_unknown_price: assume, assume: { input: 0, output: 10 } }'
  const route = (name: string, limits: string): Record<string, string> => ({
    [`routes/${name}.yml`]: `route: ${name}\ntargets: [{ model: open/m }]\npolicies: [${name}]\n`,
    [`policies/${name}.yml`]: `policy: ${name}\nlimits: [${limits}]\n${price}\n`,
  })
  gateway = await startGateway({
    'sluice.yml': `bundle: bad\nproviders:\n  open: { kind: vllm, base_url: "http://127.0.0.1:${port}", formats: [openai-chat] }\n`,
    // 5,000 tokens of answers, and as many calls as one likes.
    ...route('bounded', '{ usd: 0.05, every: year, per: team }'),
    ...route('roomy', '{ usd: 1000, every: year, per: team }'),
    ...route('second', '{ requests: 1, every: second, per: key }'),
    ...route('broke', '{ usd: 0.00000001, every: year, per: team }'),
  })
})

beforeEach(() => {
  bodies.length = 0
})

afterAll(async () => {
  await gateway.dispose()
  upstream.close()
})

const SAY = [{ role: 'user', content: 'hello' }]

/** Each wire's call with its field for the longest answer, and what a refusal looks like in it. */
const WIRES: readonly [string, (model: string, most: unknown) => [path: string, body: Body], RegExp][] = [
  [
    'chat',
    (model, most) => ['/v1/chat/completions', { model, messages: SAY, max_tokens: most }],
    /^{"error":{"message":/,
  ],
  [
    'responses',
    (model, most) => ['/v1/responses', { model, input: 'hello', max_output_tokens: most }],
    /^{"error":{"message":/,
  ],
  [
    'completions',
    (model, most) => ['/v1/completions', { model, prompt: 'hello', max_tokens: most }],
    /^{"error":{"message":/,
  ],
  [
    'messages',
    (model, most) => ['/v1/messages', { model, messages: SAY, max_tokens: most }],
    /^{"type":"error","error":{"type":/,
  ],
  [
    'gemini',
    (model, most) => [
      `/v1beta/models/${model}:generateContent`,
      { contents: [{ role: 'user', parts: [{ text: 'hello' }] }], generationConfig: { maxOutputTokens: most } },
    ],
    /^{"error":{"code":400,"message":/,
  ],
  ['cohere', (model, most) => ['/v2/chat', { model, messages: SAY, max_tokens: most }], /^{"message":|^{"id":/],
  [
    'ollama',
    (model, most) => ['/api/chat', { model, messages: SAY, stream: false, options: { num_predict: most } }],
    /^{"error":"/,
  ],
]

async function post(path: string, body: Body): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

function askedFor(): number {
  const { max_tokens, max_completion_tokens } = bodies.at(-1) ?? {}
  return Number(max_completion_tokens ?? max_tokens)
}

describe.each(WIRES)('the longest answer, asked through %s,', (_, request, refusal) => {
  it.each([1e9, 9e15, undefined])('of %s is cut to what the budget covers', async (most) => {
    const reply = await post(...request('bounded', most))
    const text = await reply.text()
    if (reply.status !== 400) {
      expect(reply.status, text).toBe(200)
      expect(askedFor()).toBeLessThanOrEqual(5000)
      expect(askedFor()).toBeGreaterThan(0)
    } else expect([most, bodies.length, text]).toEqual([expect.anything(), 0, expect.stringMatching(refusal)])
  })

  it.each([-5, '12', 1.5, 1e300, {}, true])(
    'of %j is refused in its own words or sent as it is, never as more',
    async (most) => {
      const reply = await post(...request('bounded', most))
      const text = await reply.text()
      if (reply.status === 200) expect(askedFor()).toBeLessThanOrEqual(5000)
      else expect([reply.status, text]).toEqual([400, expect.stringMatching(refusal)])
    },
  )
})

describe('a request that could cost much', () => {
  it.each([
    ['128 choices', { n: 128, max_tokens: 30 }],
    ['128 choices of unstated length', { n: 128 }],
    [
      'a picture',
      {
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }],
      },
    ],
    [
      'sound',
      {
        messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }] }],
      },
    ],
    [
      'a file',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } }],
          },
        ],
      },
    ],
  ])('%s: never may answer in more tokens than the budget has', async (_, fields) => {
    const reply = await post('/v1/chat/completions', { model: 'bounded', messages: SAY, ...fields })
    const text = await reply.text()
    expect([200, 400, 402], text).toContain(reply.status)
    if (reply.status === 200) expect(askedFor() * Number(bodies.at(-1)?.n ?? 1)).toBeLessThanOrEqual(5000)
  })
})

describe('usage in a stream', () => {
  const said = (completion_tokens: number, prompt_tokens = 9) => ({ prompt_tokens, completion_tokens })

  it.each([
    ['once', [said(4)], 4, 'reported'],
    ['repeated', [said(4), said(4), said(4)], 4, 'reported'],
    ['growing', [said(1), said(2), said(4)], 4, 'reported'],
    ['shrinking', [said(4), said(2)], undefined, undefined],
    ['gone after it was there', [said(4), null], 4, 'reported'],
    ['negative', [said(-4)], undefined, 'estimated'],
    ['absurd', [said(1e18)], undefined, 'estimated'],
    ['no number', [{ prompt_tokens: '9', completion_tokens: 'NaN' }], undefined, 'estimated'],
    ['missing', [], undefined, 'estimated'],
  ])('that is %s is counted once and stays in bounds', async (_, usages, output, source) => {
    streamed = usages
    const reply = await post('/v1/chat/completions', { model: 'roomy', messages: SAY, max_tokens: 50, stream: true })
    expect(reply.status).toBe(200)
    expect(await reply.text()).toContain('[DONE]')
    const row = await rowOf(gateway, reply.headers.get('x-sluice-request-id'))
    if (source) expect(row.usageSource, JSON.stringify(row)).toBe(source)
    if (output !== undefined) expect(row.usage?.output).toBe(output)
    expect(row.usage?.output).toBeGreaterThan(0)
    expect(row.usage?.output).toBeLessThanOrEqual(50)
    expect(row.costNano).toBe(String((row.usage?.output ?? 0) * 10_000))
  })
})

describe('official clients', () => {
  it('of OpenAI wait as long as the limit says, and then get their answer', async () => {
    const openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 4 })
    const ask = () =>
      openai.chat.completions.create({ model: 'second', messages: [{ role: 'user', content: 'hello' }] })
    for (let call = 0; call < 3; call++) expect((await ask()).choices[0]?.message.content).toBe(TEXT)
    expect(bodies).toHaveLength(3)
  })

  it('of Anthropic do so too', async () => {
    const anthropic = new Anthropic({ apiKey: gateway.appKey, baseURL: gateway.url, maxRetries: 4 })
    const ask = () =>
      anthropic.messages.create({ model: 'second', max_tokens: 9, messages: [{ role: 'user', content: 'hello' }] })
    for (let call = 0; call < 3; call++) expect((await ask()).content[0]).toMatchObject({ text: TEXT })
    expect(bodies).toHaveLength(3)
  })

  it('do not ask again when a budget is spent', async () => {
    let asked = 0
    const counting: typeof fetch = (input, init) => {
      asked++
      return fetch(input, init)
    }
    const openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 4, fetch: counting })
    await expect(
      openai.chat.completions.create({ model: 'broke', messages: [{ role: 'user', content: 'hello' }] }),
    ).rejects.toMatchObject({ status: 402 })
    const anthropic = new Anthropic({ apiKey: gateway.appKey, baseURL: gateway.url, maxRetries: 4, fetch: counting })
    await expect(
      anthropic.messages.create({ model: 'broke', max_tokens: 9, messages: [{ role: 'user', content: 'hello' }] }),
    ).rejects.toMatchObject({ status: 402 })
    expect([asked, bodies.length]).toEqual([2, 0])
  })
})
