/** Every chat format the proof speaks. */

import type { ChatWireName } from '../../../src/wires/wire.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { bedrockConverse } from './bedrock-converse.ts'
import { cohereChat } from './cohere-chat.ts'
import type { Dialect } from './dialect.ts'
import { geminiGenerate } from './gemini-generate.ts'
import { ollamaChat, ollamaGenerate } from './ollama.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiCompletions } from './openai-completions.ts'
import { openaiResponses } from './openai-responses.ts'

export const dialects: Readonly<Record<ChatWireName, Dialect>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-completions': openaiCompletions,
  'anthropic-messages': anthropicMessages,
  'gemini-generate': geminiGenerate,
  'cohere-chat': cohereChat,
  'ollama-chat': ollamaChat,
  'ollama-generate': ollamaGenerate,
  'bedrock-converse': bedrockConverse,
}

/** The formats that apps may speak to the gateway. */
export const APP_DIALECTS: readonly Dialect[] = Object.values(dialects).filter(
  ({ wire }) => wire !== 'bedrock-converse',
)
