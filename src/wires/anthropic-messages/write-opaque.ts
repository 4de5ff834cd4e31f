/** Replays a block that only this wire knows in the events it first came in. */

import { isObject, type JsonObject } from '../../ground/json.ts'
import type { BlockQueue } from './block-queue.ts'

/** Tool inputs and compaction summaries come as deltas after an empty start; everything else is whole at the start. */
export function writeOpaque(queue: BlockQueue, value: JsonObject): void {
  const kind = String(value.type)
  if (isObject(value.input)) {
    const block = queue.open(kind, { ...value, input: {} })
    queue.delta(block, { type: 'input_json_delta', partial_json: JSON.stringify(value.input) })
    queue.close(block)
  } else if (value.type === 'compaction') {
    const block = queue.open(kind, { ...value, content: null })
    queue.delta(block, { type: 'compaction_delta', content: value.content ?? null })
    queue.close(block)
  } else queue.close(queue.open(kind, value))
}
