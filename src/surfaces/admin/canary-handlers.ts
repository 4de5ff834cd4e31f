/** Admin API of canaries: where each stands and why, and an admin's word on it. */

import * as z from 'zod'
import type { RouteSettings } from '../../config/revision.ts'
import { CANARY_COMMANDS, type CanaryEvent, canaryShare, type Finding } from '../../ground/canary.ts'
import { gatewayError } from '../../ground/error.ts'
import type { Canaries, CanaryView } from '../../ports/canaries.ts'
import { canaryOf } from '../../services/routing/canary-desk.ts'
import { judgeCanary } from '../../stores/canary/judge-canary.ts'
import type { Handler, HandlerContext } from '../http/app.ts'
import { errorReply } from '../http/error-shape.ts'
import type { HandlerName } from '../http/route-table.ts'
import { readJson } from './read-json.ts'

export interface CanaryAdminDesk {
  readonly routes: readonly RouteSettings[]
  readonly organisation: string
  readonly canaries: Canaries
}

const CommandBody = z.strictObject({ command: z.enum(CANARY_COMMANDS) })
/** Whoever holds an admin key. */
const AN_ADMIN = 'admin'

export function canaryHandlers(
  desk: CanaryAdminDesk,
): Pick<Record<HandlerName, Handler>, 'listCanaries' | 'tellCanary'> {
  return {
    listCanaries: async () => Response.json({ object: 'list', data: await listCanaries(desk) }),
    tellCanary: (context) => tellCanary(context, desk),
  }
}

async function listCanaries({ routes, organisation, canaries }: CanaryAdminDesk): Promise<object[]> {
  const shown = routes.map(async (route) => {
    const target = canaryOf(route)
    return target ? [shownCanary(route, await canaries(organisation, route.name).view(target.canary))] : []
  })
  return (await Promise.all(shown)).flat()
}

async function tellCanary(context: HandlerContext, desk: CanaryAdminDesk): Promise<Response> {
  const body = await readJson(context, CommandBody)
  if (!body.ok) return errorReply(body.error, 'openai-chat')
  const name = context.parameters.route ?? ''
  const route = desk.routes.find((each) => each.name === name)
  const target = route && canaryOf(route)
  if (!route || !target) {
    const known = desk.routes.filter((each) => canaryOf(each)).map((each) => each.name)
    const there = known.length > 0 ? `routes with one are ${known.join(', ')}` : 'no route has one'
    const message = `The route "${name.slice(0, 100)}" has no canary; ${there}.`
    return errorReply(gatewayError('not-found', message, { param: 'route' }), 'openai-chat')
  }
  const store = desk.canaries(desk.organisation, route.name)
  return Response.json(shownCanary(route, await store.command(target.canary, body.value.command, AN_ADMIN)))
}

function shownCanary(route: RouteSettings, { state, events }: CanaryView): object {
  const target = canaryOf(route)
  if (!target) throw new Error('A route without a canary has none to show.')
  const { canary: plan } = target
  const { verdict, findings } = judgeCanary(state.champion, state.canary, plan)
  return {
    object: 'canary',
    route: route.name,
    target: target.name,
    phase: state.phase,
    share: canaryShare(plan, state),
    steps: plan.steps,
    step_since: iso(state.stepSinceMs),
    next_step_not_before: state.phase === 'running' ? iso(state.stepSinceMs + plan.stepMs) : null,
    promote: plan.promote,
    min_calls: plan.minCalls,
    calls: { champion: state.champion.failures.n, canary: state.canary.failures.n },
    verdict,
    findings: findings.map(shownFinding),
    events: events.map(shownEvent),
  }
}

function shownFinding({ measure, allowed, champion, canary, verdict }: Finding): object {
  return { measure, allowed, champion: champion ?? null, canary: canary ?? null, verdict }
}

function shownEvent({ atMs, what, share, by, calls, findings }: CanaryEvent): object {
  return { at: iso(atMs), what, share, by, calls, findings: findings.map(shownFinding) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
