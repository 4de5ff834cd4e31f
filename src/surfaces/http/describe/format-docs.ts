/** Where the owners of each format describe it. */

import type { TaskWireName } from '../../../wires/task-wire.ts'
import type { ChatWireName } from '../../../wires/wire.ts'

export interface FormatDoc {
  readonly title: string
  readonly url: string
}

const OPENAI = 'https://platform.openai.com/docs/api-reference'
const GEMINI = 'https://ai.google.dev/api'
const OLLAMA = 'https://docs.ollama.com/api'
const BEDROCK = 'https://docs.aws.amazon.com/bedrock/latest/APIReference'

export const FORMAT_DOCS: Readonly<Record<ChatWireName | TaskWireName, FormatDoc>> = {
  'openai-chat': { title: 'OpenAI chat completions', url: `${OPENAI}/chat/create` },
  'openai-responses': { title: 'OpenAI responses', url: `${OPENAI}/responses/create` },
  'openai-completions': { title: 'OpenAI completions (legacy)', url: `${OPENAI}/completions/create` },
  'anthropic-messages': { title: 'Anthropic messages', url: 'https://docs.claude.com/en/api/messages' },
  'gemini-generate': { title: 'Gemini generateContent', url: `${GEMINI}/generate-content` },
  'cohere-chat': { title: 'Cohere chat v2', url: 'https://docs.cohere.com/reference/chat' },
  'ollama-chat': { title: 'Ollama chat', url: `${OLLAMA}/chat` },
  'ollama-generate': { title: 'Ollama generate', url: `${OLLAMA}/generate` },
  'bedrock-converse': { title: 'Bedrock Converse', url: `${BEDROCK}/API_runtime_Converse.html` },
  'openai-embeddings': { title: 'OpenAI embeddings', url: `${OPENAI}/embeddings/create` },
  'gemini-embed': { title: 'Gemini embedContent', url: `${GEMINI}/embeddings` },
  'gemini-batch-embed': { title: 'Gemini batchEmbedContents', url: `${GEMINI}/embeddings` },
  'cohere-embed': { title: 'Cohere embed v2', url: 'https://docs.cohere.com/reference/embed' },
  'ollama-embed': { title: 'Ollama embed', url: `${OLLAMA}/embed` },
  'cohere-rerank': { title: 'Cohere rerank v2', url: 'https://docs.cohere.com/reference/rerank' },
  'anthropic-count-tokens': {
    title: 'Anthropic token count',
    url: 'https://docs.claude.com/en/api/messages-count-tokens',
  },
  'openai-count-tokens': { title: 'OpenAI input tokens', url: `${OPENAI}/responses/input-tokens` },
  'gemini-count-tokens': { title: 'Gemini countTokens', url: `${GEMINI}/tokens` },
  'bedrock-count-tokens': { title: 'Bedrock CountTokens', url: `${BEDROCK}/API_runtime_CountTokens.html` },
  'openai-moderations': { title: 'OpenAI moderations', url: `${OPENAI}/moderations/create` },
  'openai-images': { title: 'OpenAI images', url: `${OPENAI}/images/create` },
  'openai-image-edits': { title: 'OpenAI image edits', url: `${OPENAI}/images/createEdit` },
  'openai-speech': { title: 'OpenAI speech', url: `${OPENAI}/audio/createSpeech` },
  'openai-transcriptions': { title: 'OpenAI transcriptions', url: `${OPENAI}/audio/createTranscription` },
  'openai-translations': { title: 'OpenAI translations', url: `${OPENAI}/audio/createTranslation` },
}
