/** What vendors document about capabilities, where the recordings do not say it or a model differs from its vendor's others. */

import type { ChatCapability } from './capability.ts'

/** One statement. Later ones are stronger than earlier ones, and all are stronger than recordings. */
export interface Documented {
  /** Rows it is about; absent: every row that serves such models. */
  readonly providers?: readonly string[]
  /** Names of models it is about; absent: all of the provider's. */
  readonly models?: RegExp
  readonly yes?: readonly ChatCapability[]
  readonly no?: readonly ChatCapability[]
  readonly source: string
}

/** Names as clouds write them too: `eu.anthropic.claude-…`, `anthropic/claude-…`, `databricks-claude-…`. */
const CLAUDE = /(?:^|[./-])claude-/
const OPENAI = ['openai', 'azure', 'azure-deployments', 'azure-foundry', 'openrouter', 'vercel']
/** The beginning of a model's name, behind a router's `openai/`. */
const openaiModel = (names: string): RegExp => new RegExp(`^(?:openai/)?(?:${names})`)

export const documentedCapabilities: readonly Documented[] = [
  {
    providers: ['openai'],
    yes: ['streaming', 'tools', 'parallel-tools', 'forced-tool', 'choices', 'logprobs', 'seed', 'stop', 'json-object'],
    // Its prompt cache works unasked.
    no: ['cache-control'],
    source: 'https://platform.openai.com/docs/api-reference/chat/create',
  },
  {
    providers: OPENAI,
    models: openaiModel('(?!.*audio)(?:gpt-[345]|o[134])'),
    no: ['audio'],
    source: 'https://platform.openai.com/docs/guides/audio',
  },
  {
    providers: OPENAI,
    models: openaiModel('gpt-3\\.5|gpt-4(?!\\.5)'),
    no: ['reasoning'],
    source: 'https://platform.openai.com/docs/guides/reasoning',
  },
  {
    providers: OPENAI,
    models: openaiModel('gpt-3\\.5|gpt-4(?:-|$)|gpt-4o-2024-05-13'),
    no: ['json-schema'],
    source: 'https://platform.openai.com/docs/guides/structured-outputs',
  },
  {
    providers: OPENAI,
    models: openaiModel('gpt-3\\.5|o1-mini|o1-preview|o3-mini'),
    no: ['images'],
    source: 'https://platform.openai.com/docs/guides/images-vision',
  },
  {
    providers: OPENAI,
    models: openaiModel('o1|o3|o4'),
    no: ['logprobs'],
    source: 'https://platform.openai.com/docs/guides/reasoning',
  },
  {
    providers: OPENAI,
    models: openaiModel('o3|o4-mini'),
    no: ['stop'],
    source: 'https://platform.openai.com/docs/api-reference/chat/create#chat-create-stop',
  },
  {
    providers: OPENAI,
    models: openaiModel('o1-mini|o1-preview'),
    no: ['tools', 'forced-tool', 'parallel-tools', 'json-schema', 'json-object'],
    source: 'https://platform.openai.com/docs/guides/reasoning',
  },
  {
    models: CLAUDE,
    yes: ['streaming', 'tools', 'parallel-tools', 'forced-tool', 'stop'],
    no: ['audio', 'choices', 'logprobs', 'seed', 'json-object'],
    source: 'https://platform.claude.com/docs/en/api/openai-sdk',
  },
  {
    models: /(?:^|[./-])claude-(?!2|instant|v2)/,
    yes: ['images', 'documents'],
    source: 'https://platform.claude.com/docs/en/build-with-claude/vision',
  },
  {
    models: /(?:^|[./-])claude-(?:2|instant|v2)/,
    no: ['images', 'documents'],
    source: 'https://platform.claude.com/docs/en/build-with-claude/vision',
  },
  {
    // Other vendors' doors for Claude are not all known to pass the marks on; these are.
    providers: ['anthropic', 'bedrock', 'vertex', 'azure-foundry', 'openrouter', 'databricks', 'vercel'],
    models: CLAUDE,
    yes: ['cache-control'],
    source: 'https://platform.claude.com/docs/en/build-with-claude/prompt-caching',
  },
  {
    models: /(?:^|[./-])claude-(?:2|instant|3-(?!7)|v2)/,
    no: ['reasoning'],
    source: 'https://platform.claude.com/docs/en/build-with-claude/extended-thinking',
  },
  {
    models: /(?:^|[./-])claude-(?:2|instant|3-|sonnet-4-(?:0|2025)|opus-4-(?:0|2025)|(?:sonnet|opus)-4@)/,
    no: ['json-schema'],
    source: 'https://platform.claude.com/docs/en/build-with-claude/structured-outputs',
  },
  {
    providers: ['gemini', 'vertex'],
    models: /^gemini-/,
    yes: [
      'streaming',
      'tools',
      'parallel-tools',
      'forced-tool',
      'json-schema',
      'json-object',
      'choices',
      'seed',
      'stop',
    ],
    // Its explicit cache is an object of its own, not a mark in a prompt.
    no: ['cache-control'],
    source: 'https://ai.google.dev/api/generate-content',
  },
  {
    providers: ['gemini', 'vertex'],
    models: /^gemini-(?:1|2\.0)/,
    no: ['reasoning'],
    source: 'https://ai.google.dev/gemini-api/docs/thinking',
  },
  {
    // The inference parameters of Converse are maxTokens, temperature, topP and stopSequences.
    providers: ['bedrock'],
    models: /^(?!(?:\w+\.)?openai\.)/,
    yes: ['streaming', 'stop'],
    no: ['choices', 'logprobs', 'seed'],
    source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html',
  },
  {
    providers: ['groq'],
    no: ['choices', 'logprobs'],
    source: 'https://console.groq.com/docs/openai',
  },
  {
    providers: ['cohere'],
    yes: ['streaming', 'tools', 'forced-tool', 'json-schema', 'json-object', 'logprobs', 'seed', 'stop'],
    no: ['audio', 'choices'],
    source: 'https://docs.cohere.com/reference/chat',
  },
  {
    providers: ['cohere'],
    models: /^command-(?:r|light|nightly|a-03)/,
    no: ['images'],
    source: 'https://docs.cohere.com/docs/models',
  },
  {
    providers: ['ollama'],
    yes: ['streaming', 'tools', 'json-object', 'json-schema', 'seed', 'stop'],
    no: ['choices'],
    source: 'https://docs.ollama.com/api/openai-compatibility',
  },
  {
    providers: ['vllm'],
    yes: ['streaming', 'json-schema', 'json-object', 'choices', 'logprobs', 'seed', 'stop'],
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
  },
  {
    providers: ['mistral'],
    yes: ['streaming', 'tools', 'parallel-tools', 'forced-tool', 'json-schema', 'json-object', 'choices', 'stop'],
    source: 'https://docs.mistral.ai/api/',
  },
  {
    // Llama 3.1 and 3.3 read text only, wherever they run.
    models: /llama-?v?3[.p][13](?:-|:|$)/i,
    no: ['images', 'audio'],
    source: 'https://www.llama.com/docs/model-cards-and-prompt-formats/',
  },
]
