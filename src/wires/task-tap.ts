/** The tap of calls that are not chat: collects what a whole reply, or the events of one that streams, say in passing. */

import type { GatewayError } from '../ground/error.ts'
import type { Json } from '../ground/json.ts'
import type { SseEvent } from '../ground/sse.ts'
import type { TaskTap } from './task-wire.ts'
import type { Tapped } from './wire.ts'

/** What one body or event says; `complete` is true where it is the last thing that a reply has to say. */
export type TaskReading = Partial<Tapped>

export interface TaskReader {
  /** A whole body that is no error. */
  body(body: Json): TaskReading
  /** One event; `before` is what was read up to it. Absent where replies never stream. */
  event?(event: SseEvent, before: TaskReading): TaskReading
  /** The error that a body is, if it is one. */
  errorOf(body: Json): GatewayError | undefined
  /** What is known when a reply passed that is not JSON: sound, or plain text. */
  readonly unseen?: TaskReading
}

/**
 * A tap for one reply. A reply that was shown to it neither whole nor in events counts as complete, since only the
 * journey saw its end.
 */
export function createTaskTap(reader: TaskReader): TaskTap {
  let read: TaskReading = {}
  let shown = false
  return {
    event(event) {
      shown = true
      if (!read.error) read = { ...read, ...reader.event?.(event, read) }
    },
    body(body) {
      shown = true
      const error = reader.errorOf(body)
      read = error ? { ...read, error } : { ...read, ...reader.body(body) }
    },
    result() {
      const known = shown ? read : { complete: true, ...reader.unseen }
      return { ...known, complete: known.complete === true && known.error === undefined }
    },
  }
}

/** A count that a provider states: whole and not negative, else undefined. */
export function statedCount(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}
