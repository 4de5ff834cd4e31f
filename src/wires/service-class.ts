/** The price class a reply says it was served in. */

import type { Json } from '../ground/json.ts'
import type { ServiceClass } from './wire.ts'

const CLASSES: Readonly<Record<string, ServiceClass>> = {
  default: 'standard',
  standard: 'standard',
  // Groq's word for its ordinary tier.
  on_demand: 'standard',
  on_demand_flex: 'flex',
  on_demand_priority: 'priority',
  flex: 'flex',
  priority: 'priority',
  batch: 'batch',
}

/** From `service_tier` of a reply (OpenAI, Groq) or its usage (Anthropic); undefined for words that name no class, such as `auto`. */
export function serviceClassOf(word: Json | undefined): ServiceClass | undefined {
  return typeof word === 'string' && Object.hasOwn(CLASSES, word) ? CLASSES[word] : undefined
}
