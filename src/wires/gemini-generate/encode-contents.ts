/** The hub's messages -> `contents` and `systemInstruction`. */

import type { Message } from '../../ground/chat-call.ts'
import { asArray, type JsonObject } from '../../ground/json.ts'
import type { Losses } from '../losses.ts'
import { encodeParts, type ToolNames } from './encode-parts.ts'

/** Turns alternate between `user`, which results of functions belong to, and `model`: neighbours of one role are joined. */
export function encodeContents(messages: readonly Message[], losses: Losses): JsonObject {
  const names: ToolNames = new Map()
  const system: JsonObject[] = []
  const contents: { role: 'user' | 'model'; parts: JsonObject[] }[] = []
  messages.forEach((message, index) => {
    const path = `messages[${index}]`
    if (message.name !== undefined) losses.dropped(`${path}.name`, 'This API has no names for speakers.')
    const parts = encodeParts(message.content, path, names, losses)
    if (message.role === 'system' || message.role === 'developer') {
      if (contents.length > 0)
        losses.changed(
          'messages',
          'Instructions amid the conversation were put before it: this API has one place for them.',
        )
      system.push(...parts)
      return
    }
    const role = message.role === 'assistant' ? 'model' : 'user'
    const last = contents.at(-1)
    if (last?.role === role) last.parts.push(...parts)
    else contents.push({ role, parts })
  })
  const said = contents.filter(({ parts }) => asArray(parts).length > 0)
  return { contents: said, ...(system.length > 0 && { systemInstruction: { parts: system } }) }
}
