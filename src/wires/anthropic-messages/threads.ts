/** Threads: conversations whose earlier turns the provider keeps, so that a request holds only what is new. */

import { asObject, asString, type JsonObject } from '../../ground/json.ts'

/** The id of the message that `thread: {type: "continue"}` goes on from. */
export function refersTo(body: JsonObject): string | undefined {
  const thread = asObject(body.thread)
  return thread?.type === 'continue' ? asString(thread.previous_message_id) : undefined
}

/** Asked for with `thread`; without it nothing is kept. */
export function keepsReply(body: JsonObject): boolean {
  return asObject(body.thread) !== undefined
}
