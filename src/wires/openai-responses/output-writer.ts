/** Turns the content parts of a reply into output items, one after the other and calls side by side. */

import type { Part } from '../../ground/chat-reply.ts'
import { asString, isObject, type JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import { WHOLE_BLOCK } from '../../ground/unfold.ts'
import type { Losses } from '../losses.ts'
import { CallWriter } from './call-writer.ts'
import { fieldsOf } from './carried.ts'
import type { Contents } from './finish.ts'
import { FUNCTION_CALL_FIELDS, MESSAGE_FIELDS } from './message-fields.ts'
import { MessageWriter } from './message-writer.ts'
import type { Output } from './output.ts'
import { idOf, ReasoningWriter } from './reasoning-writer.ts'
import { WIRE } from './wire-name.ts'
import { writeOpaque } from './write-opaque.ts'

/** Parts that say something of a choice's content. */
export type ContentPart = Exclude<Extract<Part, { choice: number }>, { type: 'choice-finish' }>

/** Decides which item each part belongs to, and opens and closes items accordingly. */
export class OutputWriter {
  readonly #output: Output
  readonly #losses: Losses
  readonly #calls = new Map<number, CallWriter>()
  #message: MessageWriter | undefined
  #reasoning: ReasoningWriter | undefined
  #toolCalls = false
  #refusal = false

  constructor(output: Output, losses: Losses) {
    this.#output = output
    this.#losses = losses
  }

  get contents(): Contents {
    return { toolCalls: this.#toolCalls, refusal: this.#refusal }
  }

  take(part: ContentPart): void {
    if (part.type !== 'opaque-block' || part.value.type !== FUNCTION_CALL_FIELDS) this.settle()
    switch (part.type) {
      case 'text-delta':
        this.#openMessage().text(part.text, part.logprobs)
        return
      case 'text-citation':
        this.#openMessage().cite(part.citation)
        return
      case 'refusal-delta':
        if (part.logprobs) this.#losses.dropped('logprobs', 'The Responses API has no logprobs of a refusal.')
        if (part.text === '') return
        this.#refusal = true
        this.#openMessage().refusal(part.text)
        return
      case 'reasoning-delta':
        if (part.text) this.#openReasoning(part.raw).text(part.text, part.raw)
        return
      case 'reasoning-signature':
      case 'reasoning-redacted':
        this.#protect(part)
        return
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
        this.#call(part)
        return
      case 'opaque-block':
        this.#opaque(part.wire, part.value)
        return
      case 'block-break':
        this.#message?.break()
        this.#reasoning?.break()
        return
      default:
        assertNever(part)
    }
  }

  /** Closes calls that are whole; kept open until the next part, which may hold fields of theirs. */
  settle(): void {
    for (const [index, call] of this.#calls) {
      if (!call.ended) continue
      call.close('completed')
      this.#calls.delete(index)
    }
  }

  /** Closes whatever is open; `status` is that of an item which was cut. */
  close(status: 'completed' | 'incomplete'): void {
    this.settle()
    this.#closeTurn(status)
    for (const call of this.#calls.values()) call.close(status)
    this.#calls.clear()
  }

  #closeTurn(status: 'completed' | 'incomplete' = 'completed'): void {
    this.#message?.close(status)
    this.#message = undefined
    this.#reasoning?.close()
    this.#reasoning = undefined
  }

  #openMessage(fields?: JsonObject): MessageWriter {
    if (this.#message && !fields) return this.#message
    this.#closeTurn()
    this.#message = new MessageWriter(this.#output, fields ?? {}, this.#losses)
    return this.#message
  }

  #openReasoning(raw: Parameters<typeof idOf>[0]): ReasoningWriter {
    if (this.#reasoning?.holds(raw)) return this.#reasoning
    this.#closeTurn()
    this.#reasoning = new ReasoningWriter(this.#output, idOf(raw))
    return this.#reasoning
  }

  #protect(part: Extract<ContentPart, { type: 'reasoning-signature' | 'reasoning-redacted' }>): void {
    const signed = part.type === 'reasoning-signature'
    const text = signed ? part.signature : part.data
    const data = { kind: signed ? 'signature' : 'redacted', text } as const
    // Encrypted thinking is an item of its own, whatever stands before it.
    if (!signed) this.#closeTurn()
    const id = asString(fieldsOf(text)?.id)
    const reasoning = this.#reasoning ?? this.#openReasoning({ wire: WIRE, value: { ...(id !== undefined && { id }) } })
    reasoning.close(data)
    this.#reasoning = undefined
  }

  #call(part: Extract<ContentPart, { index: number }>): void {
    if (part.type === 'tool-call-start') {
      this.#closeTurn()
      this.#toolCalls = true
      this.#calls.get(part.index)?.close('completed')
      this.#calls.set(part.index, new CallWriter(this.#output, part.id, part.name))
      return
    }
    const call = this.#calls.get(part.index)
    if (part.type === 'tool-call-delta') call?.add(part.arguments)
    else if (call) call.ended = true
  }

  #opaque(wire: string, value: JsonObject): void {
    const fields = isObject(value.fields) ? value.fields : {}
    if (wire === WIRE && value.type === MESSAGE_FIELDS) this.#openMessage(fields)
    else if (wire === WIRE && value.type === FUNCTION_CALL_FIELDS) {
      const call = [...this.#calls.values()].findLast(({ callId }) => callId === value.id)
      call?.addFields(fields)
    } else {
      this.#closeTurn()
      if (writeOpaque(this.#output, wire, value)) return
      const kind = wire === WHOLE_BLOCK ? `${String(value.type)} block` : `block that only ${wire} knows`
      this.#losses.dropped('output', `A ${kind} was left out of the answer.`)
    }
  }
}
