import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultUpstream, startFaultUpstream } from '../support/fault-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { allRows, rowOf } from '../support/ledger.ts'

const TEAM = 'blue'
let upstream: FaultUpstream
let gateway: TestGateway

const route = (name: string, rest: string): Record<string, string> => ({
  [`routes/${name.replace('/*', '')}.yml`]: `route: ${name}\n${rest}\n`,
})

beforeAll(async () => {
  upstream = await startFaultUpstream()
  gateway = await startGateway(
    {
      'sluice.yml': `
bundle: routing
teams: [blue, red]
providers:
  one: { kind: vllm, base_url: ${upstream.url} }
  two: { kind: vllm, base_url: ${upstream.url} }
  keys: { kind: vllm, base_url: ${upstream.url}, api_keys: ["\${secret.KEY_A}", "\${secret.KEY_B}", "\${secret.KEY_C}"] }
  narrow: { kind: vllm, base_url: ${upstream.url}, max_concurrent: 1 }
prices:
  overrides:
    - { provider: one, model: 'dear*', from: 2026-01-01, per_million: { input: 10, output: 50 } }
    - { provider: two, model: 'cheap*', from: 2026-01-01, per_million: { input: 1, output: 2 } }
`,
      'policies/standard.yml':
        'policy: standard\ndefault: true\ntimeouts: { first_byte: 1s, idle: 1s, total: 60s, keep_alive: 100ms }\n',
      'policies/hasty.yml': 'policy: hasty\nretries: { hedge_after: 50ms }\n',
      'policies/early.yml': 'policy: early\ntimeouts: { early_head: 150ms }\n',
      'policies/once.yml': 'policy: once\nretries: { attempts: 1 }\n',
      ...route('one/*', 'targets: [{ model: one/* }]'),
      ...route('keys/*', 'targets: [{ model: keys/* }]'),
      ...route('once/*', 'targets: [{ model: one/* }]\npolicies: [once]'),
      ...route('early', 'targets: [one/silent:early]\nfallback: [two/plain]\npolicies: [early]'),
      ...route('early-alone', 'targets: [one/silent:alone]\npolicies: [early, once]'),
      ...route('hedged', 'targets: [{ model: one/silent }]\nfallback: [two/plain]\npolicies: [hasty]'),
      ...route('sticky', 'sticky: user\ntargets: [{ model: one/plain, weight: 60 }, { model: two/plain, weight: 40 }]'),
      ...route(
        'tiers',
        'targets:\n  - { model: one/gold, when: { tags: { tier: gold } } }\n  - { model: two/long, when: { min_input_tokens: 500 } }\n  - { model: two/red, when: { teams: [red] } }',
      ),
      ...route('cheapest', 'choose: cheapest\ntargets: [{ model: one/dear }, { model: two/cheap }]'),
      ...route('fastest', 'choose: fastest\ntargets: [{ model: one/plain }, { model: two/slow-one }]'),
      ...route(
        'long',
        'targets: [{ model: one/too-long }]\nfallback: [{ model: two/never, on: [timeout] }, { model: two/plain, on: [context_length] }]',
      ),
      ...route('shadowed', 'targets: [one/plain]\nshadow: [{ name: twin, model: two/plain, share: 100% }]'),
      ...route(
        'shadowed-badly',
        'targets: [one/plain]\nshadow: [{ model: two/status:500, share: 100% }, { model: two/silent, share: 100% }]',
      ),
      ...route('narrow', 'targets: [{ model: narrow/slow:20 }]\nfallback: [two/plain]'),
    },
    { KEY_A: 'a-bad', KEY_B: 'b-good', KEY_C: 'c-good' },
  )
})

afterAll(async () => {
  await gateway.dispose()
  await upstream.close()
})

async function ask(model: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }], ...more }),
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    target: response.headers.get('x-sluice-target'),
    row: () => rowOf(gateway, response.headers.get('x-sluice-request-id')),
  }
}

const seen = (model: string): number => upstream.requests.filter(({ body }) => body.model === model).length

describe('a target that fails for a moment', () => {
  it('is tried again, three times in all, and the row says so', async () => {
    const reply = await ask('one/flaky:2')
    expect(reply.status).toBe(200)
    const row = await reply.row()
    expect(row).toMatchObject({ attempts: 3, outcome: 'ok' })
    expect(row.decisions?.join()).toMatch(/there is no other.*waited \d+ ms to try again/)
    expect((await ask('one/flaky:3')).status).toBe(503)
    expect(seen('flaky:3')).toBe(3)
  })

  it('is not tried again where the policy says so, nor after what no repetition mends', async () => {
    expect((await ask('once/flaky:1:once')).status).toBe(503)
    expect(seen('flaky:1:once')).toBe(1)
    for (const status of [400, 404, 422]) expect((await ask(`one/status:${status}`)).status).toBe(status)
    expect([400, 404, 422].map((status) => seen(`status:${status}`))).toEqual([1, 1, 1])
  })

  it('is waited for as long as it asks, and left alone meanwhile', async () => {
    const startedAtMs = Date.now()
    const first = ask('one/rest:1')
    while (seen('rest:1') === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const [one, two] = await Promise.all([first, ask('one/rest:1')])
    expect([one.status, two.status]).toEqual([200, 200])
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(900)
    expect(seen('rest:1')).toBe(3)
  })

  it('that asks for more patience than a call has is not asked again', async () => {
    const reply = await ask('one/rest:3600')
    expect(reply.status).toBe(429)
    const again = await ask('one/rest:3600')
    expect(again.status).toBe(429)
    expect(again.text).toContain('asked for a pause')
    expect(seen('rest:3600')).toBe(1)
  })

  it('is left alone after it failed five times in a row', async () => {
    for (let call = 0; call < 5; call++) await ask('once/flaky:99')
    const reply = await ask('once/flaky:99')
    expect(reply.status).toBe(503)
    expect(reply.text).toContain('left alone')
    expect(seen('flaky:99')).toBe(5)
    expect(await reply.row()).toMatchObject({ outcome: 'refused', attempts: 0, costNano: '0' })
  })
})

describe('several credentials', () => {
  it('take turns, and one that is refused rests while the others go on', async () => {
    for (let call = 0; call < 12; call++) expect((await ask('keys/bad-key:401')).status).toBe(200)
    const used = upstream.requests
      .filter(({ body }) => body.model === 'bad-key:401')
      .map(({ headers }) => String(headers.authorization).replace('Bearer ', ''))
    expect(used.filter((key) => key === 'a-bad')).toHaveLength(1)
    expect(used.filter((key) => key === 'b-good').length).toBeGreaterThanOrEqual(4)
    expect(used.filter((key) => key === 'c-good').length).toBeGreaterThanOrEqual(4)
  })
})

describe('a silent target', () => {
  it('gets company by the next, which answers, and is cut off', async () => {
    const reply = await ask('hedged')
    expect(reply).toMatchObject({ status: 200, target: 'two/plain' })
    const row = await reply.row()
    expect(row).toMatchObject({ outcome: 'ok', attempts: 2, target: 'two/plain', chosenTarget: 'one/silent' })
    expect(row.decisions?.join()).toContain('was silent for 50 ms, so two/plain was asked too')
    const cut = () => upstream.requests.find(({ body }) => body.model === 'silent')?.aborted
    for (let wait = 0; wait < 100 && !cut(); wait++) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(cut()).toBe(true)
  })

  it('that sends comments and nothing else is silent all the same', async () => {
    expect((await ask('once/comments:60', { stream: true })).status).toBe(504)
  })

  it('in the middle of a stream has the client hear that the connection stands', async () => {
    const { text } = await ask('one/pause:400', { stream: true })
    expect(text.match(/^: keep-alive$/gm)?.length).toBeGreaterThanOrEqual(2)
    expect(text).toContain('late')
    const openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
    const asked = { model: 'one/pause:300', messages: [{ role: 'user' as const, content: 'hello' }] }
    const reply = await openai.chat.completions.stream(asked).finalChatCompletion()
    expect(reply.choices[0]?.message.content).toBe('w0 late ')
  })
})

describe('a stream that may begin early', () => {
  it('begins with a comment while targets are tried, and goes on with the answer', async () => {
    const { status, text } = await ask('early', { stream: true })
    expect(status).toBe(200)
    expect(text).toMatch(/^: keep-alive\n\n/)
    expect(text).toMatch(/w4 [\s\S]*\[DONE\]\s*$/)
    expect((await ask('early')).text).not.toContain('keep-alive')
  })

  it('says a failure as an event, and has its row', async () => {
    const reply = await ask('early-alone', { stream: true })
    expect(reply.status).toBe(200)
    expect(reply.text).toContain('sent nothing within 1 s')
    expect(reply.text).not.toContain('[DONE]')
    expect(await reply.row()).toMatchObject({ outcome: 'error', status: 504 })
    const openai = new OpenAI({ apiKey: gateway.appKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
    const asked = { model: 'early-alone', messages: [{ role: 'user' as const, content: 'hello' }] }
    await expect(openai.chat.completions.stream(asked).finalChatCompletion()).rejects.toThrow('sent nothing')
  })
})

describe('the choice of a target', () => {
  it('is the same for a user every time, and follows the weights over all users', async () => {
    const counts: Record<string, number> = {}
    for (let user = 0; user < 60; user++) {
      const { target } = await ask('sticky', { user: `user-${user}` })
      for (let again = 0; again < 2; again++)
        expect((await ask('sticky', { user: `user-${user}` })).target).toBe(target)
      counts[target ?? ''] = (counts[target ?? ''] ?? 0) + 1
    }
    expect(counts['one/plain']).toBeGreaterThan(20)
    expect(counts['two/plain']).toBeGreaterThan(8)
  })

  it('heeds tags, length and team, and says so when no target is for a call', async () => {
    expect((await ask('tiers', {}, { 'x-sluice-tags': 'tier=gold' })).target).toBe('one/gold')
    const messages = [{ role: 'user', content: 'word '.repeat(600) }]
    expect((await ask('tiers', { messages })).target).toBe('two/long')
    const none = await ask('tiers')
    expect(none.status).toBe(400)
    expect(none.text).toContain('No target of the route')
  })

  it('can be the cheapest for this call', async () => {
    for (let call = 0; call < 5; call++) expect((await ask('cheapest')).target).toBe('two/cheap')
  })

  it('moves to a longer context only where the document says so', async () => {
    const reply = await ask('long')
    expect(reply).toMatchObject({ status: 200, target: 'two/plain' })
    expect(seen('never')).toBe(0)
    expect((await ask('one/too-long')).status).toBe(400)
  })

  it('passes over a server that has as many calls open as it may', async () => {
    const slow = ask('narrow', { stream: true })
    while (seen('slow:20') === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await ask('narrow')).target).toBe('two/plain')
    expect((await slow).target).toBe('narrow/slow:20')
    expect((await ask('narrow', { stream: true })).target).toBe('narrow/slow:20')
  })
})

describe('sluice explain', () => {
  it('says how a request would go, and sends nothing', async () => {
    const before = upstream.requests.length
    const file = join(gateway.directory, 'request.json')
    writeFileSync(
      file,
      JSON.stringify({ model: 'cheapest', max_tokens: 1000, messages: [{ role: 'user', content: 'hello' }] }),
    )
    const { code, stdout } = await gateway.cli('explain', 'request.json')
    expect(code).toBe(0)
    expect(stdout).toMatch(/route +"cheapest" is the route "cheapest"/)
    expect(stdout).toMatch(/two\/cheap was chosen: cheapest for this call/)
    expect(stdout).toMatch(/1\. two\/cheap: vLLM, model cheap, in the app’s own format/)
    expect(stdout).toMatch(/two\/cheap: at most about 0\.003\d* US dollars/)
    expect(stdout).toContain('No limit holds for it')
    expect(upstream.requests.length).toBe(before)
    const messages = await gateway.cli('explain', 'request.json', '--path', '/api/chat', '--json')
    expect(messages.stdout).toContain('translated to openai-chat')
    writeFileSync(file, JSON.stringify({ model: 'tiers', messages: [] }))
    expect((await gateway.cli('explain', 'request.json')).stdout).toContain('It would be refused with status 400')
    expect((await gateway.cli('explain', 'missing.json')).stderr).toContain('cannot be read')
  })

  it('says why a call went as it did', async () => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'long', messages: [{ role: 'user', content: 'hello' }] }),
    })
    await response.text()
    const { stdout } = await gateway.cli('explain', response.headers.get('x-sluice-request-id') ?? '')
    expect(stdout).toMatch(/one\/too-long did not answer: .*trouble 400/)
    expect(stdout).toContain('The target was two/plain')
    expect(stdout).toContain('Requests sent: 2.')
    expect(stdout).toContain('What that costs is not known')
    expect((await gateway.cli('explain', 'req_nothing_0')).stderr).toContain('There is no call')
  })
})

describe('a shadow target', () => {
  it('gets the call again, has a row of its own, and is compared with the app’s answer', async () => {
    for (const stream of [false, true]) {
      const reply = await ask('shadowed', { stream, user: 'someone' })
      expect(reply).toMatchObject({ status: 200, target: 'one/plain' })
      const own = await reply.row()
      expect(own.shadowOf).toBeUndefined()
      const shadow = await until(() =>
        allRows(gateway, TEAM).then((rows) => rows.find((row) => row.shadowOf === own.requestId)),
      )
      expect(shadow).toMatchObject({ target: 'twin', route: 'shadowed', outcome: 'ok', likeness: 1, attempts: 1 })
    }
    const { stdout } = await gateway.cli('report', 'ab', 'shadowed', '--baseline', 'one/plain')
    expect(stdout).toMatch(/twin +2 +0%.* 100%/)
  })

  it('that fails or is slow is none of the app’s business', async () => {
    const startedAtMs = Date.now()
    const reply = await ask('shadowed-badly')
    expect(reply.status).toBe(200)
    expect(Date.now() - startedAtMs).toBeLessThan(900)
    const own = await reply.row()
    const shadows = await until(async () => {
      const rows = (await allRows(gateway, TEAM)).filter((row) => row.shadowOf === own.requestId)
      return rows.length === 2 ? rows : undefined
    })
    expect(shadows?.map(({ outcome }) => outcome)).toEqual(['error', 'error'])
  })
})

async function until<Found>(look: () => Promise<Found | undefined>): Promise<Found | undefined> {
  for (let round = 0; round < 100; round++) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return undefined
}
