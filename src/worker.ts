/** The roof: turns bindings into ports, builds the gateway once per isolate and mounts the surfaces. */

import revision from '#revision'
import { createEdgeModels } from './edge/models.ts'
import intentWeights from './edge/weights/intent.bin'
import { type GatewayError, gatewayError } from './ground/error.ts'
import { secureRandomBytes } from './ground/ids.ts'
import { err, ok, type Result } from './ground/result.ts'
import { createGateway } from './journey/create-gateway.ts'
import type { AlertPost } from './ports/alerts.ts'
import { systemClock } from './ports/clock.ts'
import { buildUpstreamRequest } from './providers/http-request.ts'
import { createBindingFetch } from './providers/workers-ai/binding-fetch.ts'
import { createAlertPost } from './services/alerts/alert-post.ts'
import { createKeyService } from './services/keys/key-service.ts'
import { createKeyVerifier } from './services/keys/key-verifier.ts'
import { deriveSecrets } from './services/keys/secrets.ts'
import { createLedgerWriter } from './services/ledger/ledger-writer.ts'
import { systemTimers } from './services/timers.ts'
import { type AccountEnv, Account as AccountObject } from './stores/durable/account.ts'
import type { Control } from './stores/durable/control.ts'
import { durableAccounts } from './stores/durable/durable-accounts.ts'
import { durableKeyStore } from './stores/durable/durable-key-store.ts'
import { durableReplies } from './stores/durable/durable-replies.ts'
import type { Replies } from './stores/durable/replies.ts'
import { alertHandlers } from './surfaces/admin/alert-handlers.ts'
import { createAdminGuard } from './surfaces/admin/guard-admin.ts'
import { keyHandlers } from './surfaces/admin/key-handlers.ts'
import { ledgerHandlers } from './surfaces/admin/ledger-handlers.ts'
import { priceHandlers } from './surfaces/admin/price-handlers.ts'
import { reportHandlers } from './surfaces/admin/report-handlers.ts'
import { createApp } from './surfaces/http/app.ts'
import { callerWire, errorReply } from './surfaces/http/error-shape.ts'
import { appHandlers } from './surfaces/http/handlers.ts'

export { Control } from './stores/durable/control.ts'
export { Replies } from './stores/durable/replies.ts'

interface Bindings {
  readonly CONTROL: DurableObjectNamespace<Control>
  readonly ACCOUNT: DurableObjectNamespace<AccountObject>
  readonly REPLIES: DurableObjectNamespace<Replies>
  /** Root secret of the deployment: peppers keys. */
  readonly SLUICE_SECRET?: string
  readonly [secret: string]: unknown
}

/** A team's account, which tells the revision's destinations of its alerts. */
export class Account extends AccountObject {
  constructor(state: DurableObjectState, bindings: Bindings & AccountEnv) {
    super(state, bindings, alertPost(bindings))
  }
}

type App = ReturnType<typeof createApp>

/** One per isolate; a failure is not kept, so that a repaired binding is seen. */
let building: Promise<Result<App, GatewayError>> | undefined

export default {
  async fetch(request, bindings, context) {
    if (!building) {
      building = build(bindings)
      // Other requests wait for it too, so it must not end with the client that happened to come first.
      context.waitUntil(building)
    }
    const app = await building
    if (app.ok) return app.value.fetch(request, bindings, context)
    building = undefined
    return errorReply(app.error, callerWire(request))
  },
} satisfies ExportedHandler<Bindings>

async function build(bindings: Bindings): Promise<Result<App, GatewayError>> {
  const secrets = await deriveSecrets(bindings.SLUICE_SECRET ?? '')
  if (!secrets.ok) {
    const message = `This gateway is not set up: ${secrets.error.message} On Cloudflare: npx wrangler secret put SLUICE_SECRET.`
    return err(gatewayError('unavailable', message))
  }
  const store = durableKeyStore(bindings.CONTROL)
  const accounts = durableAccounts(bindings.ACCOUNT)
  const keys = createKeyVerifier({ store, secrets: secrets.value, clock: systemClock })
  const ledger = createLedgerWriter({ accounts, clock: systemClock })
  const gateway = createGateway({
    revision,
    keys,
    ledger,
    replies: durableReplies(bindings.REPLIES),
    edgeModels: createEdgeModels({ intent: intentWeights }),
    secret: (name) => textBinding(bindings, name),
    fetch: createBindingFetch({
      fetch: (url, init) => fetch(url, init),
      binding: (name) => bindings[name],
      clock: systemClock,
    }),
    buildRequest: buildUpstreamRequest,
    clock: systemClock,
    random: Math.random,
  })
  const keyService = createKeyService({
    store,
    secrets: secrets.value,
    clock: systemClock,
    randomBytes: secureRandomBytes,
  })
  const teams = async (): Promise<string[]> =>
    [...new Set([...revision.teams, ...(await store.list()).map((key) => key.team)])].sort()
  const handlers = {
    ...appHandlers(gateway),
    ...keyHandlers({ service: keyService, forget: () => keys.forget(), teams: revision.teams, clock: systemClock }),
    ...ledgerHandlers({ teams, account: (team) => accounts(revision.organisation, team), flush: () => ledger.flush() }),
    ...reportHandlers({
      organisation: revision.organisation,
      teams,
      account: (team) => accounts(revision.organisation, team),
      clock: systemClock,
      price: gateway.price,
    }),
    ...alertHandlers({
      teams,
      account: (team) => accounts(revision.organisation, team),
      destinations: (revision.alerts ?? []).map(({ name }) => name),
      post: alertPost(bindings),
      clock: systemClock,
      randomBytes: secureRandomBytes,
    }),
    ...priceHandlers({
      revision,
      teams,
      account: (team) => accounts(revision.organisation, team),
      clock: systemClock,
      price: gateway.price,
    }),
    showRevision: () => Response.json(revision),
  }
  return ok(createApp(handlers, createAdminGuard(keys)))
}

function alertPost(bindings: Bindings): AlertPost {
  return createAlertPost({
    revision,
    secret: (name) => textBinding(bindings, name),
    fetch: (url, init) => fetch(url, init),
    clock: systemClock,
    timers: systemTimers,
  })
}

function textBinding(bindings: Bindings, name: string): string | undefined {
  const value = bindings[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
