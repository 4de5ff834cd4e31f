/** Admin API of the ledger: rows, unreported ranges, cost reports; across teams or for one. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { formatDollars } from '../../ground/money.ts'
import { addUsage } from '../../ground/usage.ts'
import type { AccountStore, CostGroup, GroupField, LedgerRow } from '../../ports/accounts.ts'
import type { Handler } from '../http/app.ts'
import { errorReply } from '../http/error-shape.ts'
import type { HandlerName } from '../http/route-table.ts'
import { readGroupBy, readLedgerQuery, readRange } from './read-query.ts'

export interface LedgerDesk {
  /** Teams that may have an account. */
  teams(): Promise<readonly string[]>
  account(team: string): AccountStore
  /** Writes this isolate's settled rows now; gives the number of calls still running. */
  flush(): Promise<number>
}

type LedgerHandlers = Pick<Record<HandlerName, Handler>, 'listLedger' | 'listUnreported' | 'reportCost' | 'flushLedger'>

export function ledgerHandlers(desk: LedgerDesk): LedgerHandlers {
  return {
    listLedger: ({ request }) => listLedger(new URL(request.url).searchParams, desk),
    listUnreported: async ({ request }) => {
      const teams = await chosenTeams(new URL(request.url).searchParams, desk)
      const ranges = await Promise.all(teams.map((team) => desk.account(team).unreported()))
      return Response.json({ object: 'list', data: ranges.flat() })
    },
    reportCost: ({ request }) => reportCost(new URL(request.url).searchParams, desk),
    flushLedger: async () => Response.json({ inFlight: await desk.flush() }),
  }
}

async function listLedger(query: URLSearchParams, desk: LedgerDesk): Promise<Response> {
  const asked = readLedgerQuery(query)
  if (!asked.ok) return refuse(asked.error)
  const teams = await chosenTeams(query, desk)
  if (asked.value.cursor !== undefined && teams.length !== 1) {
    return refuse(
      gatewayError('invalid-request', 'A cursor belongs to one team: send it with team=<name>.', { param: 'cursor' }),
    )
  }
  try {
    const pages = await Promise.all(teams.map((team) => desk.account(team).rows(asked.value)))
    const rows: LedgerRow[] = pages.flatMap((page) => page.rows)
    rows.sort((a, b) => b.admittedAtMs - a.admittedAtMs || (a.requestId < b.requestId ? 1 : -1))
    return Response.json({
      object: 'list',
      data: rows.slice(0, asked.value.limit),
      next_cursor: teams.length === 1 ? (pages[0]?.cursor ?? null) : null,
    })
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('BadCursor')) throw error
    return refuse(gatewayError('invalid-request', 'The cursor is not one this gateway gave out.', { param: 'cursor' }))
  }
}

async function reportCost(query: URLSearchParams, desk: LedgerDesk): Promise<Response> {
  const groupBy = readGroupBy(query)
  if (!groupBy.ok) return refuse(groupBy.error)
  const range = readRange(query)
  if (!range.ok) return refuse(range.error)
  const teams = await chosenTeams(query, desk)
  const perTeam = await Promise.all(teams.map((team) => desk.account(team).costs(groupBy.value, range.value)))
  const groups = mergeGroups(perTeam.flat(), groupBy.value)
  return Response.json({
    object: 'cost_report',
    group_by: groupBy.value,
    ...range.value,
    data: groups.map(withDollars),
    total: withDollars(total(groups)),
  })
}

async function chosenTeams(query: URLSearchParams, desk: LedgerDesk): Promise<readonly string[]> {
  const team = query.get('team')
  return team === null ? desk.teams() : [team]
}

/** Teams' groups added where their fields agree; the dearest first. */
function mergeGroups(groups: readonly CostGroup[], groupBy: readonly GroupField[]): CostGroup[] {
  const merged = new Map<string, CostGroup>()
  for (const group of groups) {
    const id = JSON.stringify(groupBy.map((field) => group.group[field] ?? null))
    const known = merged.get(id)
    merged.set(id, known ? addGroups(known, group) : group)
  }
  return [...merged.values()].sort((a, b) => (BigInt(b.costNano) > BigInt(a.costNano) ? 1 : -1))
}

function addGroups(a: CostGroup, b: CostGroup): CostGroup {
  return {
    group: a.group,
    calls: a.calls + b.calls,
    unknownCostCalls: a.unknownCostCalls + b.unknownCostCalls,
    usage: addUsage(a.usage, b.usage),
    costNano: (BigInt(a.costNano) + BigInt(b.costNano)).toString(),
  }
}

function total(groups: readonly CostGroup[]): CostGroup {
  return groups.reduce<CostGroup>((sum, group) => ({ ...addGroups(sum, group), group: {} }), {
    group: {},
    calls: 0,
    unknownCostCalls: 0,
    usage: {},
    costNano: '0',
  })
}

function withDollars(group: CostGroup): CostGroup & { readonly costUsd: string } {
  return { ...group, costUsd: formatDollars(BigInt(group.costNano)) }
}

function refuse(error: GatewayError): Response {
  return errorReply(error, 'openai-chat')
}
