import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AlertReceiver, isSigned, type Received, startAlertReceiver } from '../support/alert-receiver.ts'
import { type CountingUpstream, startCountingUpstream } from '../support/counting-upstream.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const secret = (): string => `whsec_${randomBytes(32).toString('base64')}`
const SECRETS = { ALERTS_NEW: secret(), ALERTS_OLD: secret(), ALERTS_OTHER: secret() }

/** Ten dollars a million tokens of answer: 10,000 nano-dollars a token. */
const PRICE = 'budget: { on_unknown_price: assume, assume: { input: 0, output: 10 } }'
const POLICIES: Readonly<Record<string, string>> = {
  dollars: `limits: [{ usd: 0.001, every: year, per: team, alert: [50%, 80%] }]\n${PRICE}`,
  soft: 'limits: [{ requests: 2, every: year, per: key, soft: true, alert: [50%] }]',
  shadow: 'limits: [{ requests: 1, every: year, per: key, shadow: true, alert: [100%] }]',
  shared: 'limits: [{ requests: 4, every: year, per: organisation, alert: [50%] }]',
  unpriced: 'limits: [{ usd: 1, every: year, per: team }]',
  retried: 'limits: [{ requests: 1, every: year, per: user, soft: true, alert: [100%] }]',
}

interface Listed {
  readonly id: string
  readonly type: string
  readonly team: string | null
  readonly data: Readonly<Record<string, unknown>>
  readonly deliveries: readonly { destination: string; state: string; attempts: number; error: string | null }[]
}

let upstream: CountingUpstream
let receiver: AlertReceiver
let gateway: TestGateway
let redKey = ''

beforeAll(async () => {
  upstream = await startCountingUpstream()
  receiver = await startAlertReceiver()
  const reference = (name: string): string => `"\${secret.${name}}"`
  const documents: Record<string, string> = {
    'sluice.yml': `bundle: alerts
organisation: acme
teams: [default, red]
providers:
  open: { kind: vllm, base_url: ${upstream.url} }
alerts:
  ops:
    url: ${receiver.url}/ops
    secret: ${reference('ALERTS_NEW')}
    previous_secret: ${reference('ALERTS_OLD')}
  prices:
    url: ${receiver.url}/prices
    secret: ${reference('ALERTS_OTHER')}
    events: [price.unknown]
    teams: [red]
  unset: { url: "${receiver.url}/unset", secret: ${reference('ALERTS_UNSET')}, events: [usage.unreported] }
`,
  }
  for (const [name, lines] of Object.entries(POLICIES)) {
    documents[`routes/${name}.yml`] = `route: ${name}\ntargets: [{ model: open/${name} }]\npolicies: [${name}]\n`
    documents[`policies/${name}.yml`] = `policy: ${name}\n${lines}\n`
  }
  gateway = await startGateway(documents, { ...SECRETS, SLUICE_LEASE_SECONDS: '3' })
  const { key } = await gateway.admin<{ key: string }>('POST', '/admin/v1/keys', { role: 'app', team: 'red' })
  redKey = key
})

beforeEach(() => {
  receiver.answer = () => 200
})

afterAll(async () => {
  await gateway.dispose()
  await receiver.close()
  await upstream.close()
})

async function call(model: string, fields: Record<string, unknown> = {}, key = gateway.appKey): Promise<number> {
  const { status } = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'use 10' }], max_tokens: 10, ...fields }),
  })
  return status
}

async function until<T>(what: string, find: () => T | undefined | Promise<T | undefined>, tries = 400): Promise<T> {
  for (let left = tries; left > 0; left--) {
    const found = await find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`waited in vain for ${what}`)
}

/** What was taken at the path about a limit of a policy, or about a model. */
const about = (path: string, text: string) =>
  receiver.taken(path).filter(({ data }) => String(data.limit ?? data.model).startsWith(text))

const inShort = (alerts: readonly Pick<Listed, 'type' | 'data'>[]): string[] => {
  const lines = alerts.map(({ type, data }) => [type, data.percent ?? data.reason, data.enforce].join(' '))
  return lines.sort()
}

async function listed(query = ''): Promise<Listed[]> {
  return (await gateway.admin<{ data: Listed[] }>('GET', `/admin/v1/alerts?limit=1000${query}`)).data
}

describe('alerts', () => {
  it('tell of every share of a budget and of its end once, signed with both secrets', async () => {
    for (let calls = 0; calls < 10; calls++) expect(await call('dollars')).toBe(200)
    expect(await call('dollars')).toBe(402)
    await until('three alerts', () => (about('/ops', 'dollars/').length >= 3 ? true : undefined))
    for (let calls = 0; calls < 3; calls++) expect(await call('dollars')).toBe(402)
    const alerts = about('/ops', 'dollars/')
    expect(inShort(alerts)).toEqual([
      'limit.exhausted used-up hard',
      'limit.threshold 50 hard',
      'limit.threshold 80 hard',
    ])
    const half = alerts.find(({ data }) => data.percent === 50)
    const year = new Date().getUTCFullYear()
    expect(half).toMatchObject({
      type: 'limit.threshold',
      organisation: 'acme',
      target: 'dev',
      team: 'default',
      data: {
        limit: 'dollars/usd/year/team',
        measure: 'usd',
        per: 'team',
        scope: 'default',
        enforce: 'hard',
        amount: '0.001',
        window: { starts_at: `${year}-01-01T00:00:00.000Z`, ends_at: `${year + 1}-01-01T00:00:00.000Z` },
      },
    })
    expect(Number(half?.data.used)).toBeGreaterThanOrEqual(0.0005)
    for (const { body, headers, alert, path, atMs } of receiver.received.filter((each) => each.path === '/ops')) {
      expect(path).toBe('/ops')
      expect(isSigned(SECRETS.ALERTS_NEW, body, headers)).toBe(true)
      expect(isSigned(SECRETS.ALERTS_OLD, body, headers)).toBe(true)
      expect(isSigned(SECRETS.ALERTS_OTHER, body, headers)).toBe(false)
      expect(isSigned(SECRETS.ALERTS_NEW, `${body} `, headers)).toBe(false)
      expect(headers['webhook-id']).toBe(alert.id)
      expect(Math.abs(Number(headers['webhook-timestamp']) * 1000 - atMs)).toBeLessThan(30_000)
      expect(headers['content-type']).toBe('application/json')
    }
  })

  it('are verified by the code in docs/alerts.md, which takes no other secret, text or time', async () => {
    const text = await readFile(join(import.meta.dirname, '../../docs/alerts.md'), 'utf8')
    const code = /```js\n([\s\S]+?)```/.exec(text)?.[1] ?? ''
    type Verify = (headers: Received['headers'], body: string, secret: string) => boolean
    const sample: { isFromSluice: Verify } = await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
    )
    const { body, headers } = receiver.received.find(({ path }) => path === '/ops') as Received // the test before got some
    const { ALERTS_NEW, ALERTS_OLD, ALERTS_OTHER } = SECRETS
    const verify = (secret: string, more = '', seconds = 0): boolean => {
      const moved = Number(headers['webhook-timestamp']) + seconds
      return sample.isFromSluice({ ...headers, 'webhook-timestamp': String(moved) }, body + more, secret)
    }
    expect([verify(ALERTS_NEW), verify(ALERTS_OLD)]).toEqual([true, true])
    expect([verify(ALERTS_OTHER), verify(ALERTS_NEW, ' '), verify(ALERTS_NEW, '', 1)]).toEqual([false, false, false])
  })

  it('tell of soft and shadow limits, which refuse nothing', async () => {
    for (const route of ['soft', 'shadow']) for (let calls = 0; calls < 3; calls++) expect(await call(route)).toBe(200)
    const alerts = await until('four alerts', () => {
      const found = [...about('/ops', 'soft/'), ...about('/ops', 'shadow/')]
      return found.length >= 4 ? found : undefined
    })
    expect(inShort(alerts)).toEqual([
      'limit.exhausted used-up shadow',
      'limit.exhausted used-up soft',
      'limit.threshold 100 shadow',
      'limit.threshold 50 soft',
    ])
  })

  it('tell of limits that all teams share once, of no team', async () => {
    for (const key of [gateway.appKey, redKey, gateway.appKey, redKey]) expect(await call('shared', {}, key)).toBe(200)
    expect(await call('shared', {}, redKey)).toBe(429)
    const alerts = await until('two alerts', () => {
      const found = about('/ops', 'shared/')
      return found.length >= 2 ? found : undefined
    })
    expect(inShort(alerts)).toEqual(['limit.exhausted used-up hard', 'limit.threshold 50 hard'])
    expect(alerts.map(({ team }) => team)).toEqual([null, null])
    expect((await listed('&team=red')).filter(({ data }) => String(data.limit).startsWith('shared/'))).toEqual([])
  })

  it('tell of models without a price, whether they were refused or counted for nothing, to those who want it', async () => {
    expect(await call('unpriced', {}, redKey)).toBe(400)
    expect(await call('soft', {}, redKey)).toBe(200)
    const prices = await until('three alerts', () =>
      receiver.taken('/prices').length >= 3 ? receiver.taken('/prices') : undefined,
    )
    const models = prices.map(({ data }) => `${data.model} ${data.effect}`)
    // The calls of the test before had no price either.
    expect(models.sort()).toEqual(['open/shared uncounted', 'open/soft uncounted', 'open/unpriced refused'])
    expect(prices.every(({ team }) => team === 'red')).toBe(true)
    const other = receiver.received.find(({ path }) => path === '/prices') as Received // two were just taken
    expect(isSigned(SECRETS.ALERTS_OTHER, other.body, other.headers)).toBe(true)
    // Another destination was told of the same alert, under the same id.
    await until('the same at another destination', () =>
      receiver.taken('/ops').some(({ id }) => id === prices[0]?.id) ? true : undefined,
    )
  })

  it('are sent again under the same id, later each time, to a receiver that fails, redirects or cuts off', async () => {
    const answers = [500, 302, -1]
    receiver.answer = ({ alert }) => (alert.data.scope === 'ann' ? (answers.shift() ?? 204) : 200)
    expect(await call('retried', { user: 'ann' })).toBe(200)
    const tries = (type: string): Received[] =>
      receiver.received.filter(({ alert }) => alert.data.scope === 'ann' && alert.type === type)
    await until('both alerts', () => (about('/ops', 'retried/').length >= 2 ? true : undefined))
    const attempts = [...tries('limit.threshold'), ...tries('limit.exhausted')]
    expect(attempts.map(({ status }) => status).sort((a, b) => a - b)).toEqual([-1, 204, 204, 302, 500])
    expect(new Set(attempts.map(({ alert }) => alert.id)).size).toBe(2)
    expect(new Set(attempts.map(({ body }) => body)).size).toBe(2)
    expect(receiver.received.filter(({ path }) => path === '/elsewhere')).toEqual([])
    expect(attempts.every(({ body, headers }) => isSigned(SECRETS.ALERTS_NEW, body, headers))).toBe(true)
  })

  it('leave a receiver that hangs after fifteen seconds, and try again', async () => {
    let hung = 0
    receiver.answer = ({ alert }) => (alert.data.scope === 'zoe' && ++hung <= 2 ? 0 : 200)
    expect(await call('retried', { user: 'zoe' })).toBe(200)
    const failed = await until('a failed attempt', async () => {
      const found = (await listed('&state=pending')).filter(({ data }) => data.scope === 'zoe')
      return found.find(({ deliveries }) => deliveries.some(({ attempts }) => attempts > 0))
    })
    expect(failed.deliveries).toMatchObject([{ destination: 'ops', error: 'no answer within 15 seconds' }])
    await until('the alert', () => receiver.taken('/ops').find(({ id }) => id === failed.id))
  }, 90_000)

  it('survive a receiver that hangs and a gateway that is killed meanwhile', async () => {
    receiver.answer = ({ alert }) => (alert.data.scope === 'ben' ? 0 : 200)
    expect(await call('retried', { user: 'ben' })).toBe(200)
    const hanging = await until('an attempt', () => receiver.received.find(({ alert }) => alert.data.scope === 'ben'))
    await gateway.kill()
    receiver.answer = () => 200
    await receiver.close()
    await gateway.restart()
    await receiver.open()
    await until('the alert', () => receiver.taken('/ops').find(({ id }) => id === hanging.alert.id))
    await until('the other', () =>
      receiver.taken('/ops').filter(({ data }) => data.scope === 'ben').length >= 2 ? true : undefined,
    )
    const ids = receiver.received.filter(({ alert }) => alert.data.scope === 'ben').map(({ alert }) => alert.id)
    expect(new Set(ids).size).toBe(2)
  })

  it('tell of calls that nobody reported, and keep for an admin what could not be sent', async () => {
    upstream.delayMs = 60_000
    const lost = call('dollars', {}, redKey).catch(() => 0)
    await until('a call under way', async () => {
      const { data } = await gateway.admin<{ data: { limit: string }[] }>('GET', '/admin/v1/ledger/unreported')
      return upstream.bodies.at(-1)?.model === 'dollars' && data ? true : undefined
    })
    await new Promise((resolve) => setTimeout(resolve, 500))
    await gateway.kill()
    upstream.delayMs = 0
    await lost
    await gateway.restart()
    const alert = await until('the alert', () =>
      receiver.taken('/ops').find(({ type, team }) => type === 'usage.unreported' && team === 'red'),
    )
    expect(alert).toMatchObject({ team: 'red', data: { calls: 1, isolates: 1 } })
    expect(Number(alert.data.held_usd)).toBeGreaterThanOrEqual(0.0001)
    const kept = (await listed('&type=usage.unreported&team=red')).find(({ id }) => id === alert.id)
    expect(kept?.deliveries).toMatchObject([
      { destination: 'ops', state: 'delivered' },
      { destination: 'unset', state: 'pending', error: 'the secret ALERTS_UNSET is not set' },
    ])
  }, 90_000)

  it('wait for a receiver that is down', async () => {
    await receiver.close()
    expect(await call('retried', { user: 'eve' })).toBe(200)
    await until('a failed attempt', async () => {
      const found = (await listed('&state=pending')).find(({ data }) => data.scope === 'eve')
      return found?.deliveries.some(({ error }) => error === 'the destination cannot be reached') ? true : undefined
    })
    await receiver.open()
    await until('both alerts', () =>
      receiver.taken('/ops').filter(({ data }) => data.scope === 'eve').length >= 2 ? true : undefined,
    )
  })

  it('are not sent again to a receiver that answers 410 Gone, and are kept for an admin', async () => {
    receiver.answer = ({ alert }) => (alert.data.scope === 'dan' ? 410 : 200)
    expect(await call('retried', { user: 'dan' })).toBe(200)
    const gone = await until('two failures', async () => {
      const found = (await listed('&state=failed')).filter(({ data }) => data.scope === 'dan')
      return found.length >= 2 ? found : undefined
    })
    // News of somebody else is delivered meanwhile.
    expect(await call('retried', { user: 'fay' })).toBe(200)
    await until('both alerts', () =>
      receiver.taken('/ops').filter(({ data }) => data.scope === 'fay').length >= 2 ? true : undefined,
    )
    expect(gone.map(({ deliveries }) => deliveries)).toMatchObject([
      [{ destination: 'ops', attempts: 1, error: 'it answered 410' }],
      [{ destination: 'ops', attempts: 1, error: 'it answered 410' }],
    ])
    expect(receiver.received.filter(({ alert }) => alert.data.scope === 'dan')).toHaveLength(2)
  })

  it('repeat nothing and change nothing about calls when what they tell of goes on', async () => {
    const before = (await listed()).length
    for (let calls = 0; calls < 5; calls++) {
      expect(await call('retried', { user: 'ann' })).toBe(200)
      expect(await call('soft')).toBe(200)
      expect(await call('dollars')).toBe(402)
    }
    await gateway.admin('POST', '/admin/v1/ledger/flush')
    expect(await listed()).toHaveLength(before)
  })
})

describe('an admin', () => {
  it('sees what was told and what became of it, by the command line too', async () => {
    const all = await listed()
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    const told = new Map<string, number>()
    for (const { type, team, data } of all) {
      const key = JSON.stringify([type, team, data.limit, data.scope, data.percent, data.reason, data.model, data.day])
      if (type !== 'usage.unreported') told.set(key, (told.get(key) ?? 0) + 1)
    }
    expect([...told.values()].every((times) => times === 1)).toBe(true)
    const shown = await gateway.cli('alerts', 'list', '--type', 'limit.exhausted', '--team', 'default')
    expect(shown.code).toBe(0)
    expect(shown.stdout).toContain('dollars/usd/year/team of "default" used-up: 0.001 of 0.001')
    expect(shown.stdout).toContain('ops: delivered')
    expect(shown.stdout).not.toContain('whsec_')
    const failed = await gateway.cli('alerts', 'list', '--delivery', 'failed', '--json')
    expect(failed.stdout.trim().split('\n')).toHaveLength(2)
    const short = await gateway.cli('alerts', 'list', '--delivery', 'failed')
    expect(short.stdout).toContain('ops: failed after 1 attempt (it answered 410)')
    expect((await gateway.cli('alerts', 'list', '--type', 'limit')).stderr).toContain(
      'it must be one of limit.threshold',
    )
  })

  it('can try a destination', async () => {
    const good = await gateway.cli('alerts', 'test', 'ops')
    expect(good).toMatchObject({ code: 0, stderr: '' })
    expect(good.stdout).toMatch(/^evt_\w+ to ops: delivered, it answered 200\n$/)
    const arrived = receiver.received.at(-1)
    expect(arrived?.alert).toMatchObject({ type: 'alert.test', team: null, data: { destination: 'ops' } })
    expect(arrived && isSigned(SECRETS.ALERTS_NEW, arrived.body, arrived.headers)).toBe(true)
    receiver.answer = () => 503
    const bad = await gateway.cli('alerts', 'test', 'ops')
    expect(bad).toMatchObject({ code: 1 })
    expect(bad.stdout).toContain('not delivered: it answered 503')
    const unset = await gateway.cli('alerts', 'test', 'unset')
    expect(unset.stdout).toContain('the secret ALERTS_UNSET is not set')
    const unknown = await gateway.cli('alerts', 'test', 'opps')
    expect(unknown).toMatchObject({ code: 1 })
    expect(unknown.stderr).toContain('no destination "opps" under alerts; there are ops, prices, unset')
  })

  it('must be one: app keys are refused, and so are addresses', async () => {
    const headers = { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' }
    expect((await fetch(`${gateway.url}/admin/v1/alerts`, { headers })).status).toBe(403)
    expect((await fetch(`${gateway.url}/admin/v1/alerts/ops/test`, { method: 'POST', headers })).status).toBe(403)
    await expect(gateway.admin('POST', `/admin/v1/alerts/${encodeURIComponent(receiver.url)}/test`)).rejects.toThrow(
      '404',
    )
    await expect(gateway.admin('GET', '/admin/v1/alerts?state=lost')).rejects.toThrow(
      'it must be one of pending, delivered, failed',
    )
  })
})
