/** Writes items that the hub has no words for: those of this wire as they came, and pictures. */

import { asObject, asString, isObject, type JsonObject } from '../../ground/json.ts'
import { WHOLE_BLOCK } from '../../ground/unfold.ts'
import type { Output } from './output.ts'
import { WIRE } from './wire-name.ts'

/** False when the block has no form here, and nothing was written. */
export function writeOpaque(output: Output, wire: string, value: JsonObject): boolean {
  const item = wire === WIRE ? value : wire === WHOLE_BLOCK ? pictureItem(value) : undefined
  if (!item) return false
  const { id, ...rest } = item
  const running = item.status === undefined ? rest : { ...rest, status: 'in_progress' }
  const custom = item.type === 'custom_tool_call'
  const open = output.open(custom ? { ...running, input: '' } : running, 'item', asString(id))
  if (custom) {
    const input = asString(item.input) ?? ''
    if (input) output.event(open, 'response.custom_tool_call_input.delta', { delta: input })
    output.event(open, 'response.custom_tool_call_input.done', { input })
  }
  output.close(open, rest)
  return true
}

/** A picture that another API's model made, as this API shows the pictures of its own tool. */
function pictureItem(block: JsonObject): JsonObject | undefined {
  const source = asObject(block.source)
  if (block.type !== 'image' || !isObject(source) || source.kind !== 'base64') return undefined
  const data = asString(source.data)
  return data === undefined ? undefined : { type: 'image_generation_call', status: 'completed', result: data }
}
