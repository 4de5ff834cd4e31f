/** Takes down the answer of a call whose route keeps answers, as it goes by. */

import type { ChatReply } from '../ground/chat-reply.ts'
import { compact } from '../ground/compact.ts'
import { Gatherer } from '../ground/gather.ts'
import type { SseEvent } from '../ground/sse.ts'
import type { Warning } from '../ground/warning.ts'
import { isKeepable, type KeptReply, MAX_KEPT_CHARACTERS } from '../services/cache/kept-reply.ts'
import type { StreamDecoder, UsageTap } from '../wires/wire.ts'
import type { CallRecord } from './call-record.ts'

type Taken = { readonly warnings: readonly Warning[] } & (
  | { readonly kind: 'reply'; read(): ChatReply | undefined }
  | { readonly kind: 'task'; readonly body: string }
)

export class CacheWrite {
  readonly #record: CallRecord
  #taken: Taken | undefined
  #mayKeep = true
  readonly #ended = Promise.withResolvers<void>()

  constructor(record: CallRecord) {
    this.#record = record
  }

  /** Resolves when a stream is over and its row is written. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  end(): void {
    this.#ended.resolve()
  }

  /** The reply was changed or stopped by a guard: it is for nobody else. */
  giveUp(): void {
    this.#mayKeep = false
  }

  /** A whole reply; `read` is called only if it is kept. */
  takeReply(read: () => ChatReply | undefined): void {
    this.#taken = { kind: 'reply', read, warnings: [...this.#record.warnings] }
  }

  takeTask(body: string): void {
    this.#taken = { kind: 'task', body, warnings: [...this.#record.warnings] }
  }

  /** The tap, with its events remembered; they are decoded only if the stream ends well. */
  takeStream(tap: UsageTap, decoder: () => StreamDecoder): UsageTap {
    const events: SseEvent[] = []
    let characters = 0
    this.takeReply(() => (characters > MAX_KEPT_CHARACTERS ? undefined : gathered(events, decoder())))
    return {
      event(event) {
        characters += event.data.length
        if (characters <= MAX_KEPT_CHARACTERS) events.push(event)
        return tap.event(event)
      },
      body: (body) => tap.body(body),
      result: () => tap.result(),
    }
  }

  /** The complete reply to the app; undefined when there was none, or it was too long to remember. */
  reply(): ChatReply | undefined {
    const taken = this.#taken
    return taken?.kind === 'reply' && this.#record.ending?.outcome === 'ok' ? taken.read() : undefined
  }

  /** What is kept of the call, once it has ended; undefined when nothing may be. */
  kept(): KeptReply | undefined {
    const { ending, limitWarnings, firstTarget, target, costNano, provider, targetModel, answeredModel } = this.#record
    const taken = this.#taken
    if (!taken || !this.#mayKeep || ending?.outcome !== 'ok' || ending.status !== 200) return undefined
    // Limits made it shorter, or the chosen target failed: better answers may come soon.
    if (limitWarnings.length > 0 || (firstTarget !== undefined && firstTarget !== target)) return undefined
    const { warnings } = taken
    const origin = compact({ target, provider, targetModel, answeredModel, costNano: costNano?.toString(), warnings })
    if (taken.kind === 'task') return { ...origin, kind: 'task', body: taken.body }
    const reply = taken.read()
    return reply && isKeepable(reply) ? { ...origin, kind: 'chat', reply } : undefined
  }
}

/** Undefined when the events are not a complete reply. */
function gathered(events: readonly SseEvent[], decoder: StreamDecoder): ChatReply | undefined {
  const gatherer = new Gatherer()
  for (const event of events) gatherer.push(decoder.push(event))
  gatherer.push(decoder.end())
  return gatherer.complete && !gatherer.error ? gatherer.reply() : undefined
}
