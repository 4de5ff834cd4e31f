import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { rowOf } from '../support/ledger.ts'

const TEXT = 'fourteen chars'

/** Every try of a client: what came back, and when it was sent and answered. */
interface Try {
  readonly status: number
  readonly headers: Headers
  readonly sentAtMs: number
  readonly answeredAtMs: number
}

let upstream: Server
/** How many calls reached the upstream. */
let reached = 0
/** While it is there, the upstream answers nobody before it is settled. */
let gate: Promise<void> | undefined
let gateway: TestGateway

beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += String(piece)
    reached++
    await gate
    const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 }
    const common = { id: 'c', created: 1, model: 'm' }
    if (text.includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const send = (fields: object): void => {
        response.write(`data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', ...fields })}\n\n`)
      }
      send({ choices: [{ index: 0, delta: { role: 'assistant', content: TEXT } }] })
      send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
      send({ choices: [], usage })
      response.end('data: [DONE]\n\n')
      return
    }
    const choices = [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ...common, object: 'chat.completion', choices, usage }))
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo // listens on TCP
  const route = (name: string, limits: string): Record<string, string> => ({
    [`routes/${name}.yml`]: `route: ${name}\ntargets: [{ model: open/m }]\npolicies: [${name}]\n`,
    [`policies/${name}.yml`]: `policy: ${name}\nlimits: [${limits}]\nbudget: { on_unknown_price: assume, assume: { input: 0, output: 10 } }\n`,
  })
  gateway = await startGateway({
    'sluice.yml': `bundle: retries\nproviders:\n  open: { kind: vllm, base_url: "http://127.0.0.1:${port}", formats: [openai-chat] }\n`,
    ...route('one', '{ concurrent: 1, per: route }'),
    ...route('second', '{ requests: 1, every: second, per: key }'),
    ...route('counted', '{ requests: 50, every: year, per: key }, { tokens: 100k, every: year, per: key }'),
    ...route('split', '{ input_tokens: 50k, every: year, per: key }, { output_tokens: 20k, every: year, per: key }'),
    // A call holds 0.0005 and uses 0.00004: two fit, and then the budget is spent for all clients.
    ...route('broke', '{ usd: 0.00055, every: year, per: key }'),
  })
})

beforeEach(() => {
  reached = 0
  gate = undefined
})

afterAll(async () => {
  await gateway.dispose()
  upstream.closeAllConnections()
  upstream.close()
})

/** A fetch that notes every try; `onRefusal` runs before the client hears of a refusal. */
function watched(onRefusal: () => Promise<void> = async () => undefined): { tries: Try[]; fetch: typeof fetch } {
  const tries: Try[] = []
  return {
    tries,
    fetch: async (input, init) => {
      const sentAtMs = performance.now()
      const reply = await fetch(input, init)
      if (reply.status === 429) await onRefusal()
      tries.push({ status: reply.status, headers: reply.headers, sentAtMs, answeredAtMs: performance.now() })
      return reply
    },
  }
}

type Ask = (model: string, fetch: typeof globalThis.fetch) => Promise<string>

const SAY = [{ role: 'user' as const, content: 'hello' }]

function openai(watch: typeof fetch): OpenAI {
  return new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 4, fetch: watch })
}

function anthropic(watch: typeof fetch): Anthropic {
  return new Anthropic({ apiKey: gateway.appKey, baseURL: gateway.url, maxRetries: 4, fetch: watch })
}

/** What each client asks, and the text it gets. */
const CLIENTS: readonly [name: string, ask: Ask][] = [
  [
    'openai chat',
    async (model, watch) =>
      (await openai(watch).chat.completions.create({ model, messages: SAY, max_tokens: 50 })).choices[0]?.message
        .content ?? '',
  ],
  [
    'openai chat, streaming',
    async (model, watch) => {
      let text = ''
      const stream = await openai(watch).chat.completions.create({ model, messages: SAY, max_tokens: 50, stream: true })
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
      return text
    },
  ],
  [
    'openai responses',
    async (model, watch) =>
      (await openai(watch).responses.create({ model, input: 'hello', max_output_tokens: 50, store: false }))
        .output_text,
  ],
  [
    'anthropic messages',
    async (model, watch) => {
      const { content } = await anthropic(watch).messages.create({ model, max_tokens: 50, messages: SAY })
      return content[0]?.type === 'text' ? content[0].text : ''
    },
  ],
  [
    'anthropic messages, streaming',
    async (model, watch) => anthropic(watch).messages.stream({ model, max_tokens: 50, messages: SAY }).finalText(),
  ],
]

/** What a refusal says of waiting, in milliseconds: the finer header where there is one. */
function statedWaitMs({ headers }: Try): number {
  return Number(headers.get('retry-after-ms') ?? Number(headers.get('retry-after')) * 1000)
}

/** Every refusal names a wait that the client kept; a timer may fire a little before its time. */
function expectWaited(tries: readonly Try[]): void {
  for (const [index, each] of tries.entries()) {
    const next = tries[index + 1]
    if (each.status !== 429 || !next) continue
    expect(each.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(statedWaitMs(each)).toBeGreaterThan(0)
    expect(next.sentAtMs - each.answeredAtMs).toBeGreaterThanOrEqual(statedWaitMs(each) - 5)
  }
}

describe.each(CLIENTS)('%s', (name, ask) => {
  it('comes again after a refusal, as late as it says, and is answered', async () => {
    let open: () => void = () => undefined
    gate = new Promise((resolve) => {
      open = resolve
    })
    const first = ask('one', fetch)
    while (reached === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    // The place is taken until the second call has been refused, so that it surely is.
    const watch = watched(async () => {
      open()
      await first
    })
    expect(await ask('one', watch.fetch)).toBe(TEXT)
    expect(await first).toBe(TEXT)
    expect(watch.tries.map(({ status }) => status)).toEqual([429, 200])
    expect(reached).toBe(2)
    const [refused] = watch.tries
    expect(refused?.headers.get('retry-after')).toBe('1')
    expect(refused?.headers.get('retry-after-ms')).toBe(name.startsWith('openai') ? '1000' : null)
    expectWaited(watch.tries)
    expect(await rowOf(gateway, refused?.headers.get('x-sluice-request-id') ?? null)).toMatchObject({
      ...{ outcome: 'refused', status: 429, errorKind: 'rate-limited', costNano: '0', attempts: 0 },
    })
  })

  it('keeps to a limit a second', async () => {
    const watch = watched()
    // Two calls fall into one second sooner or later; most often at once.
    for (let call = 1; call <= 20 && !watch.tries.some(({ status }) => status === 429); call++) {
      expect(await ask('second', watch.fetch)).toBe(TEXT)
      expect(reached).toBe(call)
    }
    const refused = watch.tries.find(({ status }) => status === 429)
    expect(watch.tries.at(-1)?.status).toBe(200)
    expectWaited(watch.tries)
    expect(statedWaitMs(refused as Try)).toBeLessThanOrEqual(1000) // found by the loop, or the test fails here
    const prefix = name.startsWith('openai') ? 'x-ratelimit' : 'anthropic-ratelimit'
    const other = name.startsWith('openai') ? 'anthropic-ratelimit' : 'x-ratelimit'
    for (const { headers } of watch.tries) {
      expect([...headers.keys()].filter((key) => key.startsWith(other))).toEqual([])
      expect([...headers.keys()].filter((key) => key.startsWith(prefix))).toHaveLength(3)
    }
  })

  it('does not come again when a budget is spent', async () => {
    const watch = watched()
    let failure: unknown
    for (let call = 0; call < 5 && failure === undefined; call++) {
      await ask('broke', watch.fetch).catch((error: unknown) => {
        failure = error
      })
    }
    expect(failure).toMatchObject({ status: 402 })
    expect(watch.tries.filter(({ status }) => status !== 200).map(({ status }) => status)).toEqual([402])
    expect(reached).toBe(watch.tries.length - 1)
    expect(String((failure as Error).message)).toContain('what is left does not cover this call')
  })
})

describe('headers of a limit', () => {
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const number = (reply: Response, name: string): number => Number(reply.headers.get(name) ?? Number.NaN)

  it('are OpenAI’s to OpenAI’s clients: what is left, and for how long', async () => {
    const before = await post('/v1/chat/completions', { model: 'counted', messages: SAY, max_tokens: 50 })
    const reply = await post('/v1/chat/completions', { model: 'counted', messages: SAY, max_tokens: 50 })
    expect([reply.status, number(reply, 'x-ratelimit-limit-requests')]).toEqual([200, 50])
    expect(number(reply, 'x-ratelimit-limit-tokens')).toBe(100_000)
    expect(number(before, 'x-ratelimit-remaining-requests')).toBe(49)
    expect(number(reply, 'x-ratelimit-remaining-requests')).toBe(48)
    expect(number(reply, 'x-ratelimit-remaining-tokens')).toBeLessThanOrEqual(100_000 - 13)
    expect(number(reply, 'x-ratelimit-remaining-tokens')).toBeGreaterThan(90_000)
    expect(reply.headers.get('x-ratelimit-reset-requests')).toMatch(/^(?:\d+h)?(?:\d+m)?\d+s$/)
    expect(reply.headers.get('retry-after')).toBeNull()
  })

  it('are Anthropic’s to Anthropic’s clients, with the time of the end', async () => {
    const reply = await post('/v1/messages', { model: 'split', messages: SAY, max_tokens: 50 })
    expect(reply.status).toBe(200)
    expect(number(reply, 'anthropic-ratelimit-input-tokens-limit')).toBe(50_000)
    expect(number(reply, 'anthropic-ratelimit-output-tokens-limit')).toBe(20_000)
    expect(number(reply, 'anthropic-ratelimit-output-tokens-remaining')).toBeLessThanOrEqual(20_000 - 4)
    expect(number(reply, 'anthropic-ratelimit-output-tokens-remaining')).toBeGreaterThanOrEqual(20_000 - 50)
    const nextYear = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 0, 1)).toISOString().replace('.000', '')
    expect(reply.headers.get('anthropic-ratelimit-input-tokens-reset')).toBe(nextYear)
    expect([...reply.headers.keys()].filter((key) => key.startsWith('x-ratelimit'))).toEqual([])
  })
})
