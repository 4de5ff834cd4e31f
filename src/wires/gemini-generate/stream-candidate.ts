/** One candidate of a stream: its parts as they come, its pieces of calls, its end. */

import type { Block } from '../../ground/chat-call.ts'
import type { Part } from '../../ground/chat-reply.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { WHOLE_BLOCK } from '../../ground/unfold.ts'
import { camelCased } from './aliases.ts'
import { decodeCitations } from './citations.ts'
import { decodeParts, type PartIds } from './decode-parts.ts'
import { replyIds } from './decode-reply.ts'
import { decodeFinish } from './finish.ts'
import { decodeLogprobs } from './logprobs.ts'
import { PartialCall } from './partial-call.ts'
import { extrasOf } from './reply-fields.ts'

export class StreamCandidate {
  finished = false
  readonly #choice: number
  readonly #ids: PartIds
  #calls = 0
  #partial: PartialCall | undefined

  constructor(choice: number, id: string) {
    this.#choice = choice
    this.#ids = replyIds(id)
  }

  /** What one chunk adds. */
  take(candidate: JsonObject, chunk: JsonObject, parts: Part[]): void {
    const choice = this.#choice
    const logprobs = decodeLogprobs(candidate.logprobsResult)
    if (logprobs) parts.push({ type: 'text-delta', choice, text: '', logprobs })
    for (const entry of asArray(asObject(candidate.content)?.parts))
      if (isObject(entry)) this.#part(camelCased(entry), parts)
    for (const citation of decodeCitations(candidate)) parts.push({ type: 'text-citation', choice, citation })
    const word = asString(candidate.finishReason)
    if (word === undefined || this.finished) return
    this.#closePartial(parts)
    this.finished = true
    const extras = choice === 0 ? extrasOf(chunk, candidate) : undefined
    parts.push({ type: 'choice-finish', choice, ...decodeFinish(word, this.#calls > 0), ...(extras && { extras }) })
  }

  #part(part: JsonObject, parts: Part[]): void {
    const call = asObject(part.functionCall)
    const inPieces = call && (call.partialArgs !== undefined || call.willContinue !== undefined)
    if (call && (inPieces || (this.#partial && !call.name))) {
      this.#piece(part, call, parts)
      return
    }
    this.#closePartial(parts)
    for (const block of decodeParts([part], this.#ids)) this.#block(block, parts)
  }

  #block(block: Block, parts: Part[]): void {
    const choice = this.#choice
    switch (block.type) {
      case 'text':
        parts.push({ type: 'text-delta', choice, text: block.text })
        return
      case 'reasoning':
        if (block.text) parts.push({ type: 'reasoning-delta', choice, text: block.text })
        if (block.signature !== undefined)
          parts.push({ type: 'reasoning-signature', choice, signature: block.signature })
        return
      case 'tool-call':
        this.#call(block.id, block.name, block.arguments, parts)
        return
      case 'opaque':
        parts.push({ type: 'opaque-block', choice, wire: block.wire, value: block.value })
        return
      default:
        parts.push({ type: 'opaque-block', choice, wire: WHOLE_BLOCK, value: asPlain(block) })
    }
  }

  #call(id: string, name: string, text: string, parts: Part[]): void {
    const choice = this.#choice
    const index = this.#calls++
    parts.push({ type: 'tool-call-start', choice, index, id, name })
    parts.push({ type: 'tool-call-delta', choice, index, arguments: text })
    parts.push({ type: 'tool-call-end', choice, index })
  }

  /** Begins, goes on with or ends a call that comes in pieces; an empty one ends it. */
  #piece(part: JsonObject, call: JsonObject, parts: Part[]): void {
    const name = asString(call.name)
    if (name) {
      this.#closePartial(parts)
      const signature = asString(part.thoughtSignature)
      if (signature) parts.push({ type: 'reasoning-signature', choice: this.#choice, signature })
      this.#partial = new PartialCall(name, asString(call.id) || undefined)
    }
    this.#partial?.take(call.partialArgs)
    if (call.willContinue !== true) this.#closePartial(parts)
  }

  #closePartial(parts: Part[]): void {
    const partial = this.#partial
    if (!partial) return
    this.#partial = undefined
    this.#call(this.#ids.called(partial.name, partial.id), partial.name, partial.text(), parts)
  }
}

/** A hub block as plain data. */
function asPlain(block: Block): JsonObject {
  const plain: Json = JSON.parse(JSON.stringify(block))
  return asObject(plain) ?? {}
}
