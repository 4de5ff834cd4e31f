/** The message of a stream under way: parts -> content, plan, call and citation events. */

import type { Part } from '../../ground/chat-reply.ts'
import { isObject, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { encodeCitation } from './citations.ts'
import { UNKNOWN_EVENT } from './decode-stream.ts'
import { isPlan } from './encode-assistant.ts'
import { NO_SIGNATURES, REFUSAL } from './encode-reply.ts'
import { encodeLogprobs } from './logprobs.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { WIRE } from './wire-name.ts'

type ChoicePart = Exclude<Extract<Part, { choice: number }>, { type: 'choice-finish' }>

export class StreamMessage {
  readonly #emit: (event: JsonObject) => void
  readonly #losses: Losses
  /** Index of the content under way or to come. */
  #index = 0
  #open: 'text' | 'thinking' | undefined
  /** The text under way, for citations that name no words. */
  #text = ''
  #citations = 0
  readonly #calls = new Set<number>()
  hasCalls = false

  constructor(emit: (event: JsonObject) => void, losses: Losses) {
    this.#emit = emit
    this.#losses = losses
  }

  take(part: ChoicePart): void {
    switch (part.type) {
      case 'text-delta':
        this.#words('text', part.text, part.logprobs && encodeLogprobs(part.logprobs))
        return
      case 'refusal-delta':
        this.#losses.changed('refusal', REFUSAL)
        this.#words('text', part.text, part.logprobs && encodeLogprobs(part.logprobs))
        return
      case 'reasoning-delta':
        if (isPlan(part)) this.#plan(part.text)
        else this.#words('thinking', part.text, undefined)
        return
      case 'reasoning-signature':
      case 'reasoning-redacted':
        this.#losses.dropped('thinking.signature', NO_SIGNATURES)
        this.#closeContent()
        return
      case 'text-citation': {
        const index = this.#citations++
        const citations = encodeCitation(part.citation, this.#text, this.#index)
        this.#emit({ type: 'citation-start', index, delta: { message: { citations } } })
        this.#emit({ type: 'citation-end', index })
        return
      }
      case 'block-break':
        this.#closeContent()
        return
      case 'opaque-block':
        this.#opaque(part.wire, part.value)
        return
      default:
        this.#call(part)
    }
  }

  /** Ends whatever is open. */
  close(): void {
    this.#closeContent()
    for (const index of this.#calls) this.#emit({ type: 'tool-call-end', index })
    this.#calls.clear()
  }

  #words(kind: 'text' | 'thinking', words: string, logprobs: JsonObject[] | undefined): void {
    if (!words && !logprobs) return
    if (this.#open !== kind) {
      this.#closeContent()
      this.#open = kind
      this.#content('content-start', { type: kind, [kind]: '' })
    }
    if (kind === 'text') this.#text += words
    this.#content('content-delta', { [kind]: words }, logprobs)
  }

  #content(type: string, content: JsonObject, logprobs?: JsonObject[]): void {
    this.#emit({ type, index: this.#index, delta: { message: { content } }, ...(logprobs && { logprobs }) })
  }

  #closeContent(): void {
    if (!this.#open) return
    this.#emit({ type: 'content-end', index: this.#index++ })
    this.#open = undefined
    this.#text = ''
  }

  #plan(text: string): void {
    this.#closeContent()
    if (text) this.#emit({ type: 'tool-plan-delta', delta: { message: { tool_plan: text } } })
  }

  #call(part: Extract<ChoicePart, { index: number }>): void {
    const { index } = part
    if (part.type === 'tool-call-start') {
      this.#closeContent()
      this.hasCalls = true
      this.#calls.add(index)
      const call = { id: part.id, type: 'function', function: { name: part.name, arguments: '' } }
      this.#emit({ type: part.type, index, delta: { message: { tool_calls: call } } })
    } else if (!this.#calls.has(index)) return
    else if (part.type === 'tool-call-end') {
      this.#calls.delete(index)
      this.#emit({ type: part.type, index })
    } else if (part.arguments) {
      const call = { function: { arguments: part.arguments } }
      this.#emit({ type: part.type, index, delta: { message: { tool_calls: call } } })
    }
  }

  #opaque(wire: string, value: JsonObject): void {
    this.#closeContent()
    if (wire !== WIRE) this.#losses.dropped('content', `A block that only ${wire} knows was left out of the answer.`)
    else if (value.type === UNKNOWN_EVENT && isObject(value.event)) this.#emit(value.event)
    else if (value.type === MESSAGE_FIELDS)
      this.#losses.dropped('message', 'Fields of a message that are not of this API have no place in a stream.')
    else {
      this.#content('content-start', value)
      this.#emit({ type: 'content-end', index: this.#index++ })
    }
  }
}
