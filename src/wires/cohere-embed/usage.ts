/** `meta.billed_units` of an Embed reply <-> the hub's units. */

import { asObject, type JsonObject } from '../../ground/json.ts'
import { totalInput, type Usage } from '../../ground/usage.ts'
import { statedCount } from '../task-tap.ts'

/** What is billed; undefined when the provider said nothing. Tokens of pictures are counted beside those of texts. */
export function decodeUsage(body: JsonObject): Usage | undefined {
  const billed = asObject(asObject(body.meta)?.billed_units) ?? {}
  const input = statedCount(billed.input_tokens)
  const imageIn = statedCount(billed.image_tokens)
  if (input === undefined && imageIn === undefined) return undefined
  return { ...(input !== undefined && { input }), ...(imageIn && { imageIn }) }
}

/** `meta` as Cohere's clients read it; nothing is said of what nobody counted. */
export function encodeMeta(usage: Usage | undefined): JsonObject {
  const version = { api_version: { version: '2' } }
  if (!usage) return version
  const image = usage.imageIn ?? 0
  const billed = { input_tokens: totalInput(usage) - image, ...(image > 0 && { image_tokens: image }) }
  return { ...version, billed_units: billed }
}
