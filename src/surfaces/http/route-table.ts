/** Every HTTP route of the gateway in one table: who may call it, how large a body, and what guards its text. */

export type Auth = 'none' | 'app' | 'admin'

export interface RouteRow {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly auth: Auth
  /** `policy`: the route document's own limit; a number: bytes; `none`: no body is read. */
  readonly bodyLimit: 'policy' | 'none' | number
  /** Which text of the call policies must see. */
  readonly guardScope: 'chat' | 'text' | 'none'
  /** The error shape strangers get here. */
  readonly errorWire: 'openai-chat' | 'anthropic-messages'
  readonly handler: HandlerName
}

export type HandlerName =
  | 'chat'
  | 'messages'
  | 'classify'
  | 'listModels'
  | 'showModel'
  | 'health'
  | 'home'
  | 'createKey'
  | 'listKeys'
  | 'rotateKey'
  | 'revokeKey'
  | 'listLedger'
  | 'listUnreported'
  | 'reportCost'
  | 'showRevision'
  | 'flushLedger'

const SMALL = 64 * 1024

export const ROUTE_TABLE: readonly RouteRow[] = [
  row('POST', '/v1/chat/completions', 'app', 'policy', 'chat', 'chat'),
  { ...row('POST', '/v1/messages', 'app', 'policy', 'chat', 'messages'), errorWire: 'anthropic-messages' },
  row('POST', '/v1/classify', 'app', 'policy', 'text', 'classify'),
  row('GET', '/v1/models', 'app', 'none', 'none', 'listModels'),
  row('GET', '/v1/models/:model{.+}', 'app', 'none', 'none', 'showModel'),
  row('GET', '/health', 'none', 'none', 'none', 'health'),
  row('GET', '/', 'none', 'none', 'none', 'home'),
  row('GET', '/admin/v1/keys', 'admin', 'none', 'none', 'listKeys'),
  row('POST', '/admin/v1/keys', 'admin', SMALL, 'none', 'createKey'),
  row('POST', '/admin/v1/keys/:id/rotate', 'admin', SMALL, 'none', 'rotateKey'),
  row('DELETE', '/admin/v1/keys/:id', 'admin', 'none', 'none', 'revokeKey'),
  row('GET', '/admin/v1/ledger', 'admin', 'none', 'none', 'listLedger'),
  row('GET', '/admin/v1/ledger/unreported', 'admin', 'none', 'none', 'listUnreported'),
  row('POST', '/admin/v1/ledger/flush', 'admin', 'none', 'none', 'flushLedger'),
  row('GET', '/admin/v1/reports/cost', 'admin', 'none', 'none', 'reportCost'),
  row('GET', '/admin/v1/revision', 'admin', 'none', 'none', 'showRevision'),
]

function row(
  method: RouteRow['method'],
  path: string,
  auth: Auth,
  bodyLimit: RouteRow['bodyLimit'],
  guardScope: RouteRow['guardScope'],
  handler: HandlerName,
): RouteRow {
  return { method, path, auth, bodyLimit, guardScope, errorWire: 'openai-chat', handler }
}
