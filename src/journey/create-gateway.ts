/** Builds the gateway of one isolate from a revision, its bindings and the services. */

import type { Revision } from '../config/revision.ts'
import type { EdgeModels } from '../edge/models.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Provider } from '../providers/provider.ts'
import { resolveProvider } from '../providers/resolve-provider.ts'
import { SingleFlight } from '../services/cache/single-flight.ts'
import { createPriceFinder } from '../services/pricing/find-price.ts'
import { priceCall } from '../services/pricing/price-call.ts'
import { createRouteIndex } from '../services/routing/route-index.ts'
import type { Upstreams } from '../services/routing/upstreams.ts'
import type { Timers } from '../services/timers.ts'
import { systemTimers } from '../services/timers.ts'
import type { Credential, Gateway } from './gateway.ts'

export interface GatewayParts {
  readonly revision: Revision
  readonly keys: Gateway['keys']
  readonly ledger: Gateway['ledger']
  readonly replies: Gateway['replies']
  readonly rate: Gateway['rate']
  readonly caches: Gateway['answers']['caches']
  readonly embedder: Gateway['answers']['embedder']
  readonly canaries: Gateway['canaries']
  readonly upstreams: Upstreams
  readonly edgeModels: EdgeModels
  /** The value of a secret by its name; undefined when the deployment has none. */
  secret(name: string): string | undefined
  readonly fetch: Gateway['fetch']
  readonly buildRequest: Gateway['buildRequest']
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
}

const NO_CREDENTIAL: Credential = { id: '', secret: undefined }

export function createGateway(parts: GatewayParts): Gateway {
  const { revision } = parts
  const prices = { book: createPriceFinder(revision.priceBook), agreed: revision.prices }
  const resolved = new Map<string, Result<Provider, string>>()
  const providerNamed = (name: string): Result<Provider, string> => {
    let provider = resolved.get(name)
    if (!provider) {
      provider = resolveProvider(name, revision.providers[name])
      resolved.set(name, provider)
    }
    return provider
  }
  const credentials = (name: string): Result<readonly Credential[], GatewayError> => {
    const provider = providerNamed(name)
    if (!provider.ok || provider.value.transport === 'local') return ok([NO_CREDENTIAL])
    const { secretName, auth, title } = provider.value
    const names = [...(secretName === undefined ? [] : [secretName]), ...(revision.providers[name]?.moreSecrets ?? [])]
    const set = names.flatMap((id) => {
      const secret = parts.secret(id)
      return secret ? [{ id, secret }] : []
    })
    if (set.length > 0) return ok(set)
    if (auth === 'none' && names.length === 0) return ok([NO_CREDENTIAL])
    const message = `The provider ${title} has no credential here: an admin must set the secret ${names[0] ?? 'api_key'}.`
    return err(gatewayError('upstream-credential', message, { status: 503 }))
  }
  return {
    revision,
    routes: createRouteIndex(revision.routes),
    maxBodyBytes: Math.max(0, ...revision.routes.map((route) => route.policy.maxBodyBytes)),
    keys: parts.keys,
    ledger: parts.ledger,
    replies: parts.replies,
    rate: parts.rate,
    answers: { caches: parts.caches, embedder: parts.embedder, flights: new SingleFlight(systemTimers) },
    canaries: parts.canaries,
    clock: parts.clock,
    timers: parts.timers,
    upstreams: parts.upstreams,
    random: parts.random,
    fetch: parts.fetch,
    buildRequest: parts.buildRequest,
    provider(name) {
      const provider = providerNamed(name)
      return provider.ok ? provider : err(gatewayError('unavailable', provider.error))
    },
    credential(name) {
      const found = credentials(name)
      return found.ok ? ok(found.value[0]?.secret) : found
    },
    credentials,
    edgeModel(name) {
      const model = parts.edgeModels.get(name)
      return model.ok
        ? model
        : err(gatewayError('unavailable', `The edge model "${name}" cannot be used: ${model.error}.`))
    },
    price(call) {
      // A server's own name in sluice.yml is not what the book's prices are filed under: its kind is.
      const kind = revision.providers[call.provider]?.kind ?? call.provider
      return priceCall({ ...call, provider: kind, providerName: call.provider }, prices)
    },
  }
}
