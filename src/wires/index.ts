/** The list of chat wires. */

import { anthropicMessages } from './anthropic-messages/index.ts'
import { openaiChat } from './openai-chat/index.ts'
import type { ChatWire, ChatWireName } from './wire.ts'

export const chatWires = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
} as const satisfies Record<ChatWireName, ChatWire>
