/** Parts -> the chunks of a stream, as events or as elements of one array. */

import type { Block, Citation } from '../../ground/chat-call.ts'
import type { Part, TokenLogprob } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { WHOLE_BLOCK } from '../../ground/unfold.ts'
import type { Usage } from '../../ground/usage.ts'
import { Losses } from '../losses.ts'
import { fieldsOf } from '../openai-responses/carried.ts'
import type { StreamEncoder, StreamEncoderOptions } from '../wire.ts'
import { encodeCitations } from './citations.ts'
import { errorBody } from './encode-error.ts'
import { callOf, encodeParts } from './encode-parts.ts'
import { NO_REDACTED, REFUSAL_AS_TEXT } from './encode-reply.ts'
import { replyFields } from './extras.ts'
import { encodeFinish } from './finish.ts'
import { encodeLogprobs } from './logprobs.ts'
import { createTime } from './reply-fields.ts'
import { encodeUsage } from './usage.ts'
import { WIRE } from './wire-name.ts'

type ChoicePart = Extract<Part, { choice: number }>
type Finish = Extract<Part, { type: 'choice-finish' }>

/** An encoder for one stream. The last chunk says how it ended and what it used, once both are known. */
export function encodeStream(options: StreamEncoderOptions): StreamEncoder {
  return new ChunkEncoder(options)
}

interface OpenChoice {
  readonly calls: Map<number, { id: string; name: string; arguments: string }>
  readonly citations: Citation[]
  /** Waits for the call or picture it belongs to. */
  signature?: string
  /** Thinking that its signature stands on: waits for it. */
  thought?: string
  finish?: Finish
}

class ChunkEncoder implements StreamEncoder {
  readonly #losses = new Losses()
  readonly #options: StreamEncoderOptions
  readonly #isArray: boolean
  readonly #choices = new Map<number, OpenChoice>()
  #head: JsonObject
  #extras = { reply: {} as JsonObject, candidate: {} as JsonObject }
  #usage: Usage | undefined
  #count = 0
  #began = false
  #over = false
  #out = ''

  constructor(options: StreamEncoderOptions) {
    this.#options = options
    this.#isArray = options.framing === 'json-array'
    this.#head = { modelVersion: options.model, responseId: options.id }
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
      if ([...this.#choices.values()].some(({ finish }) => finish)) this.#complete()
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
        const { model, id } = this.#options
        this.#head = {
          modelVersion: part.model || model,
          responseId: part.id || id,
          ...createTime(part.createdSeconds),
        }
        this.#extras = replyFields(part.extras, this.#losses)
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
        this.#say(part, this.#choice(part.choice))
    }
  }

  #choice(index: number): OpenChoice {
    let choice = this.#choices.get(index)
    if (!choice) {
      choice = { calls: new Map(), citations: [] }
      this.#choices.set(index, choice)
    }
    return choice
  }

  #say(part: ChoicePart, open: OpenChoice): void {
    const { choice } = part
    switch (part.type) {
      case 'text-delta':
        this.#text(choice, open, part.text, part.logprobs)
        return
      case 'refusal-delta':
        this.#losses.changed('refusal', REFUSAL_AS_TEXT)
        this.#text(choice, open, part.text, part.logprobs)
        return
      case 'text-citation':
        open.citations.push(part.citation)
        return
      case 'reasoning-delta':
        if (open.thought === undefined) this.#place(choice, open)
        if (part.raw?.wire === WIRE) open.thought = (open.thought ?? '') + part.text
        else if (part.text) {
          this.#place(choice, open)
          this.#parts(choice, [{ text: part.text, thought: true }])
        }
        return
      case 'reasoning-signature':
        if (open.thought !== undefined) this.#think(choice, open, part.signature)
        else {
          this.#place(choice, open)
          open.signature = part.signature
        }
        return
      case 'reasoning-redacted':
        if (fieldsOf(part.data)) {
          this.#place(choice, open)
          open.signature = part.data
          return
        }
        this.#losses.dropped('thinking', NO_REDACTED)
        return
      case 'tool-call-start':
        open.calls.set(part.index, { id: part.id, name: part.name, arguments: '' })
        return
      case 'tool-call-delta': {
        const call = open.calls.get(part.index)
        if (call) call.arguments += part.arguments
        return
      }
      case 'tool-call-end':
        this.#call(choice, open, part.index)
        return
      case 'opaque-block':
        this.#block(choice, open, part.wire, part.value)
        return
      case 'block-break':
        return
      case 'choice-finish':
        this.#finished(part, open)
    }
  }

  #text(choice: number, open: OpenChoice, text: string, logprobs: TokenLogprob[] | undefined): void {
    this.#place(choice, open)
    const scored = logprobs && logprobs.length > 0 ? { logprobsResult: encodeLogprobs(logprobs) } : {}
    if (text) this.#parts(choice, [{ text }], scored)
    else if (scored.logprobsResult) this.#parts(choice, [], scored)
  }

  #think(choice: number, open: OpenChoice, signature: string | undefined): void {
    const { thought } = open
    delete open.thought
    if (thought || signature !== undefined)
      this.#parts(choice, [
        { text: thought ?? '', thought: true, ...(signature !== undefined && { thoughtSignature: signature }) },
      ])
  }

  /** A signature that no call followed stands on an empty text. */
  #place(choice: number, open: OpenChoice): void {
    if (open.thought !== undefined) this.#think(choice, open, undefined)
    if (open.signature === undefined) return
    const part = { text: '', thoughtSignature: open.signature }
    delete open.signature
    this.#parts(choice, [part])
  }

  #call(choice: number, open: OpenChoice, index: number): void {
    const call = open.calls.get(index)
    if (!call) return
    open.calls.delete(index)
    if (open.thought !== undefined) this.#think(choice, open, undefined)
    const part: Record<string, Json> = { functionCall: callOf(call, 'functionCall.args', this.#losses) }
    if (open.signature !== undefined) part.thoughtSignature = open.signature
    delete open.signature
    this.#parts(choice, [part])
  }

  #block(choice: number, open: OpenChoice, wire: string, value: JsonObject): void {
    if (wire === WHOLE_BLOCK) {
      const signed = this.#signatureOf(open)
      // Only `unfoldReply` and our decoders write this wire name, and what they put in is a Block.
      const block = value as unknown as Block
      const parts = encodeParts([...signed, block], 'candidates[0]', new Map(), this.#losses, 'app')
      if (parts.length > 0) this.#parts(choice, parts)
      return
    }
    this.#place(choice, open)
    if (wire === WIRE) this.#parts(choice, [value])
    else this.#losses.dropped('content', `A block that only ${wire} knows was left out of the answer.`)
  }

  /** What waits, as the thinking that it is. */
  #signatureOf(open: OpenChoice): Block[] {
    const { signature } = open
    delete open.signature
    return signature === undefined ? [] : [{ type: 'reasoning', text: '', signature }]
  }

  #finished(part: Finish, open: OpenChoice): void {
    for (const index of [...open.calls.keys()]) this.#call(part.choice, open, index)
    this.#place(part.choice, open)
    if (part.finish === 'error')
      this.#fail(gatewayError('upstream-error', 'The provider ended the answer with an error.', { origin: 'upstream' }))
    open.finish = part
    const { reply, candidate } = replyFields(part.extras, this.#losses)
    this.#extras = {
      reply: { ...this.#extras.reply, ...reply },
      candidate: { ...this.#extras.candidate, ...candidate },
    }
  }

  #parts(index: number, parts: JsonObject[], more: JsonObject = {}): void {
    this.#chunk({ candidates: [{ content: { role: 'model', parts }, index, ...more }], ...this.#head })
  }

  #chunk(chunk: JsonObject): void {
    this.#began = true
    const text = JSON.stringify(chunk)
    this.#out += this.#isArray ? `${this.#count === 0 ? '[' : ',\r\n'}${text}` : `data: ${text}\r\n\r\n`
    this.#count++
  }

  #complete(): void {
    const candidates = [...this.#choices].map(([index, { finish, citations }]) => {
      const kept = index === 0 ? this.#extras.candidate : {}
      const groundingMetadata =
        (kept.groundingMetadata ?? kept.citationMetadata) ? undefined : encodeCitations(citations, this.#losses)
      return {
        content: { role: 'model', parts: [] },
        finishReason: encodeFinish(finish ?? { finish: 'stop' }, this.#losses),
        index,
        ...(groundingMetadata && { groundingMetadata }),
        ...kept,
      }
    })
    this.#chunk({ candidates, ...encodeUsage(this.#usage), ...this.#head, ...this.#extras.reply })
    if (this.#isArray) this.#out += ']'
    this.#over = true
  }

  /** The error is the last element. */
  #fail(error: GatewayError): void {
    if (this.#over) return
    this.#chunk(errorBody(error))
    if (this.#isArray) this.#out += ']'
    this.#over = true
  }
}
