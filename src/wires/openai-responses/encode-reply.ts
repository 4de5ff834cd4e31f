/** The hub's reply -> a whole response. */

import type { ChatReply } from '../../ground/chat-reply.ts'
import type { JsonObject } from '../../ground/json.ts'
import { unfoldReply } from '../../ground/unfold.ts'
import type { Encoded } from '../../ground/warning.ts'
import { Losses } from '../losses.ts'
import type { ReplyDefaults } from '../wire.ts'
import { EventSink } from './event-sink.ts'
import { ResponseWriter } from './response-writer.ts'

/** The response that a stream of the same reply ends with. */
export function encodeReply(reply: ChatReply, defaults: ReplyDefaults): Encoded<JsonObject> {
  const losses = new Losses()
  const writer = new ResponseWriter(defaults, new EventSink(), losses)
  for (const part of unfoldReply(reply)) writer.take(part)
  return { value: writer.response(), warnings: losses.warnings }
}
