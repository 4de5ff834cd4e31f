/** The roof: turns bindings into ports, builds the gateway once per isolate and mounts the surfaces. */

import builtIn from '#revision'
import type { Revision } from './config/revision.ts'
import { hashedEmbedder } from './edge/hashed-embedder.ts'
import { createEdgeModels } from './edge/models.ts'
import intentWeights from './edge/weights/intent.bin'
import { type GatewayError, gatewayError } from './ground/error.ts'
import { randomBase62, secureRandomBytes } from './ground/ids.ts'
import { err, ok, type Result } from './ground/result.ts'
import { createGateway } from './journey/create-gateway.ts'
import type { AlertPost } from './ports/alerts.ts'
import { systemClock } from './ports/clock.ts'
import { buildUpstreamRequest } from './providers/http-request.ts'
import { createBindingFetch } from './providers/workers-ai/binding-fetch.ts'
import { createAlertPost } from './services/alerts/alert-post.ts'
import { createKeyService } from './services/keys/key-service.ts'
import { createKeyVerifier } from './services/keys/key-verifier.ts'
import { type DerivedSecrets, deriveSecrets } from './services/keys/secrets.ts'
import { createLedgerWriter } from './services/ledger/ledger-writer.ts'
import { CanaryDesk } from './services/routing/canary-desk.ts'
import { Upstreams } from './services/routing/upstreams.ts'
import { systemTimers } from './services/timers.ts'
import { type AccountEnv, Account as AccountObject } from './stores/durable/account.ts'
import type { AnswerCache } from './stores/durable/answer-cache.ts'
import type { Canary } from './stores/durable/canary.ts'
import type { Control } from './stores/durable/control.ts'
import { durableAccounts } from './stores/durable/durable-accounts.ts'
import { durableCaches } from './stores/durable/durable-caches.ts'
import { durableCanaries } from './stores/durable/durable-canaries.ts'
import { durableKeyStore } from './stores/durable/durable-key-store.ts'
import { durableReplies } from './stores/durable/durable-replies.ts'
import type { Replies } from './stores/durable/replies.ts'
import { type RevisionFolder, readLiveRevision } from './stores/live-revision.ts'
import { alertHandlers } from './surfaces/admin/alert-handlers.ts'
import { canaryHandlers } from './surfaces/admin/canary-handlers.ts'
import { explainHandlers } from './surfaces/admin/explain-handlers.ts'
import { createAdminGuard } from './surfaces/admin/guard-admin.ts'
import { keyHandlers } from './surfaces/admin/key-handlers.ts'
import { ledgerHandlers } from './surfaces/admin/ledger-handlers.ts'
import { priceHandlers } from './surfaces/admin/price-handlers.ts'
import { reportHandlers } from './surfaces/admin/report-handlers.ts'
import { createApp } from './surfaces/http/app.ts'
import { callerWire, errorReply } from './surfaces/http/error-shape.ts'
import { appHandlers } from './surfaces/http/handlers.ts'

export { AnswerCache } from './stores/durable/answer-cache.ts'
export { Canary } from './stores/durable/canary.ts'
export { Control } from './stores/durable/control.ts'
export { Replies } from './stores/durable/replies.ts'

interface Bindings {
  readonly CONTROL: DurableObjectNamespace<Control>
  readonly ACCOUNT: DurableObjectNamespace<AccountObject>
  readonly REPLIES: DurableObjectNamespace<Replies>
  readonly CANARY: DurableObjectNamespace<Canary>
  readonly ANSWERS: DurableObjectNamespace<AnswerCache>
  /** Root secret of the deployment: peppers keys. */
  readonly SLUICE_SECRET?: string
  /** A folder with documents that may change while calls run; only `sluice start --watch` binds it. */
  readonly LIVE?: RevisionFolder
  readonly [secret: string]: unknown
}

/** A team's account, which tells the revision's destinations of its alerts. */
export class Account extends AccountObject {
  constructor(state: DurableObjectState, bindings: Bindings & AccountEnv) {
    super(state, bindings, alertPost(bindings))
  }
}

type App = ReturnType<typeof createApp>

/** What calls are made by now. */
let revision: Revision = builtIn
/** One per isolate; a failure is not kept, so that a repaired binding is seen. */
let building: Promise<Result<App, GatewayError>> | undefined
let lookedAtMs = 0
const LOOK_EVERY_MS = 250

export default {
  async fetch(request, bindings, context) {
    if (!building) {
      building = build(bindings)
      // Other requests wait for it too, so it must not end with the client that happened to come first.
      context.waitUntil(building)
    }
    if (bindings.LIVE) context.waitUntil(followDocuments(bindings, bindings.LIVE))
    const app = await building
    if (app.ok) return app.value.fetch(request, bindings, context)
    building = undefined
    return errorReply(app.error, callerWire(request))
  },
} satisfies ExportedHandler<Bindings>

/** Calls under way end by the documents they began with; those that come once the new ones are ready go by them. */
async function followDocuments(bindings: Bindings, folder: RevisionFolder): Promise<void> {
  const nowMs = systemClock.now()
  if (nowMs < lookedAtMs + LOOK_EVERY_MS) return
  lookedAtMs = nowMs
  const next = await readLiveRevision(folder, revision.hash)
  if (!next) return
  revision = next
  const app = await build(bindings)
  if (app.ok) building = Promise.resolve(app)
}

interface Desks {
  readonly secrets: DerivedSecrets
  readonly keys: ReturnType<typeof createKeyVerifier>
  readonly ledger: ReturnType<typeof createLedgerWriter>
  readonly upstreams: Upstreams
}

/** What outlives a change of documents: leases, known keys, what was learnt of upstreams. */
let desks: Desks | undefined

async function openDesks(bindings: Bindings): Promise<Result<Desks, GatewayError>> {
  if (desks) return ok(desks)
  const secrets = await deriveSecrets(bindings.SLUICE_SECRET ?? '')
  if (!secrets.ok) {
    const message = `This gateway is not set up: ${secrets.error.message} On Cloudflare: npx wrangler secret put SLUICE_SECRET.`
    return err(gatewayError('unavailable', message))
  }
  const store = durableKeyStore(bindings.CONTROL)
  desks ??= {
    secrets: secrets.value,
    keys: createKeyVerifier({ store, secrets: secrets.value, clock: systemClock }),
    ledger: createLedgerWriter({ accounts: durableAccounts(bindings.ACCOUNT), clock: systemClock }),
    upstreams: new Upstreams(systemClock),
  }
  return ok(desks)
}

async function build(bindings: Bindings): Promise<Result<App, GatewayError>> {
  const opened = await openDesks(bindings)
  if (!opened.ok) return opened
  const { secrets, keys, ledger, upstreams } = opened.value
  const current = revision
  const store = durableKeyStore(bindings.CONTROL)
  const accounts = durableAccounts(bindings.ACCOUNT)
  const canaries = durableCanaries(bindings.CANARY)
  const gateway = createGateway({
    revision: current,
    upstreams,
    keys,
    ledger,
    replies: durableReplies(bindings.REPLIES),
    rate: (team, rating) => accounts(current.organisation, team).rate(rating),
    caches: durableCaches(bindings.ANSWERS),
    embedder: hashedEmbedder,
    canaries: new CanaryDesk({
      canaries,
      organisation: current.organisation,
      clock: systemClock,
      isolate: randomBase62(22, secureRandomBytes),
    }),
    edgeModels: createEdgeModels({ intent: intentWeights }),
    secret: (name) => textBinding(bindings, name),
    fetch: createBindingFetch({
      fetch: (url, init) => fetch(url, init),
      binding: (name) => bindings[name],
      clock: systemClock,
    }),
    buildRequest: buildUpstreamRequest,
    clock: systemClock,
    timers: systemTimers,
    random: Math.random,
  })
  const keyService = createKeyService({
    store,
    secrets,
    clock: systemClock,
    randomBytes: secureRandomBytes,
  })
  const teams = async (): Promise<string[]> =>
    [...new Set([...current.teams, ...(await store.list()).map((key) => key.team)])].sort()
  const handlers = {
    ...appHandlers(gateway),
    ...keyHandlers({ service: keyService, forget: () => keys.forget(), teams: current.teams, clock: systemClock }),
    ...ledgerHandlers({ teams, account: (team) => accounts(current.organisation, team), flush: () => ledger.flush() }),
    ...reportHandlers({
      organisation: current.organisation,
      teams,
      account: (team) => accounts(current.organisation, team),
      clock: systemClock,
      price: gateway.price,
    }),
    ...alertHandlers({
      teams,
      account: (team) => accounts(current.organisation, team),
      destinations: (current.alerts ?? []).map(({ name }) => name),
      post: alertPost(bindings),
      clock: systemClock,
      randomBytes: secureRandomBytes,
    }),
    ...explainHandlers({
      gateway,
      teams,
      account: (team) => accounts(current.organisation, team),
      flush: () => ledger.flush(),
    }),
    ...canaryHandlers({ routes: current.routes, organisation: current.organisation, canaries }),
    ...priceHandlers({
      revision: current,
      teams,
      account: (team) => accounts(current.organisation, team),
      clock: systemClock,
      price: gateway.price,
    }),
    showRevision: () => Response.json(current),
  }
  return ok(createApp(handlers, createAdminGuard(keys)))
}

/** Asks the documents that hold at that moment. */
function alertPost(bindings: Bindings): AlertPost {
  const post = (): AlertPost =>
    createAlertPost({
      revision,
      secret: (name) => textBinding(bindings, name),
      fetch: (url, init) => fetch(url, init),
      clock: systemClock,
      timers: systemTimers,
    })
  return {
    receivers: (subject, team) => post().receivers(subject, team),
    send: (name, alert) => post().send(name, alert),
  }
}

function textBinding(bindings: Bindings, name: string): string | undefined {
  const value = bindings[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
