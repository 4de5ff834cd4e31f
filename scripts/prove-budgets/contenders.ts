/** Who keeps the budget: Sluice in three ways, and a counter that is checked before a call and raised after it. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startFleet } from '../fleet/fleet.ts'
import { NANO_A_TOKEN } from './upstream.ts'

const NANO_A_DOLLAR = 1_000_000_000
const LEASE_SECONDS = 60
/** A database on the same network answers in about this time. */
const STORE_TAKES_MS = 1

export interface Contender {
  readonly name: string
  readonly limitNano: number
  /** One for each process. */
  readonly urls: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** The route that keeps this budget. */
  readonly model: string
}

export interface Sluice {
  readonly contenders: readonly Contender[]
  /** What the ledger says beyond what was served, all budgets together. */
  ledgerDifference(served: ReadonlyMap<string, number>): Promise<bigint>
  stop(): Promise<void>
}

function policies(usd: number): Readonly<Record<string, string>> {
  return {
    team: `limits: [{ usd: ${usd}, every: year, per: user }]`,
    organisation: `limits: [{ usd: ${usd}, every: year, per: tag(budget) }]`,
    strict: `limits: [{ usd: ${usd}, every: year, per: user }]\naccounting: strict`,
  }
}

export interface BudgetOptions {
  readonly upstreamUrl: string
  /** The budget of each trial in dollars. */
  readonly usd: number
}

/** The real gateway on a bundle of its own, in `processes` workerd processes over one set of Durable Objects. */
export async function startSluice({ upstreamUrl, usd }: BudgetOptions, processes: number): Promise<Sluice> {
  const documents: Record<string, string> = {
    'sluice.yml': `bundle: budgets\norganisation: budgets\nteams: [default]\nproviders:\n  open: { kind: vllm, base_url: ${upstreamUrl} }\n`,
  }
  for (const [name, lines] of Object.entries(policies(usd))) {
    documents[`routes/${name}.yml`] = `route: ${name}\ntargets: [{ model: open/m }]\npolicies: [${name}]\n`
    documents[`policies/${name}.yml`] =
      `policy: ${name}\n${lines}\nbudget: { on_unknown_price: assume, assume: { input: 0, output: ${NANO_A_TOKEN / 1000} } }\n`
  }
  const fleet = await startFleet({
    documents,
    edges: processes - 1,
    leaseSeconds: LEASE_SECONDS,
    weather: () => 'fine',
  })
  const [{ admin }] = fleet.members
  const headers = { authorization: `Bearer ${await fleet.appKey('default')}` }
  const urls = fleet.members.map(({ url }) => `${url}/v1/chat/completions`)
  return {
    contenders: Object.keys(policies(usd)).map((name) => ({
      name,
      model: name,
      limitNano: usd * NANO_A_DOLLAR,
      urls,
      headers,
    })),
    async ledgerDifference(served) {
      const expected = [...served]
        .filter(([budget]) => !budget.startsWith(BASELINE))
        .reduce((sum, [, nano]) => sum + BigInt(nano), 0n)
      let difference = 0n
      for (let tries = 0; tries < 20; tries++) {
        for (const member of fleet.members) await member.admin.call('POST', '/admin/v1/ledger/flush')
        const { total } = await admin.call<{ total: { costNano: string } }>('GET', '/admin/v1/reports/cost')
        difference = BigInt(total.costNano) - expected
        if (difference === 0n) break
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
      return difference
    },
    stop: () => fleet.close(),
  }
}

const BASELINE = 'check-then-increment'

/** What many gateways do: read the counter, call if it is below the limit, add the cost afterwards. */
export async function startCheckThenIncrement({
  upstreamUrl,
  usd,
}: BudgetOptions): Promise<Contender & { stop(): Promise<void> }> {
  const limitNano = usd * NANO_A_DOLLAR
  const counters = new Map<string, number>()
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, STORE_TAKES_MS))
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const budget = /budget=([\w-]+)/.exec(text)?.[1] ?? ''
    await pause()
    if ((counters.get(budget) ?? 0) >= limitNano) {
      response.writeHead(402, { 'content-type': 'application/json' }).end('{}')
      return
    }
    const reply = await fetch(`${upstreamUrl}/v1/chat/completions`, { method: 'POST', body: text })
    const body = await reply.text()
    await pause()
    const tokens = Number(/"completion_tokens":(\d+)/.exec(body)?.[1] ?? 0)
    counters.set(budget, (counters.get(budget) ?? 0) + tokens * NANO_A_TOKEN)
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    name: BASELINE,
    model: BASELINE,
    limitNano,
    urls: [`http://127.0.0.1:${port}/v1/chat/completions`],
    headers: {},
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
