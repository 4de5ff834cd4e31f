/** The lines of a stream -> parts. */

import type { ImageBlock } from '../../ground/chat-call.ts'
import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asString, isObject, type JsonObject, parseJson } from '../../ground/json.ts'
import type { SseEvent } from '../../ground/sse.ts'
import { WHOLE_BLOCK } from '../../ground/unfold.ts'
import { decodeLogprobs } from '../openai-chat/logprobs.ts'
import type { StreamDecoder } from '../wire.ts'
import { givenId } from './call-ids.ts'
import { errorOfBody, isErrorBody } from './decode-error.ts'
import { decodeToolCall } from './decode-messages.ts'
import { createdSeconds } from './decode-reply.ts'
import { decodeFinish } from './finish.ts'
import { decodeImages } from './images.ts'
import { extrasOf, type LineShape, type Said } from './line-shape.ts'
import { decodeUsage } from './usage.ts'

/** A decoder for one stream; only a line with `done` ends it well. */
export function decodeStream(shape: LineShape): StreamDecoder {
  return new LineDecoder(shape)
}

class LineDecoder implements StreamDecoder {
  readonly #shape: LineShape
  #calls = 0
  #started = false
  #over = false

  constructor(shape: LineShape) {
    this.#shape = shape
  }

  push({ data }: SseEvent): Part[] {
    if (this.#over) return []
    const line = parseJson(data)
    if (!isObject(line) || isErrorBody(line)) return this.#fail(errorOfBody(line ?? data, undefined))
    const said = this.#shape.read(line)
    if (!said) return this.#fail(errorOfBody(line, undefined))
    const parts: Part[] = []
    if (!this.#started) parts.push(this.#start(line))
    this.#say(line, said, parts)
    if (line.done === true) this.#finish(line, parts)
    return parts
  }

  end(): Part[] {
    return this.#over ? [] : this.#fail(BROKEN_OFF)
  }

  #start(line: JsonObject): Part {
    this.#started = true
    const seconds = createdSeconds(line)
    const extras = line.done === true ? undefined : extrasOf(line, this.#shape)
    return {
      type: 'reply-start',
      id: '',
      model: asString(line.model) ?? '',
      ...(seconds !== undefined && { createdSeconds: seconds }),
      ...(extras && { extras }),
    }
  }

  #say(line: JsonObject, { text, thinking, calls, images }: Said, parts: Part[]): void {
    const choice = 0
    if (thinking) parts.push({ type: 'reasoning-delta', choice, text: thinking })
    const logprobs = decodeLogprobs(line.logprobs)
    const scored = logprobs !== undefined && logprobs.length > 0
    if (text || scored) parts.push({ type: 'text-delta', choice, text, ...(scored && { logprobs }) })
    for (const image of decodeImages([...images]))
      parts.push({ type: 'opaque-block', choice, wire: WHOLE_BLOCK, value: jsonOf(image) })
    for (const call of calls) {
      const index = this.#calls++
      const createdAt = asString(line.created_at) ?? ''
      const block = decodeToolCall(call, () => asString(call.id) || givenId(createdAt, index))
      if (block.type !== 'tool-call') continue
      parts.push({ type: 'tool-call-start', choice, index, id: block.id, name: block.name })
      parts.push({ type: 'tool-call-delta', choice, index, arguments: block.arguments })
      parts.push({ type: 'tool-call-end', choice, index })
    }
  }

  #finish(line: JsonObject, parts: Part[]): void {
    this.#over = true
    const extras = extrasOf(line, this.#shape)
    const finish = decodeFinish(asString(line.done_reason), this.#calls > 0)
    parts.push({ type: 'choice-finish', choice: 0, ...finish, ...(extras && { extras }) })
    const usage = decodeUsage(line)
    if (usage) parts.push({ type: 'usage', usage })
    parts.push({ type: 'reply-end' })
  }

  #fail(error: GatewayError): Part[] {
    this.#over = true
    return [{ type: 'reply-error', error }]
  }
}

/** A hub block as plain data. */
function jsonOf({ type, source }: ImageBlock): JsonObject {
  return { type, source: source.kind === 'base64' ? { ...source } : { kind: source.kind } }
}

const BROKEN_OFF = gatewayError(
  'upstream-error',
  'The provider closed the stream before its last line, so the answer is incomplete.',
  { origin: 'upstream' },
)
