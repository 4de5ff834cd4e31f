/** One choice of a stream: its deltas -> parts. */

import type { Block } from '../../ground/chat-call.ts'
import type { Part, TokenLogprob } from '../../ground/chat-reply.ts'
import { asArray, asObject, asString, isObject, type JsonObject } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import { decodeAnnotations } from './citations.ts'
import { decodePart } from './decode-content.ts'
import { replyContent, unknownFields } from './decode-message.ts'
import { decodeFinish } from './finish.ts'
import { decodeLogprobs } from './logprobs.ts'
import { MESSAGE_FIELDS } from './message-fields.ts'
import { StreamCalls } from './stream-calls.ts'
import { StreamReasoning } from './stream-reasoning.ts'
import { WIRE } from './wire-name.ts'

export class StreamChoice {
  readonly #choice: number
  readonly #calls: StreamCalls
  readonly #reasoning: StreamReasoning
  #refused = false
  #ending: JsonObject | undefined

  constructor(choice: number, replyId: () => string) {
    this.#choice = choice
    this.#calls = new StreamCalls(choice, replyId)
    this.#reasoning = new StreamReasoning(choice)
  }

  /** A `finish_reason` was seen. */
  get finished(): boolean {
    return this.#ending !== undefined
  }

  /** One entry of `choices`. The finish is kept until the stream ends, since more may follow it. */
  push(entry: JsonObject, delta: JsonObject): Part[] {
    const parts = this.#reasoning.push(delta)
    this.#text(entry, delta, parts)
    for (const image of asArray(delta.images)) if (isObject(image)) this.#whole(decodePart(image), parts)
    for (const call of asArray(delta.tool_calls)) if (isObject(call)) parts.push(...this.#calls.push(call))
    const called = asObject(delta.function_call)
    if (called) parts.push(...this.#calls.push({ index: 0, function: called }))
    for (const citation of decodeAnnotations(delta.annotations))
      parts.push({ type: 'text-citation', choice: this.#choice, citation })
    const fields = unknownFields(delta)
    if (fields)
      parts.push({ type: 'opaque-block', choice: this.#choice, wire: WIRE, value: { type: MESSAGE_FIELDS, fields } })
    // OpenRouter repeats the finish on its usage chunk: the first one has the vendor's details.
    if (asString(entry.finish_reason) !== undefined) this.#ending ??= entry
    return parts
  }

  /** Closes open calls and says how the choice ended. */
  end(): Part[] {
    const toolCalls = this.#calls.any
    const { finish, ...words } = decodeFinish(this.#ending ?? {}, { toolCalls, refusal: this.#refused })
    // The wire's own end was seen, so an unsaid finish is a normal one.
    const said = this.#ending === undefined && finish === 'unknown' ? 'stop' : finish
    return [...this.#calls.end(), { type: 'choice-finish', choice: this.#choice, finish: said, ...words }]
  }

  #text(entry: JsonObject, delta: JsonObject, parts: Part[]): void {
    const logprobs = asObject(entry.logprobs)
    let contentLogprobs = filled(decodeLogprobs(logprobs?.content))
    for (const block of replyContent(delta.content)) {
      if (block.type === 'text') {
        parts.push(this.#delta('text-delta', block.text, contentLogprobs))
        contentLogprobs = undefined
      } else this.#whole(block, parts)
    }
    if (contentLogprobs) parts.push(this.#delta('text-delta', '', contentLogprobs))
    const refusal = asString(delta.refusal) ?? ''
    const refusalLogprobs = filled(decodeLogprobs(logprobs?.refusal))
    if (refusal) this.#refused = true
    if (refusal || refusalLogprobs) parts.push(this.#delta('refusal-delta', refusal, refusalLogprobs))
  }

  #delta(type: 'text-delta' | 'refusal-delta', text: string, logprobs: TokenLogprob[] | undefined): Part {
    return { type, choice: this.#choice, text, ...(logprobs && { logprobs }) }
  }

  /** A block that came whole, such as a thinking part of Mistral's content: as the parts it would unfold to. */
  #whole(block: Block, parts: Part[]): void {
    const unfolded = unfoldReply({ id: '', model: '', choices: [{ content: [block], finish: 'stop' }] })
    for (const part of unfolded) {
      if ('choice' in part && part.type !== 'choice-finish') parts.push({ ...part, choice: this.#choice })
    }
  }
}

function filled(logprobs: TokenLogprob[] | undefined): TokenLogprob[] | undefined {
  return logprobs && logprobs.length > 0 ? logprobs : undefined
}
