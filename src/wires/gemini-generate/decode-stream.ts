/** The chunks of a stream -> parts. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asNumber, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import type { StreamDecoder } from '../wire.ts'
import { errorOfBody, isErrorBody } from './decode-error.ts'
import { blockReason, candidateError } from './decode-reply.ts'
import { createdAt, extrasOf } from './reply-fields.ts'
import { StreamCandidate } from './stream-candidate.ts'
import { decodeUsage } from './usage.ts'
import { WIRE } from './wire-name.ts'

/** A decoder for one stream. There is no end mark: a stream is whole when every candidate has a finish reason. */
export function decodeStream(): StreamDecoder {
  return new ChunkDecoder()
}

class ChunkDecoder implements StreamDecoder {
  readonly #candidates = new Map<number, StreamCandidate>()
  #id = ''
  #started = false
  #over = false
  #usage: Usage | undefined
  /** Why the prompt was not answered at all. */
  #blocked: string | undefined
  /** What chunks after the first say beside their candidates. */
  #fields: Record<string, Json> = {}

  push({ data }: SseEvent): Part[] {
    if (this.#over) return []
    const chunk = parseJson(data)
    if (!isObject(chunk) || isErrorBody(chunk)) return this.#fail(errorOfBody(chunk ?? data, undefined))
    const parts: Part[] = []
    if (!this.#started) parts.push(this.#start(chunk))
    else this.#fields = { ...this.#fields, ...extrasOf(chunk, undefined)?.fields }
    const candidates = asArray(chunk.candidates).filter(isObject)
    for (const [position, candidate] of candidates.entries()) {
      const failed = candidateError(candidate)
      if (failed) return [...parts, ...this.#fail(failed)]
      this.#candidate(asNumber(candidate.index) ?? position).take(candidate, parts)
    }
    this.#blocked ??= blockReason(chunk)
    const usage = decodeUsage(chunk.usageMetadata)
    if (usage) this.#usage = usage
    // Usage is a running total on every chunk: the last is told, with the end.
    return parts
  }

  end(): Part[] {
    if (this.#over) return []
    const ends = this.#ends()
    if (!ends) return this.#fail(BROKEN_OFF)
    this.#over = true
    return [...ends, ...(this.#usage ? [{ type: 'usage' as const, usage: this.#usage }] : []), { type: 'reply-end' }]
  }

  /** How every candidate ended; a prompt that was blocked has none. Undefined when one broke off. */
  #ends(): Part[] | undefined {
    const extras = Object.keys(this.#fields).length > 0 ? { extras: { wire: WIRE, fields: this.#fields } } : {}
    if (this.#candidates.size === 0 && this.#blocked !== undefined)
      return [{ type: 'choice-finish', choice: 0, finish: 'content-filter', rawFinish: this.#blocked, ...extras }]
    const ends = [...this.#candidates].flatMap(
      ([, candidate], position) => candidate.end(position === 0 ? this.#fields : {}) ?? [],
    )
    return ends.length > 0 && ends.length === this.#candidates.size ? ends : undefined
  }

  #start(chunk: JsonObject): Part {
    this.#started = true
    this.#id = asString(chunk.responseId) ?? ''
    const extras = extrasOf(chunk, undefined)
    const createdSeconds = createdAt(chunk)
    return {
      type: 'reply-start',
      id: this.#id,
      model: asString(chunk.modelVersion) ?? '',
      ...(createdSeconds !== undefined && { createdSeconds }),
      ...(extras && { extras }),
    }
  }

  #candidate(index: number): StreamCandidate {
    let candidate = this.#candidates.get(index)
    if (!candidate) {
      candidate = new StreamCandidate(index, `${this.#id}${index || ''}`)
      this.#candidates.set(index, candidate)
    }
    return candidate
  }

  #fail(error: GatewayError): Part[] {
    this.#over = true
    const usage: Part[] = this.#usage ? [{ type: 'usage', usage: this.#usage }] : []
    return [...usage, { type: 'reply-error', error }]
  }
}

const BROKEN_OFF = gatewayError(
  'upstream-error',
  'The provider closed the stream before it gave a finish reason, so the answer is incomplete.',
  { origin: 'upstream' },
)
