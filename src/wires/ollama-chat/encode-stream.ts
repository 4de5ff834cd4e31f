/** Parts -> the lines of a stream. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asObject, asString, type JsonObject } from '../../ground/json.ts'
import { WHOLE_BLOCK } from '../../ground/unfold.ts'
import type { Usage } from '../../ground/usage.ts'
import { Losses } from '../losses.ts'
import { encodeLogprobs } from '../openai-chat/logprobs.ts'
import type { StreamEncoder, StreamEncoderOptions } from '../wire.ts'
import { encodeReplyCall } from './encode-call.ts'
import { encodeStreamError } from './encode-error.ts'
import { NO_CALLS, NO_CITATIONS, NO_IMAGE, NO_SIGNATURES, timeOf } from './encode-reply.ts'
import { replyFields } from './extras.ts'
import { encodeFinish } from './finish.ts'
import type { LineShape, Said } from './line-shape.ts'
import { encodeUsage } from './usage.ts'

/** An encoder for one stream. The last line, with `done`, is written once everything is known that it says. */
export function encodeStream(options: StreamEncoderOptions, shape: LineShape): StreamEncoder {
  return new LineEncoder(options, shape)
}

type Finish = Extract<Part, { type: 'choice-finish' }>
const NOTHING: Said = { text: '', thinking: '', calls: [], images: [] }

class LineEncoder implements StreamEncoder {
  readonly #losses = new Losses()
  readonly #shape: LineShape
  readonly #options: StreamEncoderOptions
  /** Calls under way: here a call is shown when it is whole. */
  readonly #calls = new Map<number, { id: string; name: string; arguments: string }>()
  #shown = 0
  #head: JsonObject
  #extras: JsonObject = {}
  #usage: Usage | undefined
  #finish: Finish | undefined
  #began = false
  #over = false
  #out = ''

  constructor(options: StreamEncoderOptions, shape: LineShape) {
    this.#options = options
    this.#shape = shape
    this.#head = { model: options.model, created_at: timeOf(options.createdSeconds) }
  }

  get warnings() {
    return this.#losses.warnings
  }

  push(parts: readonly Part[]): string {
    for (const part of parts) if (!this.#over) this.#take(part)
    return this.#flush()
  }

  end(): string {
    if (!this.#over && this.#began) {
      if (this.#finish) this.#complete()
      else this.#fail(gatewayError('upstream-error', 'The answer broke off before its end.', { origin: 'upstream' }))
    }
    return this.#flush()
  }

  #flush(): string {
    const text = this.#out
    this.#out = ''
    return text
  }

  #take(part: Part): void {
    switch (part.type) {
      case 'reply-start': {
        const { model, createdSeconds } = this.#options
        this.#head = { model: part.model || model, created_at: timeOf(part.createdSeconds ?? createdSeconds) }
        this.#extras = replyFields(part.extras, this.#shape.wire, this.#losses)
        this.#began = true
        if (part.usage) this.#usage = part.usage
        return
      }
      case 'usage':
        this.#usage = part.usage
        return
      case 'reply-error':
        this.#fail(part.error)
        return
      case 'reply-end':
        this.#complete()
        return
      default:
        if (part.choice === 0) this.#say(part)
        else this.#losses.dropped('n', 'Only the first answer fits.')
    }
  }

  #say(part: Extract<Part, { choice: number }>): void {
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta': {
        const logprobs = part.logprobs && part.logprobs.length > 0 ? encodeLogprobs(part.logprobs) : undefined
        if (part.text || logprobs) this.#line({ ...NOTHING, text: part.text }, { ...(logprobs && { logprobs }) })
        return
      }
      case 'reasoning-delta':
        if (part.text) this.#line({ ...NOTHING, thinking: part.text })
        return
      case 'reasoning-signature':
      case 'reasoning-redacted':
        this.#losses.dropped('thinking.signature', NO_SIGNATURES)
        return
      case 'text-citation':
        this.#losses.dropped('citations', NO_CITATIONS)
        return
      case 'tool-call-start':
        this.#calls.set(part.index, { id: part.id, name: part.name, arguments: '' })
        return
      case 'tool-call-delta': {
        const call = this.#calls.get(part.index)
        if (call) call.arguments += part.arguments
        return
      }
      case 'tool-call-end':
        this.#showCall(part.index)
        return
      case 'opaque-block':
        this.#showBlock(part.wire, part.value)
        return
      case 'block-break':
        return
      case 'choice-finish':
        this.#finished(part)
    }
  }

  #showCall(index: number): void {
    const call = this.#calls.get(index)
    if (!call) return
    this.#calls.delete(index)
    if (!this.#shape.hasCalls) this.#losses.dropped('tool_calls', NO_CALLS)
    else this.#line({ ...NOTHING, calls: [encodeReplyCall(call, this.#shown++, this.#losses)] })
  }

  #showBlock(wire: string, value: JsonObject): void {
    const image = wire === WHOLE_BLOCK && value.type === 'image' ? asString(asObject(value.source)?.data) : undefined
    if (image !== undefined && this.#shape.hasCalls) this.#line({ ...NOTHING, images: [image] })
    else if (wire === WHOLE_BLOCK) this.#losses.dropped('images', NO_IMAGE)
    else this.#losses.dropped('content', `A block that only ${wire} knows was left out of the answer.`)
  }

  #finished(part: Finish): void {
    for (const index of [...this.#calls.keys()]) this.#showCall(index)
    if (part.finish === 'error')
      this.#fail(gatewayError('upstream-error', 'The provider ended the answer with an error.', { origin: 'upstream' }))
    this.#finish = part
    this.#extras = { ...this.#extras, ...replyFields(part.extras, this.#shape.wire, this.#losses) }
  }

  #line(said: Said, more: JsonObject = {}, done = false): void {
    this.#began = true
    this.#out += `${JSON.stringify({ ...this.#head, ...this.#shape.write(said), done, ...more })}\n`
  }

  #complete(): void {
    const finish = this.#finish ?? { finish: 'stop' as const }
    const more = { done_reason: encodeFinish(finish, this.#losses), ...this.#extras, ...encodeUsage(this.#usage) }
    this.#line(NOTHING, more, true)
    this.#over = true
  }

  /** The error is the last line; without `done` nobody takes what came before for a whole answer. */
  #fail(error: GatewayError): void {
    this.#out += encodeStreamError(error)
    this.#over = true
  }
}
