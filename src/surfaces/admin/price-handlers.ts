/** Admin API of prices: what a model costs and why, and repricing a period of the ledger. */

import * as z from 'zod'
import type { Revision } from '../../config/revision.ts'
import { gatewayError } from '../../ground/error.ts'
import type { AccountStore } from '../../ports/accounts.ts'
import type { Clock } from '../../ports/clock.ts'
import { repricePage } from '../../services/ledger/reprice-page.ts'
import { priceBook } from '../../services/pricing/find-price.ts'
import { listPrices } from '../../services/pricing/list-prices.ts'
import type { RowPricer } from '../../services/pricing/reprice-rows.ts'
import type { Handler, HandlerContext } from '../http/app.ts'
import { errorReply } from '../http/error-shape.ts'
import type { HandlerName } from '../http/route-table.ts'
import { readJson } from './read-json.ts'

export interface PriceDesk {
  readonly revision: Revision
  /** Teams that may have an account. */
  teams(): Promise<readonly string[]>
  account(team: string): AccountStore
  readonly clock: Clock
  /** Prices calls as the gateway does, by the names that rows carry. */
  readonly price: RowPricer
}

type PriceHandlers = Pick<Record<HandlerName, Handler>, 'showPrices' | 'repriceLedger'>

/** A whole vendor has fewer. */
const MOST_ENTRIES = 1000

export function priceHandlers(desk: PriceDesk): PriceHandlers {
  return {
    showPrices: async ({ request }) => showPrices(new URL(request.url).searchParams, desk),
    repriceLedger: (context) => repriceLedger(context, desk),
  }
}

function showPrices(query: URLSearchParams, { revision, clock }: PriceDesk): Response {
  const name = query.get('provider') ?? undefined
  const model = query.get('model') ?? undefined
  if (name === undefined && model === undefined)
    return refuse('Name a model or a provider: ?model=gpt-4o or ?provider=openai.', 'model')
  const provider = name === undefined ? undefined : (revision.providers[name]?.kind ?? name)
  const data = listPrices(revision.priceBook, { provider, model })
  const now = new Date(clock.now()).toISOString().slice(0, 10)
  const { overrides = [], discounts = [] } = revision.prices ?? {}
  const own = revision.priceBook
  return Response.json({
    object: 'list',
    today: now,
    books: [...(own ? [about('own', own)] : []), about('built-in', priceBook)],
    data: data.slice(0, MOST_ENTRIES),
    left_out: Math.max(0, data.length - MOST_ENTRIES),
    overrides: overrides.filter((each) => name === undefined || each.provider === name),
    discounts: discounts.filter((each) => name === undefined || each.provider === undefined || each.provider === name),
  })
}

function about(name: string, { hash, checkedOn, tables }: typeof priceBook) {
  return { name, hash, checked_on: checkedOn, tables }
}

const moment = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/,
    'write 2026-11-01 or 2026-11-01T12:00:00Z',
  )
  .refine((text) => !Number.isNaN(Date.parse(text)), 'write 2026-11-01 or 2026-11-01T12:00:00Z')
  .transform((text) => Date.parse(text))

const repriceBody = z.strictObject({
  team: z.string().min(1).max(200),
  from: moment,
  to: moment,
  model: z.string().min(1).max(1000).optional(),
  dry_run: z.boolean().default(false),
  cursor: z.string().min(1).max(400).optional(),
})

async function repriceLedger(
  context: HandlerContext,
  { revision, teams, account, price }: PriceDesk,
): Promise<Response> {
  const body = await readJson(context, repriceBody)
  if (!body.ok) return errorReply(body.error, 'openai-chat')
  const { team, from, to, model, dry_run: rehearse, cursor } = body.value
  if (to <= from) return refuse('The field "to" is wrong: it must be after "from".', 'to')
  if (!(await teams()).includes(team)) return refuse(`The field "team" is wrong: there is no team "${team}".`, 'team')
  try {
    const asked = { sinceMs: from, untilMs: to, model, rehearse, cursor }
    const page = await repricePage(account(team), asked, { price, limits: revision })
    return Response.json({
      object: 'reprice',
      team,
      dry_run: rehearse,
      examined: page.examined,
      adjusted: page.adjusted,
      unpriced: page.unpriced,
      delta_nano: page.deltaNano,
      models: page.models.map(({ model, calls, deltaNano }) => ({ model, calls, delta_nano: deltaNano })),
      next_cursor: page.cursor ?? null,
    })
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('BadCursor')) throw error
    return refuse('The cursor is not one this gateway gave out.', 'cursor')
  }
}

function refuse(message: string, param: string): Response {
  return errorReply(gatewayError('invalid-request', message, { param }), 'openai-chat')
}
