/** A function call, whole or in events -> a tool call. */

import type { Part } from '../../ground/chat-reply.ts'
import { asString, type Json, type JsonObject } from '../../ground/json.ts'
import type { BlockBreaks } from './block-breaks.ts'
import type { ItemReader } from './item-reader.ts'
import { functionCallFields } from './message-fields.ts'
import { WIRE } from './wire-name.ts'

/** Says the call once its name is known; arguments that came earlier follow. */
export class FunctionCallReader implements ItemReader {
  readonly #breaks: BlockBreaks
  readonly #index: number
  readonly #fallbackId: string
  #id = ''
  #started = false
  #characters = 0
  /** Arguments that came before the call's name did. */
  #waiting = ''

  constructor(index: number, fallbackId: string, breaks: BlockBreaks) {
    this.#index = index
    this.#fallbackId = fallbackId
    this.#breaks = breaks
  }

  start(item: JsonObject): Part[] {
    const name = asString(item.name)
    const id = asString(item.call_id)
    return name && id ? this.#start(name, id) : []
  }

  event(event: JsonObject): Part[] {
    switch (event.type) {
      case 'response.function_call_arguments.delta':
        return this.#add(asString(event.delta) ?? '')
      case 'response.function_call_arguments.done':
        return this.#add(textOf(event.arguments).slice(this.#characters))
      default:
        return []
    }
  }

  done(item: JsonObject): Part[] {
    const id = asString(item.call_id) || asString(item.id) || this.#fallbackId
    const parts = this.#start(asString(item.name) ?? '', id)
    parts.push(...this.#add(textOf(item.arguments).slice(this.#characters)))
    parts.push({ type: 'tool-call-end', choice: 0, index: this.#index })
    const value = functionCallFields(item, this.#id)
    if (value) parts.push({ type: 'opaque-block', choice: 0, wire: WIRE, value })
    return parts
  }

  #start(name: string, id: string): Part[] {
    if (this.#started) return []
    this.#started = true
    this.#id = id
    this.#breaks.closed()
    const parts: Part[] = [{ type: 'tool-call-start', choice: 0, index: this.#index, id, name }]
    if (this.#waiting) parts.push(this.#delta(this.#waiting))
    return parts
  }

  #add(text: string): Part[] {
    if (text === '') return []
    this.#characters += text.length
    if (this.#started) return [this.#delta(text)]
    this.#waiting += text
    return []
  }

  #delta(text: string): Part {
    return { type: 'tool-call-delta', choice: 0, index: this.#index, arguments: text }
  }
}

function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
