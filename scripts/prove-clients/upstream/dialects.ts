/** Which chat formats each stand-in provider speaks; the first part of the path names the stand-in. */

import { anthropicDialect } from './anthropic.ts'
import { bedrockDialect } from './bedrock.ts'
import { cohereDialect } from './cohere.ts'
import type { ChatDialect } from './exchange.ts'
import { geminiDialect } from './gemini.ts'
import { ollamaChatDialect, ollamaGenerateDialect } from './ollama.ts'
import { openaiChatDialect } from './openai-chat.ts'
import { openaiResponsesDialect } from './openai-responses.ts'

export const CHAT_DIALECTS: Readonly<Record<string, readonly ChatDialect[]>> = {
  openai: [openaiChatDialect('openai'), openaiResponsesDialect],
  'responses-only': [openaiResponsesDialect, openaiChatDialect('openai')],
  // A server that speaks chat only: what asks for another format must be translated.
  'chat-only': [openaiChatDialect('open')],
  anthropic: [anthropicDialect],
  bedrock: [bedrockDialect],
  gemini: [geminiDialect],
  cohere: [cohereDialect],
  mistral: [openaiChatDialect('mistral')],
  ollama: [
    ollamaChatDialect,
    ollamaGenerateDialect,
    openaiChatDialect('open'),
    anthropicDialect,
    openaiResponsesDialect,
  ],
}
