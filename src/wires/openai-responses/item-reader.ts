/** Reads one output item, from its events or whole, into parts. */

import type { Part } from '../../ground/chat-reply.ts'
import type { JsonObject } from '../../ground/json.ts'

/** Parts are said once, whether events or the finished item tell of them first. */
export interface ItemReader {
  /** The item as it was announced. */
  start(item: JsonObject): Part[]
  /** An event about the item. */
  event(event: JsonObject): Part[]
  /** The finished item: says what the events left out. An item without events is read whole from here. */
  done(item: JsonObject): Part[]
}
