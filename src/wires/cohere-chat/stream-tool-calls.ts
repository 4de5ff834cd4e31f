/** Tool calls of a streamed message: their events -> parts. */

import type { Part } from '../../ground/chat-reply.ts'
import { asObject, asString, type Json, type JsonObject } from '../../ground/json.ts'
import { callId } from './tool-calls.ts'

interface Call {
  readonly index: number
  /** What could still become the word "null", which stands for no arguments. */
  held: string
  anything: boolean
}

const NOTHING = 'null'

export class StreamToolCalls {
  #count = 0
  readonly #open = new Map<number, Call>()

  start(place: number, call: JsonObject): Part[] {
    const target = asObject(call.function) ?? {}
    const name = asString(target.name) ?? ''
    const parts = this.end(place)
    const index = this.#count++
    this.#open.set(place, { index, held: '', anything: false })
    parts.push({ type: 'tool-call-start', choice: 0, index, id: callId(call, name, index), name })
    return [...parts, ...this.#add(place, target.arguments)]
  }

  delta(place: number, call: JsonObject): Part[] {
    return this.#add(place, asObject(call.function)?.arguments)
  }

  end(place: number): Part[] {
    const call = this.#open.get(place)
    if (!call) return []
    this.#open.delete(place)
    const end: Part = { type: 'tool-call-end', choice: 0, index: call.index }
    const held = call.held.trim()
    if (call.anything) return [end]
    const text = held === '' || held === NOTHING ? '{}' : call.held
    return [{ type: 'tool-call-delta', choice: 0, index: call.index, arguments: text }, end]
  }

  endAll(): Part[] {
    return [...this.#open.keys()].flatMap((place) => this.end(place))
  }

  #add(place: number, value: Json | undefined): Part[] {
    const call = this.#open.get(place)
    if (!call || value === undefined || value === null) return []
    call.held += typeof value === 'string' ? value : JSON.stringify(value)
    if (!call.held || (!call.anything && NOTHING.startsWith(call.held.trim()))) return []
    const { held, index } = call
    call.held = ''
    call.anything = true
    return [{ type: 'tool-call-delta', choice: 0, index, arguments: held }]
  }
}
