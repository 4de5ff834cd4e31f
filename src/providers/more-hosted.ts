/** More hosted vendors: those that came after the first table, and those whose own format is not OpenAI's. */

import { chatDoors, taskDoors } from './doors.ts'
import type { HttpProvider } from './provider.ts'
import { row } from './row.ts'

/** Sorted by name. */
export const moreHosted: readonly HttpProvider[] = [
  row({
    name: 'alibaba',
    title: 'Alibaba Cloud Model Studio',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode',
    secretName: 'DASHSCOPE_API_KEY',
    tasks: taskDoors('/v1', 'openai-embeddings'),
    quirks: { reasoningField: 'reasoning_content', structuredOutput: 'json' },
    source: 'https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope',
  }),
  row({
    name: 'avian',
    title: 'Avian',
    baseUrl: 'https://api.avian.io',
    secretName: 'AVIAN_API_KEY',
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://avian.io/docs',
  }),
  row({
    name: 'cohere',
    title: 'Cohere',
    baseUrl: 'https://api.cohere.com',
    secretName: 'COHERE_API_KEY',
    chat: [{ wire: 'cohere-chat', path: '/v2/chat' }],
    tasks: [
      { wire: 'cohere-embed', path: '/v2/embed' },
      { wire: 'cohere-rerank', path: '/v2/rerank' },
    ],
    quirks: { streamUsage: 'always', reasoningField: 'thinking-blocks' },
    source: 'https://docs.cohere.com/reference/chat',
  }),
  row({
    name: 'doubleword',
    title: 'Doubleword',
    baseUrl: 'https://api.doubleword.ai',
    secretName: 'DOUBLEWORD_API_KEY',
    tasks: taskDoors('/v1', 'openai-embeddings'),
    quirks: { reasoningField: 'reasoning' },
    source: 'https://docs.doubleword.ai/inference-api',
  }),
  row({
    name: 'jina',
    title: 'Jina AI',
    baseUrl: 'https://api.jina.ai',
    secretName: 'JINA_API_KEY',
    chat: [],
    tasks: taskDoors('/v1', 'openai-embeddings', 'cohere-rerank'),
    source: 'https://jina.ai/embeddings/',
  }),
  row({
    name: 'moonshot',
    title: 'Moonshot AI',
    baseUrl: 'https://api.moonshot.ai',
    secretName: 'MOONSHOT_API_KEY',
    chat: [...chatDoors('/v1', 'openai-chat'), ...chatDoors('/anthropic/v1', 'anthropic-messages')],
    filesPath: '/v1/files',
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://platform.moonshot.ai/docs/api/chat',
  }),
  row({
    name: 'venice',
    title: 'Venice',
    baseUrl: 'https://api.venice.ai/api',
    secretName: 'VENICE_API_KEY',
    tasks: taskDoors('/v1', 'openai-embeddings', 'openai-images', 'openai-speech', 'openai-transcriptions'),
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://docs.venice.ai/api-reference/api-spec',
  }),
  row({
    name: 'vercel',
    title: 'Vercel AI Gateway',
    baseUrl: 'https://ai-gateway.vercel.sh',
    secretName: 'AI_GATEWAY_API_KEY',
    chat: chatDoors('/v1', 'openai-chat', 'openai-responses', 'anthropic-messages'),
    tasks: taskDoors('/v1', 'openai-embeddings'),
    quirks: { reasoningField: 'reasoning', reasoningRequest: 'reasoning-object', cacheControl: true },
    source: 'https://vercel.com/docs/ai-gateway/sdks-and-apis/openai-chat-completions',
  }),
  row({
    name: 'voyage',
    title: 'Voyage AI',
    baseUrl: 'https://api.voyageai.com',
    secretName: 'VOYAGE_API_KEY',
    chat: [],
    tasks: taskDoors('/v1', 'openai-embeddings'),
    quirks: {
      embeddings: {
        dimensionsField: 'output_dimension',
        purposeWords: { query: 'query', document: 'document' },
        truncation: true,
      },
    },
    source: 'https://docs.voyageai.com/reference/embeddings-api',
  }),
  row({
    name: 'zai',
    title: 'Z.ai',
    baseUrl: 'https://api.z.ai/api',
    secretName: 'ZAI_API_KEY',
    chat: [...chatDoors('/paas/v4', 'openai-chat'), ...chatDoors('/anthropic/v1', 'anthropic-messages')],
    quirks: { reasoningField: 'reasoning_content', structuredOutput: 'json' },
    source: 'https://docs.z.ai/api-reference/llm/chat-completion',
  }),
  row({
    // The same service by subscription: keys of the coding plan work at this path alone.
    name: 'zai-coding',
    title: 'Z.ai Coding Plan',
    baseUrl: 'https://api.z.ai/api',
    secretName: 'ZAI_API_KEY',
    chat: [...chatDoors('/coding/paas/v4', 'openai-chat'), ...chatDoors('/anthropic/v1', 'anthropic-messages')],
    quirks: { reasoningField: 'reasoning_content', structuredOutput: 'json' },
    source: 'https://docs.z.ai/devpack/tool/others',
  }),
]
