/** The lists of wires: the only place that names them all. */

import { anthropicCountTokens } from './anthropic-count-tokens/index.ts'
import { anthropicMessages } from './anthropic-messages/index.ts'
import { bedrockConverse } from './bedrock-converse/index.ts'
import { bedrockCountTokens } from './bedrock-count-tokens/index.ts'
import { cohereChat } from './cohere-chat/index.ts'
import { cohereEmbed } from './cohere-embed/index.ts'
import { cohereRerank } from './cohere-rerank/index.ts'
import { geminiCountTokens } from './gemini-count-tokens/index.ts'
import { geminiBatchEmbed, geminiEmbed } from './gemini-embed/index.ts'
import { geminiGenerate } from './gemini-generate/index.ts'
import { ollamaChat } from './ollama-chat/index.ts'
import { ollamaEmbed } from './ollama-embed/index.ts'
import { ollamaGenerate } from './ollama-generate/index.ts'
import { openaiChat } from './openai-chat/index.ts'
import { openaiCompletions } from './openai-completions/index.ts'
import { openaiCountTokens } from './openai-count-tokens/index.ts'
import { openaiEmbeddings } from './openai-embeddings/index.ts'
import { openaiImageEdits } from './openai-image-edits/index.ts'
import { openaiImages } from './openai-images/index.ts'
import { openaiModerations } from './openai-moderations/index.ts'
import { openaiResponses } from './openai-responses/index.ts'
import { openaiSpeech } from './openai-speech/index.ts'
import { openaiTranscriptions } from './openai-transcriptions/index.ts'
import { openaiTranslations } from './openai-translations/index.ts'
import type { TaskWire, TaskWireName } from './task-wire.ts'
import type { ChatWire, ChatWireName } from './wire.ts'

export const chatWires: Readonly<Record<ChatWireName, ChatWire>> = {
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

export const taskWires: Readonly<Record<TaskWireName, TaskWire>> = {
  'openai-embeddings': openaiEmbeddings,
  'gemini-embed': geminiEmbed,
  'gemini-batch-embed': geminiBatchEmbed,
  'cohere-embed': cohereEmbed,
  'ollama-embed': ollamaEmbed,
  'cohere-rerank': cohereRerank,
  'anthropic-count-tokens': anthropicCountTokens,
  'openai-count-tokens': openaiCountTokens,
  'gemini-count-tokens': geminiCountTokens,
  'bedrock-count-tokens': bedrockCountTokens,
  'openai-moderations': openaiModerations,
  'openai-images': openaiImages,
  'openai-image-edits': openaiImageEdits,
  'openai-speech': openaiSpeech,
  'openai-transcriptions': openaiTranscriptions,
  'openai-translations': openaiTranslations,
}
