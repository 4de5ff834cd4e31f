/** The output of a response as it grows: places, ids and the items that are done. */

import type { JsonObject } from '../../ground/json.ts'
import type { SendEvent } from './event-sink.ts'

/** An item that was announced; `id` and `index` name it in every event about it. */
export interface OpenItem {
  readonly index: number
  readonly id: string
}

/** The output of one response. */
export class Output {
  readonly #send: SendEvent
  readonly #items: JsonObject[] = []
  #count = 0
  /** The response's id, of which item ids are made. */
  replyId = ''

  constructor(send: SendEvent) {
    this.#send = send
  }

  /** The items that are done, in the order in which they began. */
  get items(): JsonObject[] {
    return this.#items.filter((item) => item !== undefined)
  }

  /** Announces an item; without an `id` of its own it gets one with the API's `prefix` for its kind. */
  open(item: JsonObject, prefix: string, id?: string): OpenItem {
    const index = this.#count++
    const open = { index, id: id ?? `${prefix}_${this.replyId.replace(/[^A-Za-z0-9]/g, '')}_${index}` }
    this.#send('response.output_item.added', { output_index: index, item: { id: open.id, ...item } })
    return open
  }

  /** An event about an open item. */
  event({ index, id }: OpenItem, type: string, fields: JsonObject): void {
    this.#send(type, { item_id: id, output_index: index, ...fields })
  }

  close({ index, id }: OpenItem, item: JsonObject): void {
    const done = { id, ...item }
    this.#items[index] = done
    this.#send('response.output_item.done', { output_index: index, item: done })
  }
}
