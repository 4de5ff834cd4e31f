/** The table of hosted OpenAI-compatible vendors: one row each, checked against recordings where there are any. */

import type { HttpProvider } from './provider.ts'
import { row } from './row.ts'

const UNVERSIONED: HttpProvider['chat'] = [{ wire: 'openai-chat', path: '/chat/completions' }]

/** Prices and models are not here: a row is an address, a credential and a dialect. Sorted as people look for them. */
export const hosted: readonly HttpProvider[] = [
  row({
    name: 'groq',
    title: 'Groq',
    baseUrl: 'https://api.groq.com/openai',
    secretName: 'GROQ_API_KEY',
    quirks: { reasoningField: 'reasoning', unsupportedFields: ['logprobs', 'top_logprobs', 'logit_bias'] },
    source: 'https://console.groq.com/docs/openai',
  }),
  row({
    // Its Anthropic-style endpoint stands under another path and takes x-api-key; no recording of it exists, so it is not listed.
    name: 'deepseek',
    title: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com',
    chat: UNVERSIONED,
    secretName: 'DEEPSEEK_API_KEY',
    quirks: { streamUsage: 'always', reasoningField: 'reasoning_content', structuredOutput: 'json' },
    source: 'https://api-docs.deepseek.com',
  }),
  row({
    name: 'xai',
    title: 'xAI',
    baseUrl: 'https://api.x.ai',
    secretName: 'XAI_API_KEY',
    quirks: {
      maxTokensField: 'max_completion_tokens',
      // All 42 recordings with reasoning bill it on top of completion_tokens.
      completionIncludesReasoning: false,
      reasoningField: 'reasoning_content',
    },
    source: 'https://docs.x.ai/docs/api-reference',
  }),
  row({
    // Its /v1/messages ends with `data: [DONE]`, at which the Anthropic SDK throws, so bytes must not pass through: not listed.
    name: 'openrouter',
    title: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api',
    secretName: 'OPENROUTER_API_KEY',
    quirks: {
      streamUsage: 'always',
      reasoningField: 'reasoning',
      reasoningRequest: 'reasoning-object',
      developerRole: true,
      cacheControl: true,
    },
    source: 'https://openrouter.ai/docs/api-reference/overview',
  }),
  row({
    name: 'together',
    title: 'Together AI',
    baseUrl: 'https://api.together.ai',
    secretName: 'TOGETHER_API_KEY',
    quirks: { streamUsage: 'always' },
    source: 'https://docs.together.ai/docs/inference/openai-compatibility',
  }),
  row({
    name: 'fireworks',
    title: 'Fireworks AI',
    baseUrl: 'https://api.fireworks.ai/inference',
    secretName: 'FIREWORKS_API_KEY',
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
  }),
  row({
    name: 'cerebras',
    title: 'Cerebras',
    baseUrl: 'https://api.cerebras.ai',
    secretName: 'CEREBRAS_API_KEY',
    quirks: { unsupportedFields: ['frequency_penalty', 'presence_penalty', 'logit_bias'] },
    source: 'https://inference-docs.cerebras.ai/resources/openai',
  }),
  row({
    name: 'perplexity',
    title: 'Perplexity',
    baseUrl: 'https://api.perplexity.ai',
    chat: UNVERSIONED,
    secretName: 'PERPLEXITY_API_KEY',
    quirks: { streamUsage: 'always', cumulativeMessage: true },
    source: 'https://docs.perplexity.ai/api-reference/chat-completions-post',
  }),
  row({
    name: 'mistral',
    title: 'Mistral AI',
    baseUrl: 'https://api.mistral.ai',
    secretName: 'MISTRAL_API_KEY',
    quirks: {
      streamUsage: 'always',
      reasoningField: 'thinking-blocks',
      toolIdLength: 9,
      toolChoiceRequired: 'any',
      documentPart: 'document_url',
      // Its specification forbids fields it does not name (`additionalProperties: false`).
      unsupportedFields: [
        'audio',
        'logit_bias',
        'logprobs',
        'modalities',
        'seed',
        'service_tier',
        'store',
        'stream_options',
        'top_logprobs',
        'user',
        'verbosity',
        'web_search_options',
      ],
    },
    source: 'https://docs.mistral.ai/api/',
  }),
  row({
    name: 'nvidia',
    title: 'NVIDIA NIM',
    baseUrl: 'https://integrate.api.nvidia.com',
    secretName: 'NVIDIA_API_KEY',
    source: 'https://docs.api.nvidia.com/nim/reference/llm-apis',
  }),
  row({
    name: 'databricks',
    title: 'Databricks',
    baseUrlExample: 'https://my-workspace.cloud.databricks.com/serving-endpoints',
    chat: UNVERSIONED,
    secretName: 'DATABRICKS_TOKEN',
    quirks: { streamUsage: 'always', cacheControl: true },
    source: 'https://docs.databricks.com/aws/en/machine-learning/model-serving/score-foundation-models',
  }),
  row({
    name: 'workers-ai',
    title: 'Cloudflare Workers AI',
    baseUrlExample: 'https://api.cloudflare.com/client/v4/accounts/ACCOUNT_ID/ai/v1',
    secretName: 'CLOUDFLARE_API_TOKEN',
    source: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/',
  }),
  row({
    name: 'huggingface',
    title: 'Hugging Face',
    baseUrl: 'https://router.huggingface.co',
    secretName: 'HF_TOKEN',
    source: 'https://huggingface.co/docs/inference-providers/index',
  }),
]
