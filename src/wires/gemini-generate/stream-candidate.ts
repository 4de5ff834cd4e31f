/** One candidate of a stream: its parts as they come, its pieces of calls, its end. */

import type { Block } from '../../ground/chat-call.ts'
import type { Part } from '../../ground/chat-reply.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { WHOLE_BLOCK } from '../../ground/unfold.ts'
import { camelCased } from './aliases.ts'
import { decodeCitations } from './citations.ts'
import { decodeParts, type PartIds } from './decode-parts.ts'
import { replyIds } from './decode-reply.ts'
import { decodeFinish, finishWord } from './finish.ts'
import { decodeLogprobs } from './logprobs.ts'
import { PartialCall } from './partial-call.ts'
import { extrasOf } from './reply-fields.ts'
import { WIRE } from './wire-name.ts'

type Finish = Extract<Part, { type: 'choice-finish' }>

export class StreamCandidate {
  readonly #choice: number
  /**
   * Told when the stream is over: a model that runs code ends once before its result and again after its answer
   * (gemini/gemini-generate/stream-server-tool/rig--stream_terminal_matrix-two_terminal_stream_with_visible_thoughts--0).
   */
  #finish: Finish | undefined
  /** What the first candidate says beside its content; others have no place in the hub. */
  #fields: Record<string, Json> = {}
  readonly #ids: PartIds
  #calls = 0
  #partial: PartialCall | undefined

  constructor(choice: number, id: string) {
    this.#choice = choice
    this.#ids = replyIds(id)
  }

  /** What one chunk adds. */
  take(candidate: JsonObject, parts: Part[]): void {
    const choice = this.#choice
    if (choice === 0) this.#fields = { ...this.#fields, ...extrasOf({}, candidate)?.fields }
    const logprobs = decodeLogprobs(candidate.logprobsResult)
    if (logprobs) parts.push({ type: 'text-delta', choice, text: '', logprobs })
    const before = parts.length
    for (const entry of asArray(asObject(candidate.content)?.parts))
      if (isObject(entry)) this.#part(camelCased(entry), parts)
    // An answer that goes on has not ended; a late signature is not more of it.
    if (parts.slice(before).some(({ type }) => type !== 'reasoning-signature')) this.#finish = undefined
    for (const citation of decodeCitations(candidate)) parts.push({ type: 'text-citation', choice, citation })
    const word = finishWord(candidate.finishReason)
    if (word === undefined) return
    this.#closePartial(parts)
    this.#finish = { type: 'choice-finish', choice, ...decodeFinish(word, this.#calls > 0) }
  }

  /** How it ended, once the stream has; undefined when it broke off. `more`: what the reply says beside its candidates. */
  end(more: Record<string, Json>): Part | undefined {
    if (!this.#finish) return undefined
    const fields = { ...this.#fields, ...more }
    return { ...this.#finish, ...(Object.keys(fields).length > 0 && { extras: { wire: WIRE, fields } }) }
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
        if (block.text) {
          const { text, raw } = block
          parts.push({ type: 'reasoning-delta', choice, text, ...(raw && { raw }) })
        }
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
      this.#partial = new PartialCall(name, asString(call.id) || undefined, asObject(call.args))
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
