/** Writes a message item: its parts of text and refusal, with citations and log-probabilities. */

import type { Citation } from '../../ground/chat-call.ts'
import type { TokenLogprob } from '../../ground/chat-reply.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { encodeLogprobs } from '../openai-chat/logprobs.ts'
import { encodeAnnotation } from './citations.ts'
import type { OpenItem, Output } from './output.ts'

interface OpenPart {
  readonly kind: 'output_text' | 'refusal'
  readonly index: number
  text: string
  readonly annotations: JsonObject[]
  readonly logprobs: JsonObject[]
}

/** One message from its announcement to its end. */
export class MessageWriter {
  readonly #output: Output
  readonly #losses: Losses
  readonly #fields: JsonObject
  readonly #item: OpenItem
  readonly #content: JsonObject[] = []
  #part: OpenPart | undefined

  /** Announces the message; `fields` are those of its own, such as `phase`. */
  constructor(output: Output, fields: JsonObject, losses: Losses) {
    this.#output = output
    this.#losses = losses
    this.#fields = fields
    this.#item = output.open(
      { type: 'message', status: 'in_progress', role: 'assistant', content: [], ...fields },
      'msg',
    )
  }

  text(delta: string, tokens: readonly TokenLogprob[] = []): void {
    const part = this.#open('output_text')
    const logprobs = encodeLogprobs(tokens)
    part.text += delta
    part.logprobs.push(...logprobs)
    this.#event(part, 'response.output_text.delta', { delta, logprobs })
  }

  refusal(delta: string): void {
    const part = this.#open('refusal')
    part.text += delta
    this.#event(part, 'response.refusal.delta', { delta })
  }

  cite(citation: Citation): void {
    const part = this.#open('output_text')
    const annotation = encodeAnnotation(citation, part.text.length, this.#losses)
    if (!annotation) return
    const place = { annotation_index: part.annotations.length, annotation }
    part.annotations.push(annotation)
    this.#event(part, 'response.output_text.annotation.added', place)
  }

  /** What follows is another part. */
  break(): void {
    const part = this.#part
    if (!part) return
    this.#part = undefined
    const whole = wholePart(part)
    if (part.kind === 'output_text')
      this.#event(part, 'response.output_text.done', { text: part.text, logprobs: part.logprobs })
    else this.#event(part, 'response.refusal.done', { refusal: part.text })
    this.#event(part, 'response.content_part.done', { part: whole })
    this.#content.push(whole)
  }

  close(status: 'completed' | 'incomplete'): void {
    this.break()
    this.#output.close(this.#item, {
      type: 'message',
      status,
      role: 'assistant',
      content: this.#content,
      ...this.#fields,
    })
  }

  #open(kind: OpenPart['kind']): OpenPart {
    if (this.#part?.kind === kind) return this.#part
    this.break()
    const part: OpenPart = { kind, index: this.#content.length, text: '', annotations: [], logprobs: [] }
    this.#part = part
    this.#event(part, 'response.content_part.added', { part: wholePart(part) })
    return part
  }

  #event(part: OpenPart, type: string, fields: JsonObject): void {
    this.#output.event(this.#item, type, { content_index: part.index, ...fields })
  }
}

function wholePart({ kind, text, annotations, logprobs }: OpenPart): JsonObject {
  if (kind === 'refusal') return { type: kind, refusal: text }
  return { type: kind, text, annotations: [...annotations], logprobs: [...logprobs] }
}
