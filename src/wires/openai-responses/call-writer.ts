/** Writes a function call item. */

import type { JsonObject } from '../../ground/json.ts'
import type { OpenItem, Output } from './output.ts'

/** One call from its announcement to its end; calls may be open side by side. */
export class CallWriter {
  readonly #output: Output
  readonly #item: OpenItem
  readonly #name: string
  readonly callId: string
  #arguments = ''
  #fields: JsonObject = {}
  /** The call is whole; only fields of its own may still come. */
  ended = false

  constructor(output: Output, callId: string, name: string) {
    this.#output = output
    this.callId = callId
    this.#name = name
    this.#item = output.open({ ...this.#value('in_progress') }, 'fc')
  }

  add(delta: string): void {
    if (delta === '') return
    this.#arguments += delta
    this.#output.event(this.#item, 'response.function_call_arguments.delta', { delta })
  }

  /** What only this wire knows of the call, such as its `caller`. */
  addFields(fields: JsonObject): void {
    this.#fields = fields
  }

  close(status: 'completed' | 'incomplete'): void {
    // A call without arguments is an empty object: clients parse what they get.
    if (this.#arguments === '' && status === 'completed') this.add('{}')
    const done = { name: this.#name, arguments: this.#arguments }
    this.#output.event(this.#item, 'response.function_call_arguments.done', done)
    this.#output.close(this.#item, { ...this.#value(status), ...this.#fields })
  }

  #value(status: string): JsonObject {
    return { type: 'function_call', status, arguments: this.#arguments, call_id: this.callId, name: this.#name }
  }
}
