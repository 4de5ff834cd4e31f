/** Picks the reader for an output item by its type. */

import type { Part } from '../../ground/chat-reply.ts'
import { asString, type JsonObject } from '../../ground/json.ts'
import { BlockBreaks } from './block-breaks.ts'
import type { Contents } from './finish.ts'
import type { ItemReader } from './item-reader.ts'
import { FunctionCallReader } from './read-function-call.ts'
import { MessageReader } from './read-message.ts'
import { ReasoningReader } from './read-reasoning.ts'
import { WIRE } from './wire-name.ts'

/** Calls that the client answers, whatever kind of tool they are for. */
const CLIENT_CALLS: ReadonlySet<string> = new Set([
  'function_call',
  'custom_tool_call',
  'local_shell_call',
  'shell_call',
  'computer_call',
  'apply_patch_call',
])

/** Whether the model waits for the client's answer to this item. */
export function isClientCall(item: JsonObject): boolean {
  return CLIENT_CALLS.has(asString(item.type) ?? '')
}

/** The readers of one response's items, which share call numbers and block boundaries. */
export class ItemReaders {
  readonly #breaks = new BlockBreaks()
  readonly #replyId: () => string
  #calls = 0
  #toolCalls = false
  #refusal = false

  constructor(replyId: () => string) {
    this.#replyId = replyId
  }

  /** What the items read so far hold. */
  get contents(): Contents {
    return { toolCalls: this.#toolCalls, refusal: this.#refusal }
  }

  /** The reader of an item; `key` is its place in the output. Items without a reader of their own stay whole. */
  create(item: JsonObject, key: string): ItemReader {
    const type = asString(item.type) ?? ''
    if (isClientCall(item)) this.#toolCalls = true
    switch (type) {
      case 'message':
        return new Watched(new MessageReader(key, this.#breaks), () => {
          this.#refusal = true
        })
      case 'reasoning':
        return new ReasoningReader(key, this.#breaks)
      case 'function_call': {
        const index = this.#calls++
        const id = `call_${this.#replyId().replace(/[^A-Za-z0-9]/g, '')}_${index}`
        return new FunctionCallReader(index, id, this.#breaks)
      }
      default:
        return new OpaqueReader(this.#breaks)
    }
  }
}

class OpaqueReader implements ItemReader {
  readonly #breaks: BlockBreaks

  constructor(breaks: BlockBreaks) {
    this.#breaks = breaks
  }

  start(): Part[] {
    return []
  }

  event(): Part[] {
    return []
  }

  done(value: JsonObject): Part[] {
    this.#breaks.closed()
    return [{ type: 'opaque-block', choice: 0, wire: WIRE, value }]
  }
}

/** Notices a refusal as it passes. */
class Watched implements ItemReader {
  readonly #reader: ItemReader
  readonly #refused: () => void

  constructor(reader: ItemReader, refused: () => void) {
    this.#reader = reader
    this.#refused = refused
  }

  start(item: JsonObject): Part[] {
    return this.#reader.start(item)
  }

  event(event: JsonObject): Part[] {
    return this.#watch(this.#reader.event(event))
  }

  done(item: JsonObject): Part[] {
    return this.#watch(this.#reader.done(item))
  }

  #watch(parts: Part[]): Part[] {
    if (parts.some(({ type }) => type === 'refusal-delta')) this.#refused()
    return parts
  }
}
