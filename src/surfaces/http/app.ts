/** Mounts the route table on Hono and answers what no route does. */

import { Hono } from 'hono'
import { gatewayError } from '../../ground/error.ts'
import { callerWire, errorReply } from './error-shape.ts'
import { type HandlerName, ROUTE_TABLE, type RouteRow } from './route-table.ts'

/** What a handler gets: the request, the path's parameters, and the means to outlive the reply. */
export interface HandlerContext {
  readonly request: Request
  readonly row: RouteRow
  readonly parameters: Readonly<Record<string, string>>
  readonly waitUntil: (promise: Promise<unknown>) => void
}

export type Handler = (context: HandlerContext) => Response | Promise<Response>

/** Builds the app once per isolate. Rows with `auth: admin` go through `guardAdmin` first. */
export function createApp(
  handlers: Record<HandlerName, Handler>,
  guardAdmin: (context: HandlerContext) => Promise<Response | undefined>,
): Hono {
  const app = new Hono()
  for (const row of ROUTE_TABLE) {
    app.on(row.method, row.path, async (hono) => {
      const context: HandlerContext = {
        request: hono.req.raw,
        row,
        parameters: hono.req.param() as Record<string, string>, // Hono types parameters by literal path; rows are data
        waitUntil: (promise) => hono.executionCtx.waitUntil(promise),
      }
      const refused = row.auth === 'admin' ? await guardAdmin(context) : undefined
      return refused ?? handlers[row.handler](context)
    })
  }
  app.notFound((hono) => unrouted(hono.req.raw))
  app.onError((error, hono) => {
    console.error(
      JSON.stringify({
        level: 'error',
        path: hono.req.path.slice(0, 200),
        bug: error.name,
        at: error.stack?.split('\n')[1]?.trim(),
      }),
    )
    return errorReply(
      gatewayError('internal', 'Something broke inside the gateway. Try again; tell its operator if it stays.'),
      callerWire(hono.req.raw),
    )
  })
  return app
}

/** 405 with the allowed methods when the path exists, else 404 that names the paths that do. */
function unrouted(request: Request): Response {
  const { pathname } = new URL(request.url)
  const allowed = ROUTE_TABLE.filter((row) => matches(row.path, pathname)).map((row) => row.method)
  if (allowed.length > 0) {
    const reply = errorReply(
      gatewayError('method-not-allowed', `${pathname} takes ${allowed.join(' or ')}, not ${request.method}.`),
      callerWire(request),
    )
    reply.headers.set('allow', allowed.join(', '))
    return reply
  }
  const known = ROUTE_TABLE.filter((row) => row.auth === 'app').map((row) => row.path.replace(/\{.*\}/, ''))
  return errorReply(
    gatewayError(
      'not-found',
      `There is nothing at ${pathname.slice(0, 200)}. The API is at ${[...new Set(known)].join(', ')}.`,
    ),
    callerWire(request),
  )
}

function matches(pattern: string, pathname: string): boolean {
  const source = pattern.replace(/:\w+\{\.\+\}/g, '.+').replace(/:\w+/g, '[^/]+')
  return new RegExp(`^${source}$`).test(pathname)
}
