/** The part of a chat call that decides how many tokens its prompt has. */

import type { ChatCall } from '../ground/chat-call.ts'

/** Messages, tools, format and thinking stay; what only steers the answer goes, and no warning is due for it. */
export function countedCall({
  model,
  messages,
  tools,
  toolChoice,
  parallelToolCalls,
  format,
  reasoning,
  extras,
}: ChatCall): ChatCall {
  return {
    model,
    messages,
    stream: false,
    ...(tools && { tools }),
    ...(toolChoice && { toolChoice }),
    ...(parallelToolCalls !== undefined && { parallelToolCalls }),
    ...(format && { format }),
    ...(reasoning && { reasoning }),
    ...(extras && { extras }),
  }
}
