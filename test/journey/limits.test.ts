import Anthropic from '@anthropic-ai/sdk'
import OpenAI, { RateLimitError } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LedgerRow } from '../../src/ports/accounts.ts'
import { type CountingUpstream, startCountingUpstream } from '../support/counting-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { allRows, rowOf } from '../support/ledger.ts'

let upstream: CountingUpstream
let gateway: TestGateway
let openai: OpenAI

/** One route a policy, all to the same upstream, whose models have no price but the assumed one. */
const LIMITS: Readonly<Record<string, string>> = {
  minute: 'limits: [{ requests: 5, every: minute, per: key }]',
  messages: 'limits: [{ requests: 3, every: day, per: key }]',
  tokens: 'limits: [{ tokens: 20k, every: hour, per: user }]',
  dollars:
    'limits: [{ usd: 0.01, every: day, per: team }]\nbudget: { on_unknown_price: assume, assume: { input: 0, output: 10 } }',
  strict:
    'limits: [{ usd: 0.01, every: day, per: team }]\naccounting: strict\nbudget: { on_unknown_price: assume, assume: { input: 0, output: 10 } }',
  capped:
    'limits: [{ usd: 0.005, every: day, per: team }]\nbudget: { on_unknown_price: assume, assume: { input: 0, output: 10 } }',
  whole:
    'limits: [{ usd: 0.005, every: day, per: team }]\nmax_tokens: refuse\nbudget: { on_unknown_price: assume, assume: { input: 0, output: 10 } }',
  unpriced: 'limits: [{ usd: 1, every: day, per: team }]',
  soft: 'limits: [{ requests: 2, every: day, per: key, soft: true }]',
  shadow: 'limits: [{ requests: 2, every: day, per: key, shadow: true }]',
  together: 'limits: [{ concurrent: 2, per: route }]',
}

beforeAll(async () => {
  upstream = await startCountingUpstream()
  const documents: Record<string, string> = {
    'sluice.yml': `bundle: limits\norganisation: test\nproviders:\n  open: { kind: vllm, base_url: ${upstream.url} }\n`,
  }
  for (const [name, lines] of Object.entries(LIMITS)) {
    documents[`routes/${name}.yml`] = `route: ${name}\ntargets: [{ model: open/${name} }]\npolicies: [${name}]\n`
    documents[`policies/${name}.yml`] = `policy: ${name}\n${lines}\n`
  }
  gateway = await startGateway(documents)
  openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
})

beforeEach(() => {
  upstream.delayMs = 0
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

function call(model: string, fields: Record<string, unknown> = {}, use = 10): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: `use ${use}` }], ...fields }),
  })
}

async function statuses(
  count: number,
  model: string,
  fields: Record<string, unknown> = {},
  use = 10,
): Promise<number[]> {
  const replies = await Promise.all(Array.from({ length: count }, () => call(model, fields, use)))
  await Promise.all(replies.map((reply) => reply.arrayBuffer()))
  return replies.map(({ status }) => status).sort()
}

/** What the rows of a route cost, once so many calls of it have theirs. */
async function costOf(route: string, calls: number): Promise<bigint> {
  let rows: LedgerRow[] = []
  for (let tries = 0; tries < 100 && rows.length < calls; tries++) {
    rows = (await allRows(gateway)).filter((row) => row.route === route)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(rows).toHaveLength(calls)
  return rows.reduce((sum, row) => sum + BigInt(row.costNano ?? 0), 0n)
}

/** A minute of which at least twenty seconds are left. */
async function earlyInAMinute(): Promise<void> {
  const second = (Date.now() / 1000) % 60
  if (second > 40) await new Promise((resolve) => setTimeout(resolve, (60.5 - second) * 1000))
}

describe('hard limits', () => {
  it('refuse the sixth request of a minute, say which limit it was and when to come back', async () => {
    await earlyInAMinute()
    for (let count = 1; count <= 5; count++) {
      const reply = await call('minute')
      expect(reply.status).toBe(200)
      expect(reply.headers.get('x-ratelimit-limit-requests')).toBe('5')
      expect(reply.headers.get('x-ratelimit-remaining-requests')).toBe(String(5 - count))
      expect(reply.headers.get('x-ratelimit-reset-requests')).toMatch(/^(?:1m0s|\d{1,2}(?:\.\d+)?s|\d+ms)$/)
    }
    const refused = await call('minute')
    expect(refused.status).toBe(429)
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    const { error } = (await refused.json()) as { error: { message: string; type: string } }
    expect(error.message).toMatch(
      /^The limit "minute\/requests\/minute\/key" allows 5 requests a minute for each key, and what is left does not cover this call\. It resets at \d{4}-\d\d-\d\dT\d\d:\d\d:00Z\.$/,
    )
    await expect(
      openai.chat.completions.create({ model: 'minute', messages: [{ role: 'user', content: 'x' }] }),
    ).rejects.toThrow(RateLimitError)
    expect(await rowOf(gateway, refused.headers.get('x-sluice-request-id'))).toMatchObject({
      outcome: 'refused',
      status: 429,
      errorKind: 'rate-limited',
      costNano: '0',
    })
  })

  it('speak Anthropic’s headers to Anthropic’s SDK', async () => {
    const anthropic = new Anthropic({ apiKey: gateway.appKey, baseURL: gateway.url, maxRetries: 0 })
    const ask = () =>
      anthropic.messages
        .create({ model: 'messages', max_tokens: 10, messages: [{ role: 'user', content: 'hello' }] })
        .withResponse()
    for (const left of ['2', '1', '0']) {
      const { response } = await ask()
      expect(response.headers.get('anthropic-ratelimit-requests-limit')).toBe('3')
      expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe(left)
      expect(response.headers.get('anthropic-ratelimit-requests-reset')).toMatch(/T00:00:00Z$/)
    }
    await expect(ask()).rejects.toThrow(Anthropic.RateLimitError)
  })

  it('count tokens for each user apart', async () => {
    const fields = { max_tokens: 5000, user: 'ann' }
    expect(await statuses(3, 'tokens', fields, 5000)).toEqual([200, 200, 200])
    const refused = await call('tokens', fields, 5000)
    expect(refused.status).toBe(200) // what is left allows a shorter answer
    expect(upstream.bodies.at(-1)?.max_tokens).toBeLessThan(5000)
    expect((await call('tokens', fields, 5000)).status).toBe(429)
    expect((await call('tokens', { ...fields, user: 'ben' }, 5000)).status).toBe(200)
    const rows = (await allRows(gateway)).filter((row) => row.route === 'tokens' && row.user === 'ann')
    const tokens = rows.reduce((sum, { usage }) => sum + (usage?.input ?? 0) + (usage?.output ?? 0), 0)
    expect(tokens).toBeLessThanOrEqual(20_000)
    expect(tokens).toBeGreaterThan(17_000)
  })

  it.each(['dollars', 'strict'])(
    'reach a budget exactly and do not pass it under 50 calls at once (%s)',
    async (route) => {
      upstream.delayMs = 20
      const answers = await statuses(50, route, { max_tokens: 100 }, 100)
      expect(answers.filter((status) => status === 200)).toHaveLength(10)
      expect(answers.filter((status) => status === 402)).toHaveLength(40)
      expect(await costOf(route, 50)).toBe(10_000_000n)
      expect((await call(route, { max_tokens: 1 }, 1)).status).toBe(402)
    },
  )

  it('give back what calls did not use', async () => {
    const before = upstream.bodies.length
    // Each call may use 100 of the 500 tokens that are left, and uses 10.
    for (let count = 0; count < 20; count++) expect((await call('capped', { max_tokens: 100 }, 10)).status).toBe(200)
    expect(upstream.bodies.length - before).toBe(20)
    expect(await costOf('capped', 20)).toBe(2_000_000n)
  })

  it('ask the model for a shorter answer when the budget covers no longer one, and say so', async () => {
    const reply = await call('capped', { max_tokens: 1_000_000_000 }, 300)
    expect(reply.status).toBe(200)
    expect(reply.headers.get('x-sluice-warnings')).toBe('max_tokens:changed')
    expect(upstream.bodies.at(-1)?.max_tokens).toBe(300)
    expect(await costOf('capped', 21)).toBe(5_000_000n)
  })

  it('refuse such a call instead where the policy says so', async () => {
    const reply = await call('whole', { max_tokens: 501 }, 300)
    expect(reply.status).toBe(402)
    expect(reply.headers.get('retry-after')).toBeNull()
    expect(await reply.text()).toContain('this call alone may use 0.00501 USD')
    expect((await call('whole', { max_tokens: 500 }, 500)).status).toBe(200)
  })

  it('tell SDKs not to repeat a call that no waiting will make small enough', async () => {
    const reply = await call('tokens', {
      max_tokens: 10,
      messages: [{ role: 'user', content: 'x'.repeat(30_000) }],
      user: 'big',
    })
    expect([reply.status, reply.headers.get('x-should-retry'), reply.headers.get('retry-after')]).toEqual([
      429,
      'false',
      null,
    ])
    await expect(
      new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 5 }).chat.completions.create({
        model: 'tokens',
        max_tokens: 10,
        messages: [{ role: 'user', content: 'x'.repeat(30_000) }],
      }),
    ).rejects.toThrow(RateLimitError)
  })

  it('refuse models without a price', async () => {
    const reply = await call('unpriced')
    expect(reply.status).toBe(400)
    expect(await reply.json()).toMatchObject({ error: { code: 'price_unknown' } })
  })

  it('let no more calls run at the same moment than they allow, and others once those have ended', async () => {
    upstream.delayMs = 300
    expect(await statuses(5, 'together')).toEqual([200, 200, 429, 429, 429])
    expect(await statuses(2, 'together')).toEqual([200, 200])
  })
})

describe('limits that do not refuse', () => {
  it('warn when they are soft', async () => {
    const warnings: (string | null)[] = []
    for (let count = 0; count < 4; count++) {
      const reply = await call('soft')
      expect(reply.status).toBe(200)
      warnings.push(reply.headers.get('x-sluice-warnings'))
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    expect(warnings).toEqual([
      null,
      null,
      'limit.soft/requests/day/key/soft:changed',
      'limit.soft/requests/day/key/soft:changed',
    ])
  })

  it('leave a note in the row when they are shadows', async () => {
    let last: Response | undefined
    for (let count = 0; count < 4; count++) {
      last = await call('shadow')
      expect(last.status).toBe(200)
      expect(last.headers.get('x-sluice-warnings')).toBeNull()
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    expect(await rowOf(gateway, last?.headers.get('x-sluice-request-id') ?? null)).toMatchObject({
      warnings: ['limit.shadow/requests/day/key/shadow:shadow'],
    })
  })
})
