/** A tool call of the hub -> one of a reply. */

import type { ToolCallBlock } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import { inputOf } from '../anthropic-messages/tool-input.ts'
import type { Losses } from '../losses.ts'

/** With its id, as newer servers give one; `index` is its place among the calls of the answer. */
export function encodeReplyCall(
  { id, name, arguments: text }: Pick<ToolCallBlock, 'id' | 'name' | 'arguments'>,
  index: number,
  losses: Losses,
): JsonObject {
  return { id, function: { index, name, arguments: inputOf(text, losses, 'tool_calls.arguments') } }
}
