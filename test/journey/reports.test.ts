import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LedgerRow } from '../../src/ports/accounts.ts'
import { parseCsv } from '../../src/services/reports/csv.ts'
import { type CliResult, startGateway, type TestGateway } from '../support/gateway.ts'
import { allRows } from '../support/ledger.ts'

/** Answers every chat with 1,200 tokens in and 34 out, as whatever model was asked for. */
function startUpstream(): Promise<Server> {
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { model } = JSON.parse(text) as { model: string }
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model,
        choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1200, completion_tokens: 34, total_tokens: 1234 },
      }),
    )
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function documents(port: number): Record<string, string> {
  return {
    'sluice.yml': `bundle: reports\norganisation: acme\nteams: [default]\nproviders:\n  oai: { kind: openai, base_url: "http://127.0.0.1:${port}", api_key: "\${secret.OAI_KEY}" }\n`,
    'routes/default.yml': 'route: default\naccepts: [chat, classify]\ntargets: [{ model: edge/intent }]\n',
    'routes/paid.yml': 'route: paid/*\naccepts: [chat]\ntargets: [{ model: oai/* }]\n',
  }
}

describe('reports for finance', () => {
  let upstream: Server
  let gateway: TestGateway
  let rows: LedgerRow[]
  let ledgerNano: bigint

  beforeAll(async () => {
    upstream = await startUpstream()
    gateway = await startGateway(documents((upstream.address() as AddressInfo).port), { OAI_KEY: 'upstream-key' }) // listens on TCP
    for (const model of ['paid/gpt-4o-mini', 'paid/gpt-4o-mini', 'paid/gpt-4o', 'paid/nobody-prices-this', 'default']) {
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${gateway.appKey}`,
          'content-type': 'application/json',
          'x-sluice-tags': `project=${model === 'default' ? 'hermes' : 'apollo'}, env=test`,
        },
        body: JSON.stringify({ model, user: '=cmd()', messages: [{ role: 'user', content: 'what is the weather' }] }),
      })
      expect(response.status, await response.text()).toBe(200)
    }
    await gateway.admin('POST', '/admin/v1/ledger/flush')
    rows = await allRows(gateway)
    ledgerNano = rows.reduce((sum, row) => sum + BigInt(row.costNano ?? 0), 0n)
  })

  afterAll(async () => {
    await gateway.dispose()
    upstream.close()
  })

  const report = (...args: string[]): Promise<CliResult> => gateway.cli('report', ...args)

  it('sums the rows of the ledger by any field, with what is unknown beside it', async () => {
    expect(rows).toHaveLength(5)
    expect(ledgerNano).toBeGreaterThan(0n)
    for (const by of [
      'organisation,team',
      'model,provider',
      'tag:project,tag:env',
      'user,key,route',
      'day,paradigm',
      'hour',
      'month,week',
    ]) {
      const answer = JSON.parse((await report('--by', by, '--zone', 'Asia/Kathmandu', '--json')).stdout)
      const lines = answer.data as { costNano: string; calls: number; unknownCostCalls: number }[]
      expect(lines.reduce((sum, line) => sum + BigInt(line.costNano), 0n)).toBe(ledgerNano)
      expect(answer.total).toMatchObject({ calls: 5, unknownCostCalls: 1, unknownCostShare: '0.2' })
    }
    const text = (await report('--by', 'model')).stdout
    expect(text).toMatch(/nobody-prices-this +1 +1200 +34 +unknown +1 calls \(100%\)/)
    expect(text).toMatch(/total +5 .* 1 calls \(20%\)/)
  })

  it('narrows a report and refuses a filter it does not know', async () => {
    const mini = JSON.parse((await report('--model', 'gpt-4o-mini', '--json')).stdout)
    expect(mini.total.calls).toBe(2)
    const both = JSON.parse((await report('--model', 'gpt-4o-mini', '--model', 'gpt-4o', '--json')).stdout)
    expect(both.total.calls).toBe(3)
    expect(JSON.parse((await report('--paradigm', 'edge', '--json')).stdout).total.calls).toBe(1)
    expect(JSON.parse((await report('--since', '2999-01', '--json')).stdout).total.calls).toBe(0)
    const wrong = await fetch(`${gateway.url}/admin/v1/reports/cost?modell=x`, {
      headers: { authorization: `Bearer ${gateway.adminKey}` },
    })
    expect(wrong.status).toBe(400)
    expect(await wrong.text()).toContain('modell')
    const byTag = JSON.parse((await report('--by', 'tag:project', '--tag', 'env=test', '--json')).stdout)
    expect(
      Object.fromEntries(
        byTag.data.map((line: { group: Record<string, string>; calls: number }) => [
          line.group['tag:project'],
          line.calls,
        ]),
      ),
    ).toEqual({ apollo: 4, hermes: 1 })
    expect(JSON.parse((await report('--tag', 'project=nobody', '--json')).stdout).total.calls).toBe(0)
    const typo = await report('--team', 'defualt')
    expect([typo.code, typo.stderr]).toEqual([
      1,
      expect.stringContaining('there is no team "defualt"; there are default'),
    ])
    expect((await report('--zone', 'Mars/Olympus')).stderr).toContain('Europe/Berlin')
  })

  it('lists calls as CSV, and says what it can list', async () => {
    const csv = parseCsv((await gateway.cli('ledger', '--csv')).stdout)
    const [head = [], ...lines] = csv.ok ? csv.value : []
    const column = (name: string): string[] => lines.map((line) => line[head.indexOf(name)] ?? '')
    expect(column('request_id')).toHaveLength(rows.length)
    expect(new Set(column('request_id'))).toEqual(new Set(rows.map(({ requestId }) => requestId)))
    const marked = (await gateway.cli('ledger', '--csv', '--bom')).stdout
    expect([marked.charCodeAt(0), marked.slice(1, 11)]).toEqual([0xfeff, 'request_id'])
    expect(column('user')).toContain("'=cmd()")
    expect(column('tags')).toContain('project=hermes, env=test')
    expect(column('cost_usd').filter((cost) => cost === '')).toHaveLength(1)
    expect((await gateway.cli('ledger', '--help')).stdout).toContain('--csv | --json')
    expect((await gateway.cli('ledger', '--csv', '--json')).code).toBe(1)
  })

  it('writes CSV, FOCUS and Parquet from the command line and from the API alike', async () => {
    const csv = await report('--by', 'user,model', '--csv')
    expect(csv.stdout).toContain("'=cmd()")
    expect((await report('--by', 'user,model', '--csv', '--bom')).stdout).toBe(`\uFEFF${csv.stdout}`)
    expect(csv.stderr).toContain('1 of 5 calls have no known cost')
    const parsed = parseCsv(csv.stdout)
    expect(parsed.ok && parsed.value).toHaveLength(5)
    const get = async (format: string, by = '&group_by=user,model'): Promise<Response> =>
      fetch(`${gateway.url}/admin/v1/reports/cost?format=${format}${by}`, {
        headers: { authorization: `Bearer ${gateway.adminKey}` },
      })
    expect(await (await get('csv')).text()).toBe(csv.stdout)
    expect(await (await get('focus', '')).text()).toBe((await report('--focus')).stdout)
    expect((await get('focus')).status).toBe(400)
    expect(await report('--focus', '--by', 'user')).toMatchObject({ code: 1, stdout: '' })
    await report('--by', 'user,model', '--parquet', 'cost.parquet')
    const written = readFileSync(join(gateway.directory, 'cost.parquet'))
    expect(written.equals(Buffer.from(await (await get('parquet')).arrayBuffer()))).toBe(true)
    expect(written.subarray(0, 4).toString()).toBe('PAR1')
  })

  it('forecasts, checks a budget, counts savings and shares out cost', async () => {
    expect((await report('forecast')).stdout).toMatch(/spent so far +0\.\d+ USD in 5 calls, 1 calls of unknown cost/)
    const budget = JSON.parse((await report('budget', '--limit', '0.000001', '--alert', '80', '--json')).stdout)
    expect(budget).toMatchObject({ state: 'exceeded', alertPercent: 80, unknownCostCalls: 1, outlook: 'expected' })
    expect(BigInt(budget.spent.nano)).toBe(ledgerNano)
    expect((await report('budget')).stderr).toContain('limit')
    expect((await report('savings')).stdout).toContain('reference=')
    const savings = JSON.parse((await report('savings', '--reference', 'oai/gpt-4o-mini', '--json')).stdout)
    expect(savings.edge).toMatchObject({ calls: 1, unpricedCalls: 0 })
    expect(savings.edge.assumption).toContain('oai/gpt-4o-mini')
    const showback = JSON.parse((await report('showback', '--by', 'model', '--shared', 'gpt-4o', '--json')).stdout)
    const charged = (showback.data as { total: { nano: string } }[]).reduce(
      (sum, line) => sum + BigInt(line.total.nano),
      0n,
    )
    expect(charged).toBe(ledgerNano)
    expect(BigInt(showback.shared.nano)).toBeGreaterThan(0n)
    const misspelt = await report('showback', '--shared', 'defualt')
    expect(misspelt).toMatchObject({ code: 1 })
    expect(misspelt.stderr).toContain('there is no team "defualt"; teams are default')
  })

  it('reconciles an invoice to the nano-dollar and explains what differs', async () => {
    const invoice = (extraNano: bigint): string => {
      const lines = ['gpt-4o-mini', 'gpt-4o'].map((model) => {
        const own = rows.filter((row) => row.answeredModel === model)
        const nano = own.reduce((sum, row) => sum + BigInt(row.costNano ?? 0), model === 'gpt-4o' ? extraNano : 0n)
        const day = new Date(own[0]?.admittedAtMs ?? 0).toISOString().slice(0, 10)
        return `${day}T00:00:00+00:00,0.${nano.toString().padStart(9, '0')},usd,"${model}, input",key_1`
      })
      const path = join(gateway.directory, `invoice-${extraNano}.csv`)
      writeFileSync(path, `start_time_iso,amount_value,amount_currency,line_item,api_key_id\n${lines.join('\n')}\n`)
      return path
    }
    const args = ['--provider', 'openai', '--ledger-provider', 'oai']
    const other = await gateway.cli('reconcile', invoice(5_000_000n), ...args, '--json')
    expect(other.code).toBe(2)
    const result = JSON.parse(other.stdout)
    expect(result).toMatchObject({
      difference: '5000000',
      causes: { 'other-traffic': '5000000' },
      ledger: ledgerNano.toString(),
    })
    const exact = await gateway.cli('reconcile', invoice(0n), ...args, '--all')
    expect(exact.stdout).toMatch(/gpt-4o-mini +matched +2/)
    // The call that nobody prices is in the ledger, and costs nothing that anyone knows of.
    expect(exact.stdout).toMatch(/differs +0 USD/)
    expect(exact.code).toBe(0)
    const misnamed = await gateway.cli('reconcile', invoice(0n), '--provider', 'openai')
    expect(misnamed).toMatchObject({ code: 2 })
    expect(misnamed.stdout).toContain('The ledger has no call of openai in these days')
    const missing = await gateway.cli('reconcile', 'nowhere.csv', ...args)
    expect(missing).toMatchObject({ code: 1 })
    expect(missing.stderr).toContain('cannot be read')
  })
})
