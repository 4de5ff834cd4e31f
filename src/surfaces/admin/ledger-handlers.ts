/** Admin API of the ledger: rows and unreported ranges, across teams or for one. */

import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import type { AccountStore, LedgerRow } from '../../ports/accounts.ts'
import type { Handler } from '../http/app.ts'
import { errorReply } from '../http/error-shape.ts'
import type { HandlerName } from '../http/route-table.ts'
import { readLedgerQuery } from './read-query.ts'
import { noSuchTeam } from './report-query.ts'

export interface LedgerDesk {
  /** Teams that may have an account. */
  teams(): Promise<readonly string[]>
  account(team: string): AccountStore
  /** Writes this isolate's settled rows now; gives the number of calls still running. */
  flush(): Promise<number>
}

type LedgerHandlers = Pick<Record<HandlerName, Handler>, 'listLedger' | 'listUnreported' | 'flushLedger'>

export function ledgerHandlers(desk: LedgerDesk): LedgerHandlers {
  return {
    listLedger: ({ request }) => listLedger(new URL(request.url).searchParams, desk),
    listUnreported: async ({ request }) => {
      const teams = await chosenTeams(new URL(request.url).searchParams, desk)
      if (!teams.ok) return refuse(teams.error)
      const ranges = await Promise.all(teams.value.map((team) => desk.account(team).unreported()))
      return Response.json({ object: 'list', data: ranges.flat() })
    },
    flushLedger: async () => Response.json({ inFlight: await desk.flush() }),
  }
}

async function listLedger(query: URLSearchParams, desk: LedgerDesk): Promise<Response> {
  const asked = readLedgerQuery(query)
  if (!asked.ok) return refuse(asked.error)
  const chosen = await chosenTeams(query, desk)
  if (!chosen.ok) return refuse(chosen.error)
  const teams = chosen.value
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

async function chosenTeams(query: URLSearchParams, desk: LedgerDesk): Promise<Result<readonly string[], GatewayError>> {
  const teams = await desk.teams()
  const team = query.get('team')
  if (team === null) return ok(teams)
  return teams.includes(team) ? ok([team]) : err(noSuchTeam(team, teams))
}

function refuse(error: GatewayError): Response {
  return errorReply(error, 'openai-chat')
}
