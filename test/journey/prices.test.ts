/** Prices from outside: one's own book, what was agreed for teams, holds by those prices, and a period priced again. */

import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LedgerRow } from '../../src/ports/accounts.ts'
import { parseCsv } from '../../src/services/reports/csv.ts'
import { type CliResult, startGateway, type TestGateway } from '../support/gateway.ts'
import { allRows } from '../support/ledger.ts'

const USAGE = { prompt_tokens: 1200, completion_tokens: 34, total_tokens: 1234 }
/** At most a token a byte and what stands around it: about 4,040 tokens, or 0.0104 dollars at the book's price. The upstream says it used 1,200. */
const PROMPT = 'word '.repeat(590)
const TODAY = new Date().toISOString().slice(0, 10)
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

function startUpstream(): Promise<Server> {
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { model } = JSON.parse(text) as { model: string }
    const choices = [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }]
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model, choices, usage: USAGE }))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

let port = 0

function sluiceYml(prices: string): string {
  return `bundle: prices
organisation: acme
teams: [default, red]
providers:
  oai: { kind: openai, base_url: "http://127.0.0.1:${port}", api_key: "\${secret.OAI_KEY}" }
${prices}`
}

/** 1,200 in and 34 out, in nano-dollars at these dollars a million tokens. */
function nano(input: number, output: number): bigint {
  return BigInt(Math.round((USAGE.prompt_tokens * input + USAGE.completion_tokens * output) * 1000))
}

/** Nano-dollars of an amount in dollars. */
function nanoOf(dollars = ''): bigint {
  const [whole = '0', fraction = ''] = dollars.replace('-', '').split('.')
  const nano = BigInt(whole + fraction.padEnd(9, '0'))
  return dollars.startsWith('-') ? -nano : nano
}

describe('prices', () => {
  let upstream: Server
  let gateway: TestGateway
  let redKey = ''

  const call = async (model: string, key = gateway.appKey): Promise<{ status: number; id: string | null }> => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, max_tokens: 34, messages: [{ role: 'user', content: PROMPT }] }),
    })
    await response.text()
    return { status: response.status, id: response.headers.get('x-sluice-request-id') }
  }
  const rows = async (team = 'default'): Promise<LedgerRow[]> => {
    await gateway.admin('POST', '/admin/v1/ledger/flush')
    return allRows(gateway, team)
  }
  const restartWith = async (prices: string): Promise<void> => {
    await gateway.admin('POST', '/admin/v1/ledger/flush')
    await gateway.stop()
    writeFileSync(join(gateway.directory, 'sluice.yml'), sluiceYml(prices))
    await gateway.restart()
  }
  const reprice = (...args: string[]): Promise<CliResult> =>
    gateway.cli('prices', 'reprice', '--from', TODAY, '--to', TOMORROW, ...args)
  const agrees = async (): Promise<void> => {
    const all = [...(await rows()), ...(await rows('red'))]
    const report = JSON.parse((await gateway.cli('report', '--by', 'team', '--json')).stdout)
    expect(report.total.calls).toBe(all.filter(({ kind }) => kind === undefined).length)
    expect(BigInt(report.total.costNano)).toBe(all.reduce((sum, { costNano }) => sum + BigInt(costNano ?? 0), 0n))
  }

  const charges = async (): Promise<Record<string, string>[]> => {
    const csv = parseCsv((await gateway.cli('report', '--focus')).stdout)
    const [head = [], ...lines] = csv.ok ? csv.value : []
    return lines.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])))
  }

  beforeAll(async () => {
    upstream = await startUpstream()
    port = (upstream.address() as AddressInfo).port // listens on TCP
    gateway = await startGateway(
      {
        'sluice.yml': sluiceYml(''),
        'routes/paid.yml': 'route: paid/*\naccepts: [chat]\ntargets: [{ model: oai/* }]\n',
        'routes/tight.yml': 'route: tight\naccepts: [chat]\ntargets: [{ model: oai/gpt-4o }]\npolicies: [tight]\n',
        'policies/tight.yml': 'policy: tight\nlimits: [{ usd: 0.0105, every: year, per: team }]\n',
        'prices/own.json': JSON.stringify({
          checkedOn: '2026-01-01',
          providers: [
            {
              provider: 'openai',
              source: 'https://example.com/contract',
              entries: [{ model: 'gpt-4o', prices: { input: 5_000_000, output: 20_000_000 } }],
            },
          ],
        }),
      },
      { OAI_KEY: 'upstream-key' },
    )
    redKey = (await gateway.admin<{ key: string }>('POST', '/admin/v1/keys', { role: 'app', team: 'red' })).key
  })

  afterAll(async () => {
    await gateway.dispose()
    upstream.close()
  })

  it('prices a period again by adjustments beside the rows, once, and gives limits their money back', async () => {
    expect(await call('tight')).toMatchObject({ status: 200 })
    expect((await call('tight')).status).toBe(402)
    for (const model of ['paid/gpt-4o', 'paid/contract-only', 'paid/nobody-prices-this'])
      expect(await call(model)).toMatchObject({ status: 200 })
    const before = await rows()
    expect(before.filter(({ costNano }) => costNano === nano(2.5, 10).toString())).toHaveLength(2)
    expect(before.filter(({ costNano }) => costNano === undefined)).toHaveLength(2)

    await restartWith(`prices:
  overrides:
    - { provider: oai, model: gpt-4o, from: ${TODAY}, per_million: { input: 1.75, output: 7 } }
    - { provider: oai, model: contract-*, from: ${TODAY}, per_million: { input: 1, output: 1 } }
`)
    // The cheaper price alone does not make room: what was spent at the old one still counts.
    expect((await call('tight')).status).toBe(402)
    const rehearsed = await reprice('--dry-run')
    expect(rehearsed.stdout).toMatch(/3 would be adjusted \(dry run: nothing was written\)/)
    expect((await rows()).filter(({ kind }) => kind === 'adjustment')).toEqual([])

    const charged = await charges()
    const done = JSON.parse((await reprice('--json')).stdout)
    const perCall = nano(1.75, 7) - nano(2.5, 10)
    expect(done).toMatchObject({ adjusted: 3, unpriced: 1, delta_nano: (2n * perCall + nano(1, 1)).toString() })
    const again = await reprice()
    expect(again.stdout).toContain('0 were adjusted')
    const after = await rows()
    const adjustments = after.filter(({ kind }) => kind === 'adjustment')
    expect(adjustments).toHaveLength(3)
    for (const row of adjustments) {
      const original = before.find(({ requestId }) => requestId === row.adjusts)
      expect(row).toMatchObject({ priceDate: TODAY, admittedAtMs: original?.admittedAtMs })
      expect(row.priceHash).toMatch(/^(?:[0-9a-f]{64}\+)?[0-9a-f]{64}$/)
      const costNano = original?.costNano === undefined ? nano(1, 1) : perCall
      expect(row.costNano).toBe(costNano.toString())
    }
    for (const row of before) expect(after).toContainEqual(row)
    await agrees()
    // Finance has what it had, and corrections beside it that add up to what repricing said.
    const now = await charges()
    for (const charge of charged) expect(now).toContainEqual(charge)
    const corrections = now.filter(({ ChargeClass }) => ChargeClass === 'Correction')
    expect(now).toHaveLength(charged.length + corrections.length)
    expect(charged.filter(({ ChargeClass }) => ChargeClass !== '')).toEqual([])
    expect(corrections.reduce((sum, { BilledCost }) => sum + nanoOf(BilledCost), 0n).toString()).toBe(done.delta_nano)
    // What was agreed after the fact moves what is billed; the list price stands, where the book has one.
    const agreed = corrections.filter(({ SkuId }) => SkuId === 'gpt-4o')
    expect(agreed.map(({ BilledCost, ListCost }) => [nanoOf(BilledCost) < 0n, ListCost])).toEqual(
      agreed.map(() => [true, '0']),
    )
    expect(agreed.length).toBeGreaterThan(0)
    expect((await call('tight')).status).toBe(200)
    await agrees()
    expect((await gateway.cli('ledger', '--kind', 'adjustment')).stdout).toContain('adjusts req_')
  })

  it('prices calls by what was agreed for their team, and names it in their rows and in prices show', async () => {
    await restartWith(`prices:
  overrides:
    - { provider: oai, model: gpt-4o, teams: [red], from: ${TODAY}, per_million: { input: 1, output: 4 } }
  discounts:
    - { provider: oai, percent: 12.5, from: ${TODAY} }
`)
    const [ours, theirs] = [await call('paid/gpt-4o'), await call('paid/gpt-4o', redKey)]
    const row = (await rows()).find(({ requestId }) => requestId === ours.id)
    const red = (await rows('red')).find(({ requestId }) => requestId === theirs.id)
    expect(row?.costNano).toBe(((nano(2.5, 10) * 875n) / 1000n).toString())
    expect(red?.costNano).toBe(nano(1, 4).toString())
    const shown = JSON.parse((await gateway.cli('prices', 'show', 'gpt-4o', '--provider', 'oai', '--json')).stdout)
    const [entry] = shown.data
    expect(row?.priceHash).toBe(`${entry.hash}+${shown.discounts[0].hash}`)
    expect(red?.priceHash).toBe(`${entry.hash}+${shown.overrides[0].hash}`)
    const text = (await gateway.cli('prices', 'show', 'gpt-4o', '--provider', 'oai')).stdout
    expect(text).toMatch(
      /openai gpt-4o, from \d{4}-\d\d-\d\d \(in force\)\n {2}input 2\.5, cacheRead 1\.25, output 10\n/,
    )
    expect(text).toContain('source https://openai.com/api/pricing/, checked ')
    expect(text).toContain(`override oai/gpt-4o, teams red, from ${TODAY}: input 1, output 4`)
    expect(text).toContain(`discount oai/*, all teams, from ${TODAY}: 12.5% less`)
    await agrees()
  })

  it('prices by a book of one’s own', async () => {
    await restartWith('price_book: prices/own.json\n')
    const made = await call('paid/gpt-4o')
    const unknown = await call('paid/gpt-4o-mini')
    const all = await rows()
    expect(all.find(({ requestId }) => requestId === made.id)).toMatchObject({
      costNano: nano(5, 20).toString(),
      priceDate: '2026-01-01',
    })
    // The book names the provider and not this model.
    expect(all.find(({ requestId }) => requestId === unknown.id)?.costNano).toBeUndefined()
    const { stdout } = await gateway.cli('prices', 'show', 'gpt-4o', '--provider', 'oai')
    expect(stdout).toContain('source https://example.com/contract, checked 2026-01-01 (own book)')
    expect((await gateway.cli('prices', 'show', 'no-such-model')).code).toBe(1)
    await reprice('--model', 'gpt-4o', '--team', 'default')
    const again = await reprice('--model', 'gpt-4o', '--team', 'default')
    expect(again.stdout).toContain('0 were adjusted')
    await agrees()
  })

  it('refuses a period, team or cursor that is none', async () => {
    const problem = async (body: object): Promise<string> =>
      (await gateway
        .admin<{ error: { message: string } }>('POST', '/admin/v1/prices/reprice', body)
        .catch(String)) as string
    const period = { from: TODAY, to: TOMORROW }
    expect(await problem({ team: 'default', from: TOMORROW, to: TODAY })).toContain('after')
    expect(await problem({ team: 'nobody', ...period })).toContain('no team')
    expect(await problem({ team: 'default', ...period, cursor: 'x' })).toContain('cursor')
    expect(await problem({ team: 'default', from: 'yesterday', to: TODAY })).toContain('2026-11-01')
    expect((await gateway.cli('prices', 'reprice', '--from', TODAY)).stderr).toContain('name the period')
  })
})
