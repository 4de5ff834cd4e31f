/** Builds the gateway of one isolate from a revision, its bindings and the services. */

import type { Revision } from '../config/revision.ts'
import type { EdgeModels } from '../edge/models.ts'
import { gatewayError } from '../ground/error.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Provider } from '../providers/provider.ts'
import { resolveProvider } from '../providers/resolve-provider.ts'
import { createPriceFinder } from '../services/pricing/find-price.ts'
import { priceCall } from '../services/pricing/price-call.ts'
import { createRouteIndex } from '../services/routing/route-index.ts'
import type { Gateway } from './gateway.ts'

export interface GatewayParts {
  readonly revision: Revision
  readonly keys: Gateway['keys']
  readonly ledger: Gateway['ledger']
  readonly replies: Gateway['replies']
  readonly edgeModels: EdgeModels
  /** The value of a secret by its name; undefined when the deployment has none. */
  secret(name: string): string | undefined
  readonly fetch: Gateway['fetch']
  readonly buildRequest: Gateway['buildRequest']
  readonly clock: Clock
  readonly random: Random
}

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
  return {
    revision,
    routes: createRouteIndex(revision.routes),
    maxBodyBytes: Math.max(0, ...revision.routes.map((route) => route.policy.maxBodyBytes)),
    keys: parts.keys,
    ledger: parts.ledger,
    replies: parts.replies,
    clock: parts.clock,
    random: parts.random,
    fetch: parts.fetch,
    buildRequest: parts.buildRequest,
    provider(name) {
      const provider = providerNamed(name)
      return provider.ok ? provider : err(gatewayError('unavailable', provider.error))
    },
    credential(name) {
      const provider = providerNamed(name)
      if (!provider.ok || provider.value.transport === 'local') return ok(undefined)
      const { secretName, auth, title } = provider.value
      const value = secretName === undefined ? undefined : parts.secret(secretName)
      if (value || (auth === 'none' && secretName === undefined)) return ok(value)
      const secret = secretName ?? 'api_key'
      return err(
        gatewayError(
          'upstream-credential',
          `The provider ${title} has no credential here: an admin must set the secret ${secret}.`,
          { status: 503 },
        ),
      )
    },
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
