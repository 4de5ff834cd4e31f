/** Turns the content parts of one choice into the deltas of chunks. */

import type { Block } from '../../ground/chat-call.ts'
import type { Part } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import { asString, isObject, type JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import { WHOLE_BLOCK } from '../../ground/unfold.ts'
import type { Losses } from '../losses.ts'
import { encodeAnnotation } from './citations.ts'
import { encodeImage } from './encode-message.ts'
import { encodeFinish } from './finish.ts'
import { encodeLogprobs } from './logprobs.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { TOOL_CALL_FIELDS } from './tool-calls.ts'
import { WIRE } from './wire-name.ts'

type ChoicePart = Extract<Part, { choice: number }>

/** Writes one entry of a chunk's `choices`. */
export type WriteEntry = (entry: JsonObject) => void

interface WrittenCall {
  readonly index: number
  readonly id: string
  hasArguments: boolean
}

export class StreamWriter {
  readonly #index: number
  readonly #write: WriteEntry
  readonly #losses: Losses
  readonly #calls = new Map<number, WrittenCall>()
  /** Sent together, where the text ends: Python's SDK cannot merge a list of objects that grows. */
  #annotations: JsonObject[] = []
  #callCount = 0
  #began = false
  #refused = false
  #textLength = 0
  /** Where the text block under way begins. */
  #blockStart = 0
  #thinking = ''
  #thinkingCount = 0
  finished = false

  constructor(index: number, write: WriteEntry, losses: Losses) {
    this.#index = index
    this.#write = write
    this.#losses = losses
  }

  take(part: ChoicePart): void {
    switch (part.type) {
      case 'text-delta':
        this.#textLength += part.text.length
        this.#delta({ content: part.text }, part.logprobs && { content: encodeLogprobs(part.logprobs), refusal: null })
        return
      case 'text-citation': {
        const length = this.#textLength - this.#blockStart
        const annotation = encodeAnnotation(part.citation, this.#blockStart, length, this.#losses)
        if (annotation) this.#annotations.push(annotation)
        return
      }
      case 'reasoning-delta':
        this.#thinking += part.text
        this.#delta({ reasoning_content: part.text })
        return
      case 'reasoning-signature':
        this.#thinkingBlock({ type: 'thinking', thinking: this.#thinking, signature: part.signature })
        return
      case 'reasoning-redacted':
        this.#thinkingBlock({ type: 'redacted_thinking', data: part.data })
        return
      case 'refusal-delta':
        this.#refused ||= part.text !== ''
        this.#delta({ refusal: part.text }, part.logprobs && { content: null, refusal: encodeLogprobs(part.logprobs) })
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
        this.#blockStart = this.#textLength
        return
      case 'choice-finish':
        this.#finish(part)
        return
      default:
        assertNever(part)
    }
  }

  #delta(delta: JsonObject, logprobs?: JsonObject): void {
    // The first delta names the role, and beside tool calls says that there is no text.
    const first = this.#began ? delta : { role: 'assistant', content: null, ...delta }
    this.#began = true
    this.#write({ index: this.#index, delta: first, logprobs: logprobs ?? null, finish_reason: null })
  }

  #cite(): void {
    if (this.#annotations.length > 0) this.#delta({ annotations: this.#annotations })
    this.#annotations = []
  }

  /** Whole blocks only, numbered, so that an SDK which merges deltas keeps them apart. */
  #thinkingBlock(block: JsonObject): void {
    this.#delta({ thinking_blocks: [{ index: this.#thinkingCount++, ...block }] })
    this.#thinking = ''
  }

  #call(part: Extract<ChoicePart, { index: number }>): void {
    if (part.type === 'tool-call-start') {
      this.#cite()
      const call: WrittenCall = { index: this.#callCount++, id: part.id, hasArguments: false }
      this.#calls.set(part.index, call)
      this.#piece({ index: call.index, id: part.id, type: 'function', function: { name: part.name, arguments: '' } })
      return
    }
    const call = this.#calls.get(part.index)
    if (!call) return
    // A call without arguments is an empty object: clients parse what they get.
    const text = part.type === 'tool-call-delta' ? part.arguments : call.hasArguments ? '' : '{}'
    if (!text) return
    call.hasArguments = true
    this.#piece({ index: call.index, function: { arguments: text } })
  }

  #piece(call: JsonObject): void {
    this.#delta({ tool_calls: [call] })
  }

  #opaque(wire: string, value: JsonObject): void {
    const delta = this.#opaqueDelta(wire, value)
    if (delta) {
      this.#delta(delta)
      return
    }
    const kind = wire === WHOLE_BLOCK ? `${String(value.type)} block` : `block that only ${wire} knows`
    this.#losses.dropped('content', `A ${kind} was left out of the streamed answer.`)
  }

  #opaqueDelta(wire: string, value: JsonObject): JsonObject | undefined {
    if (wire === WHOLE_BLOCK && value.type === 'image') {
      // `unfoldReply` put a hub block there, and this one says that it is an image.
      const image = encodeImage(value as unknown as Extract<Block, { type: 'image' }>)
      return image && { images: [image] }
    }
    if (wire !== WIRE) return undefined
    if (value.type === 'custom') return { tool_calls: [{ index: this.#callCount++, ...value }] }
    if (!isObject(value.fields)) return undefined
    if (value.type === MESSAGE_FIELDS) return { ...value.fields }
    const call = [...this.#calls.values()].findLast(({ id }) => id === asString(value.id))
    if (value.type !== TOOL_CALL_FIELDS || !call) return undefined
    return { tool_calls: [{ index: call.index, ...value.fields }] }
  }

  #finish(part: Extract<ChoicePart, { type: 'choice-finish' }>): void {
    this.#cite()
    const contents = { toolCalls: this.#callCount > 0, refusal: this.#refused }
    this.finished = true
    this.#write(
      compact({
        index: this.#index,
        delta: this.#began ? {} : { role: 'assistant', content: '' },
        logprobs: null,
        finish_reason: encodeFinish(part, contents, this.#losses),
        stop_reason: part.stopSequence,
      }),
    )
  }
}
