/** The clouds that host other vendors' models: what they call them and by which rules they bill them. */

import type { Fact } from './fact.ts'
import { GEMINI_RULES, VERTEX_RULES } from './rules.ts'
import { claudePrices, type Vendor } from './vendor.ts'

const ARN = '^(?:arn:aws[a-z-]*:bedrock:[^:]*:[^:]*:(?:inference-profile|foundation-model)/)?'
const GEOGRAPHY = '(?:(?:us|eu|apac|jp|au|ca|global)\\.)?'
const BEDROCK: Vendor = {
  provider: 'bedrock',
  source: 'https://aws.amazon.com/bedrock/pricing/',
  litellm: [
    { provider: 'bedrock', prefix: 'bedrock/' },
    { provider: 'bedrock_converse', prefix: 'bedrock/' },
  ],
  genaiPrices: 'aws',
  genaiRulesBind: true,
  regional: /^(?<region>[a-z]{2}(?:-gov)?-[a-z]+-\d)\/(?<model>[^/]+)$/,
  // "bedrock/us-east-1/…" are prices of single regions, which the model's name does not tell.
  isModel: (model) => !/[/@]/.test(model) && !model.startsWith('regional.'),
  aliases: [
    // A profile or model by its full name; then the same without geography, revision ("-v1:0") and context size (":300k").
    `${ARN}(.+)$`,
    `${ARN}${GEOGRAPHY}(.+)$`,
    `${ARN}${GEOGRAPHY}(.+?):\\d+k$`,
    `${ARN}${GEOGRAPHY}(.+-v\\d+):\\d+$`,
    `${ARN}${GEOGRAPHY}(.+?)(?:-v\\d+)?(?::\\d+)?$`,
  ],
  documented: (prices, model) => (model.includes('claude') ? claudePrices(prices) : {}),
  complete: completeBedrock,
}

/**
 * A call without a geography costs what one with it costs; only `global.` is cheaper. And Claude's replies name the model as
 * Anthropic does, without the cloud's prefix: they are billed as the dearer of both.
 */
function completeBedrock(listed: ReadonlyMap<string, Fact>): Map<string, Fact> {
  const facts = new Map(listed)
  for (const [model, fact] of listed) {
    const plain = /^us\.(.+)$/.exec(model)?.[1]
    const listedPlain = plain === undefined ? undefined : facts.get(plain)
    if (plain !== undefined && listedPlain && inputOf(fact) > inputOf(listedPlain)) facts.set(plain, fact)
  }
  for (const [model, fact] of [...facts]) {
    const bare = /^anthropic\.(claude-.+?)(?:-v\d+)?(?::\d+)?$/.exec(model)?.[1]
    if (bare !== undefined && !facts.has(bare)) facts.set(bare, fact)
  }
  return facts
}

function inputOf(fact: Fact): number {
  return fact.prices.input ?? 0
}

const AZURE_ZONE = /^(?<region>eu|us)\/(?<model>[^/]+)$/

const GEMINI_ALIASES = ['^models/(.+)$', '^(?:models/)?(gemini-.+)-\\d{3}$']

export const CLOUDS: readonly Vendor[] = [
  {
    provider: 'gemini',
    source: 'https://ai.google.dev/gemini-api/docs/pricing',
    litellm: [{ provider: 'gemini', prefix: 'gemini/' }],
    genaiPrices: 'google',
    // The table also lists what the gateway calls Claude on Vertex.
    isModel: (model) => !model.startsWith('claude'),
    // A model by its full name; a numbered stable version costs what its name costs.
    aliases: GEMINI_ALIASES,
    rules: GEMINI_RULES,
  },
  {
    provider: 'vertex',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/pricing',
    litellm: [
      'vertex_ai-language-models',
      'vertex_ai-anthropic_models',
      'vertex_ai-embedding-models',
      'vertex_ai-image-models',
      'vertex_ai-mistral_models',
      'vertex_ai-llama_models',
      'vertex_ai-ai21_models',
      'vertex_ai-qwen_models',
      'vertex_ai-deepseek_models',
      'vertex_ai-openai_models',
      'vertex_ai-zai_models',
      'vertex_ai-minimax_models',
      'vertex_ai-moonshot_models',
      'vertex_ai',
    ].map((provider) => ({ provider, prefix: 'vertex_ai/' })),
    genaiPrices: 'google',
    // Claude's date stands behind an @ in the address and behind a dash in the reply; `google/` before a model of OpenAI's API.
    aliases: [
      '^(claude-.+?)(?:@|-)(?:\\d{8}|default)$',
      '^(?:publishers/)?google/(?:models/)?(.+)$',
      ...GEMINI_ALIASES,
    ],
    documented: (prices, model) => (model.startsWith('claude') ? claudePrices(prices) : {}),
    rules: VERTEX_RULES,
  },
  {
    provider: 'azure',
    alsoFor: ['azure-deployments'],
    source: 'https://azure.microsoft.com/en-us/pricing/details/cognitive-services/openai-service/',
    litellm: [{ provider: 'azure', prefix: 'azure/' }],
    genaiPrices: 'azure',
    // "azure/eu/…" and "azure/global/…" are the prices of kinds of deployment, which the model's name does not tell.
    isModel: (model) => !model.includes('/'),
    regional: AZURE_ZONE,
    aliases: ['^(.+)-\\d{4}-\\d{2}-\\d{2}$'],
  },
  {
    provider: 'azure-foundry',
    source: 'https://azure.microsoft.com/en-us/pricing/details/ai-foundry-models/',
    litellm: [
      { provider: 'azure', prefix: 'azure/' },
      { provider: 'azure_ai', prefix: 'azure_ai/' },
    ],
    genaiPrices: 'azure',
    genaiFallback: 'anthropic',
    isModel: (model) => !model.includes('/'),
    regional: AZURE_ZONE,
    aliases: ['^(.+)-\\d{4}-\\d{2}-\\d{2}$', '^(claude-.+)-\\d{8}$'],
    documented: (prices, model) => (model.startsWith('claude') ? claudePrices(prices) : {}),
  },
  BEDROCK,
  {
    provider: 'bedrock-mantle',
    source: 'https://aws.amazon.com/bedrock/pricing/',
    litellm: [{ provider: 'bedrock_mantle', prefix: 'bedrock_mantle/' }],
  },
]
