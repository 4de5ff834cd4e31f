/** Every HTTP route of the gateway in one table: who may call it, how large a body, and what guards its text. */

import { assertNever } from '../../ground/result.ts'
import { CALL_ROWS, type Door, type ErrorWire } from './call-doors.ts'

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
  readonly errorWire: ErrorWire
  readonly handler: HandlerName
  /** What a call goes through; only for the handler `call`. */
  readonly door?: Door
  /** One line for the API description. */
  readonly summary: string
}

export type HandlerName =
  | 'call'
  | 'listModels'
  | 'showModel'
  | 'listGeminiModels'
  | 'showGeminiModel'
  | 'listOllamaModels'
  | 'health'
  | 'home'
  | 'rateCall'
  | 'openapi'
  | 'docs'
  | 'createKey'
  | 'listKeys'
  | 'rotateKey'
  | 'revokeKey'
  | 'listLedger'
  | 'listUnreported'
  | 'reportCost'
  | 'reportAb'
  | 'reportForecast'
  | 'reportBudget'
  | 'reportSavings'
  | 'reportShowback'
  | 'listCanaries'
  | 'tellCanary'
  | 'explainCall'
  | 'explainRequest'
  | 'showPrices'
  | 'repriceLedger'
  | 'showRevision'
  | 'flushLedger'
  | 'listAlerts'
  | 'testAlert'

const SMALL = 64 * 1024

const callRows = CALL_ROWS.map(
  ({ method, path, door, summary, errorWire }): RouteRow => ({
    method,
    path,
    auth: 'app',
    bodyLimit: method === 'POST' ? 'policy' : 'none',
    guardScope: guardScopeOf(door, method),
    errorWire,
    handler: 'call',
    door,
    summary,
  }),
)

export const ROUTE_TABLE: readonly RouteRow[] = [
  ...callRows,
  look('/v1/models', 'app', 'listModels', 'The routes this key may use, as OpenAI or Anthropic list models.'),
  look('/openai/v1/models', 'app', 'listModels', 'The routes this key may use.'),
  look('/v1/models/:model{.+}', 'app', 'showModel', 'One route.'),
  look('/openai/v1/models/:model{.+}', 'app', 'showModel', 'One route.'),
  {
    ...look('/v1beta/models', 'app', 'listGeminiModels', 'The routes this key may use, as Google lists models.'),
    errorWire: 'gemini-generate',
  },
  {
    ...look('/v1beta/models/:model{.+}', 'app', 'showGeminiModel', 'One route, as Google shows a model.'),
    errorWire: 'gemini-generate',
  },
  {
    ...look('/api/tags', 'app', 'listOllamaModels', 'The routes this key may use, as Ollama lists models.'),
    errorWire: 'ollama-chat',
  },
  {
    ...look('/v1/feedback', 'app', 'rateCall', 'What an app thinks of a reply: `request_id` and `score` from 0 to 1.'),
    method: 'POST',
    bodyLimit: SMALL,
  },
  look('/health', 'none', 'health', 'Whether the gateway is up, and its revision.'),
  look('/openapi.json', 'none', 'openapi', 'This description, for machines.'),
  look('/docs', 'none', 'docs', 'This description, for people.'),
  look('/', 'none', 'home', 'What is here, in a few lines.'),
  look('/admin/v1/keys', 'admin', 'listKeys', 'All keys, without their secrets.'),
  change('POST', '/admin/v1/keys', 'createKey', 'Makes a key; its text is shown this once.'),
  change('POST', '/admin/v1/keys/:id/rotate', 'rotateKey', 'Replaces a key; the old one works for a grace period.'),
  { ...change('DELETE', '/admin/v1/keys/:id', 'revokeKey', 'Ends a key.'), bodyLimit: 'none' },
  look('/admin/v1/ledger', 'admin', 'listLedger', 'Rows of the ledger, newest first.'),
  look('/admin/v1/ledger/unreported', 'admin', 'listUnreported', 'Calls that were admitted and never settled.'),
  {
    ...change('POST', '/admin/v1/ledger/flush', 'flushLedger', 'Writes out the rows this isolate still holds.'),
    bodyLimit: 'none',
  },
  look('/admin/v1/reports/cost', 'admin', 'reportCost', 'Cost and usage, grouped; as JSON, CSV, FOCUS or Parquet.'),
  look(
    '/admin/v1/reports/ab',
    'admin',
    'reportAb',
    'The targets of a route side by side, and which differences are proven.',
  ),
  look('/admin/v1/reports/forecast', 'admin', 'reportForecast', 'Where spend will stand when the period ends.'),
  look('/admin/v1/reports/budget', 'admin', 'reportBudget', 'A budget against spend and forecast.'),
  look('/admin/v1/reports/savings', 'admin', 'reportSavings', 'What caches and edge models saved.'),
  look('/admin/v1/reports/showback', 'admin', 'reportShowback', 'Cost by owner, shared cost spread by a rule.'),
  look('/admin/v1/alerts', 'admin', 'listAlerts', 'What there was to tell, and what became of it, newest first.'),
  {
    ...change('POST', '/admin/v1/alerts/:name/test', 'testAlert', 'Sends a test alert to one destination, once.'),
    bodyLimit: 'none',
  },
  look('/admin/v1/canaries', 'admin', 'listCanaries', 'Where the canaries of all routes stand, and what moved them.'),
  change('POST', '/admin/v1/canaries/:route{.+}', 'tellCanary', 'Promotes, rolls back, pauses or resumes a canary.'),
  look('/admin/v1/explain/:requestId', 'admin', 'explainCall', 'Why a call went as it did, step by step.'),
  {
    ...change('POST', '/admin/v1/explain', 'explainRequest', 'How a chat request would go; nothing is sent.'),
    bodyLimit: 1024 * 1024,
  },
  look('/admin/v1/prices', 'admin', 'showPrices', 'What models cost from which day, by whose word.'),
  change(
    'POST',
    '/admin/v1/prices/reprice',
    'repriceLedger',
    'Brings calls of a period to the prices known now, by adjustments.',
  ),
  look('/admin/v1/revision', 'admin', 'showRevision', 'The compiled documents this gateway runs on.'),
]

function look(path: string, auth: Auth, handler: HandlerName, summary: string): RouteRow {
  return {
    method: 'GET',
    path,
    auth,
    bodyLimit: 'none',
    guardScope: 'none',
    errorWire: 'openai-chat',
    handler,
    summary,
  }
}

function change(method: 'POST' | 'DELETE', path: string, handler: HandlerName, summary: string): RouteRow {
  return { ...look(path, 'admin', handler, summary), method, bodyLimit: SMALL }
}

function guardScopeOf(door: Door, method: RouteRow['method']): RouteRow['guardScope'] {
  switch (door.kind) {
    case 'chat':
    case 'gemini':
    case 'realtime':
      return 'chat'
    case 'task':
    case 'classify':
      return 'text'
    case 'stored':
      return method === 'POST' ? 'text' : 'none'
    default:
      return assertNever(door)
  }
}
