/** Tool calls of one streamed choice: pieces under any vendor's numbering -> parts with one index per call. */

import type { Part } from '../../ground/chat-reply.ts'
import { asNumber, asObject, asString, type JsonObject, parseJson } from '../../ground/json.ts'
import { inventedCallId } from './decode-message.ts'
import { extraFields, toolCallFields } from './tool-calls.ts'

interface Call {
  /** Our index: calls in the order they began. */
  readonly index: number
  /** The id as the vendor gave it; empty for none. */
  readonly vendorId: string
  id: string
  name: string
  arguments: string
  started: boolean
  ended: boolean
  /** A custom tool's call, whole once it ends; the hub has no form for it. */
  custom?: JsonObject
}

export class StreamCalls {
  readonly #choice: number
  readonly #replyId: () => string
  readonly #calls: Call[] = []
  /** The call that last began under each of the vendor's indexes. */
  readonly #at = new Map<number, Call>()

  constructor(choice: number, replyId: () => string) {
    this.#choice = choice
    this.#replyId = replyId
  }

  get any(): boolean {
    return this.#calls.length > 0
  }

  /** One entry of `delta.tool_calls`. */
  push(piece: JsonObject): Part[] {
    const target = asObject(piece.function) ?? asObject(piece.custom) ?? {}
    const input = target.arguments ?? target.input
    const text = typeof input === 'string' ? input : input === undefined || input === null ? '' : JSON.stringify(input)
    const id = asString(piece.id) ?? ''
    const name = asString(target.name) ?? ''
    const parts: Part[] = []
    let call = this.#find(asNumber(piece.index), id, name, text)
    if (!call) {
      parts.push(...this.#endComplete())
      call = this.#begin(asNumber(piece.index), id)
      if (piece.type === 'custom' || asObject(piece.custom)) call.custom = piece
    }
    if (name && !call.name) call.name = name
    parts.push(...this.#start(call))
    if (text) parts.push(...this.#add(call, text))
    const extra = extraFields(piece)
    if (extra && !call.custom) {
      const { wire, value } = toolCallFields(call.id, extra)
      parts.push({ type: 'opaque-block', choice: this.#choice, wire, value })
    }
    return parts
  }

  /** Ends what is still open, when the choice ends. */
  end(): Part[] {
    return this.#calls.flatMap((call) => this.#end(call))
  }

  /** The call a piece goes on with; undefined if it begins a new one. */
  #find(index: number | undefined, id: string, name: string, text: string): Call | undefined {
    // Mistral and others leave the index out: then the id tells, or the piece goes on with the last call.
    const call =
      index === undefined
        ? (this.#calls.findLast((known) => id !== '' && known.vendorId === id) ??
          (id || name ? undefined : this.#calls.at(-1)))
        : this.#at.get(index)
    if (!call || !name) return call
    // Kimi and Gemini through compatible endpoints send parallel calls all under index 0, told apart by their ids.
    if (id && call.vendorId && id !== call.vendorId) return undefined
    // Some repeat the id as well, or have none: a named piece after arguments that are whole is another call.
    return call.name && text && isWhole(call.arguments) ? undefined : call
  }

  #begin(index: number | undefined, vendorId: string): Call {
    const call: Call = {
      index: this.#calls.length,
      vendorId,
      id: this.#freeId(vendorId || inventedCallId(this.#replyId(), this.#calls.length)),
      name: '',
      arguments: '',
      started: false,
      ended: false,
    }
    this.#calls.push(call)
    this.#at.set(index ?? call.index, call)
    return call
  }

  #freeId(wanted: string): string {
    let id = wanted
    for (let copy = 2; this.#calls.some((call) => call.id === id); copy++) id = `${wanted}_${copy}`
    return id
  }

  /** A call starts once its name is known. */
  #start(call: Call): Part[] {
    if (call.started || !call.name || call.custom) return []
    call.started = true
    const { id, name, index } = call
    const start: Part = { type: 'tool-call-start', choice: this.#choice, index, id, name }
    if (!call.arguments) return [start]
    return [start, { type: 'tool-call-delta', choice: this.#choice, index, arguments: call.arguments }]
  }

  #add(call: Call, text: string): Part[] {
    call.arguments += text
    if (!call.started || call.ended) return []
    return [{ type: 'tool-call-delta', choice: this.#choice, index: call.index, arguments: text }]
  }

  /** Calls whose arguments are whole when the next begins; another may still be under way beside it. */
  #endComplete(): Part[] {
    return this.#calls.flatMap((call) => (!call.ended && isWhole(call.arguments) ? this.#end(call) : []))
  }

  #end(call: Call): Part[] {
    if (call.ended) return []
    call.ended = true
    if (call.custom) {
      const custom = { ...asObject(call.custom.custom), name: call.name, input: call.arguments }
      const { wire } = toolCallFields('', {})
      const value = { id: call.id, type: 'custom', custom }
      return [{ type: 'opaque-block', choice: this.#choice, wire, value }]
    }
    const end: Part = { type: 'tool-call-end', choice: this.#choice, index: call.index }
    if (call.started) return [end]
    const { id, name, index } = call
    return [{ type: 'tool-call-start', choice: this.#choice, index, id, name }, end]
  }
}

function isWhole(text: string): boolean {
  return text.trimEnd().endsWith('}') && parseJson(text) !== undefined
}
