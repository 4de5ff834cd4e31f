/** The events around the content of a stream: message_start, message_delta, message_stop. */

import type { Part } from '../../ground/chat-reply.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import { formatSse } from '../../ground/sse.ts'
import type { Usage } from '../../ground/usage.ts'
import type { Losses } from '../losses.ts'
import type { StreamEncoderOptions } from '../wire.ts'
import { UNKNOWN_USAGE } from './encode-reply.ts'
import { encodeFinish } from './finish.ts'
import { encodeReplyExtras, stopDetails } from './reply-fields.ts'
import { messageId } from './reply-ids.ts'
import { encodeUsage } from './usage.ts'

type Start = Extract<Part, { type: 'reply-start' }>
type Finish = Extract<Part, { type: 'choice-finish' }>

/** What the content turned out to hold. */
interface Written {
  readonly toolCalls: boolean
  readonly refusal: string
}

export class Envelope {
  readonly #options: StreamEncoderOptions
  readonly #write: (text: string) => void
  readonly #losses: Losses
  #finish: Finish | undefined
  #extras: Record<string, Json> = {}
  id = ''
  usage: Usage | undefined
  started = false

  constructor(options: StreamEncoderOptions, write: (text: string) => void, losses: Losses) {
    this.#options = options
    this.#write = write
    this.#losses = losses
  }

  get finished(): boolean {
    return this.#finish !== undefined
  }

  /** message_start, once. Input tokens are shown if they are known by now, else 0; message_delta tells the truth. */
  start(part?: Start): void {
    if (this.started) return
    this.started = true
    this.usage = part?.usage
    this.#extras = encodeReplyExtras(part?.extras, this.#losses)
    this.id = messageId(part?.id ?? '', this.#options.id)
    this.#event({
      type: 'message_start',
      message: {
        ...this.#extras,
        id: this.id,
        type: 'message',
        role: 'assistant',
        model: part?.model || this.#options.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: encodeUsage(this.usage ?? {}),
      },
    })
  }

  /** Keeps the finish until the end, because other wires tell the usage after it. */
  finish(part: Finish): void {
    this.#finish = part
    this.#extras = { ...this.#extras, ...encodeReplyExtras(part.extras, this.#losses) }
  }

  /** message_delta and message_stop. */
  stop(written: Written): void {
    const finish = this.#finish ?? { finish: 'unknown' as const }
    const contents = { toolCalls: written.toolCalls, refusal: written.refusal !== '' }
    if (!this.usage) this.#losses.changed('usage', UNKNOWN_USAGE)
    const { container, stop_details: details, context_management: management } = this.#extras
    this.#event({
      type: 'message_delta',
      delta: {
        stop_reason: encodeFinish(finish, contents, this.#losses),
        stop_sequence: this.#finish?.stopSequence ?? null,
        stop_details: stopDetails(details, written.refusal),
        ...(container !== undefined && { container }),
      },
      usage: finalUsage(this.usage ?? {}),
      ...(management !== undefined && { context_management: management }),
    })
    this.#event({ type: 'message_stop' })
  }

  #event(event: JsonObject): void {
    this.#write(formatSse(JSON.stringify(event), String(event.type)))
  }
}

/** The split of cache writes by lifetime is said at the start; here only if there is something to split. */
function finalUsage(usage: Usage): JsonObject {
  const encoded = encodeUsage(usage)
  if (!usage.cacheWrite5m && !usage.cacheWrite1h) delete encoded.cache_creation
  return encoded
}
