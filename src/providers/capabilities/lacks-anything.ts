/** Whether a target is known to lack anything at all: most are not, and then a call's needs need not be found out. */

import type { HttpProvider } from '../provider.ts'
import { CHAT_CAPABILITIES } from './capability.ts'
import { findCapability } from './find-capability.ts'

const MAX_MODELS = 1000

/** No call needs a cache hint: without it the answer is the same. */
const NEEDED = CHAT_CAPABILITIES.filter((capability) => capability !== 'cache-control')

const known = new WeakMap<HttpProvider, Map<string, boolean>>()

/** Remembered per provider and model. */
export function lacksAnything(provider: HttpProvider, model: string): boolean {
  let models = known.get(provider)
  if (!models) {
    models = new Map()
    known.set(provider, models)
  }
  let lacks = models.get(model)
  if (lacks === undefined) {
    lacks = NEEDED.some((capability) => findCapability(capability, provider, model).verdict === 'no')
    // A wildcard route lets apps name any model: the list must not grow with them.
    if (models.size >= MAX_MODELS) models.clear()
    models.set(model, lacks)
  }
  return lacks
}
