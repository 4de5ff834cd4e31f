/** Which vendors' prices are imported, what each table calls them, and what the vendors document beyond the tables. */

import { CLOUDS } from './clouds.ts'
import { ANTHROPIC_BATCH, FIREWORKS_BATCH, GROQ_FLEX, OPENAI_BATCH } from './rules.ts'
import { claudePrices, GROK_SEARCH, type Vendor } from './vendor.ts'

/** One LiteLLM provider whose models carry its own name as a prefix. */
function prefixed(provider: string): Vendor['litellm'] {
  return [{ provider, prefix: `${provider}/` }]
}

export const VENDORS: readonly Vendor[] = [
  {
    provider: 'openai',
    source: 'https://openai.com/api/pricing/',
    litellm: [
      { provider: 'openai', prefix: '' },
      { provider: 'text-completion-openai', prefix: '' },
    ],
    genaiPrices: 'openai',
    // LiteLLM also lists pictures by size and quality ("low/1024-x-1024/gpt-image-1").
    isModel: (model) => !model.includes('/'),
    // A dated snapshot that is not listed costs what its name costs; a fine-tune what its base's fine-tunes cost.
    aliases: ['^(.+)-\\d{4}-\\d{2}-\\d{2}$', '^(ft:[^:]+):.+$'],
    rules: [OPENAI_BATCH],
  },
  {
    provider: 'anthropic',
    source: 'https://docs.anthropic.com/en/docs/about-claude/pricing',
    litellm: [{ provider: 'anthropic', prefix: '' }],
    genaiPrices: 'anthropic',
    aliases: ['^(.+)-\\d{8}$'],
    documented: claudePrices,
    rules: [ANTHROPIC_BATCH],
  },
  ...CLOUDS,
  {
    provider: 'groq',
    source: 'https://groq.com/pricing/',
    litellm: prefixed('groq'),
    genaiPrices: 'groq',
    rules: [GROQ_FLEX],
  },
  {
    provider: 'deepseek',
    source: 'https://api-docs.deepseek.com/quick_start/pricing',
    litellm: prefixed('deepseek'),
    genaiPrices: 'deepseek',
  },
  {
    provider: 'xai',
    source: 'https://docs.x.ai/docs/models',
    litellm: prefixed('xai'),
    genaiPrices: 'x-ai',
    // Replies may name the effort; the billed amounts are those of the plain model.
    aliases: ['^(grok-3-mini)-(?:low|high)$'],
    documented: () => GROK_SEARCH,
  },
  {
    provider: 'mistral',
    source: 'https://mistral.ai/pricing',
    litellm: prefixed('mistral'),
    genaiPrices: 'mistral',
  },
  {
    provider: 'together',
    source: 'https://www.together.ai/pricing',
    litellm: prefixed('together_ai'),
    genaiPrices: 'together',
  },
  {
    provider: 'fireworks',
    source: 'https://fireworks.ai/pricing',
    litellm: prefixed('fireworks_ai'),
    genaiPrices: 'fireworks',
    rules: [FIREWORKS_BATCH],
  },
  {
    provider: 'cerebras',
    source: 'https://www.cerebras.ai/pricing',
    litellm: prefixed('cerebras'),
    genaiPrices: 'cerebras',
  },
  {
    provider: 'perplexity',
    source: 'https://docs.perplexity.ai/getting-started/pricing',
    litellm: prefixed('perplexity'),
    genaiPrices: 'perplexity',
    feeByContext: true,
  },
  {
    provider: 'openrouter',
    source: 'https://openrouter.ai/models',
    litellm: prefixed('openrouter'),
    genaiPrices: 'openrouter',
    // Replies name the model by its canonical slug, which is the listed one plus a date.
    aliases: ['^(.+)-\\d{8}$', '^(moonshotai/.+)-\\d{4}$'],
  },
  {
    provider: 'vercel',
    source: 'https://vercel.com/ai-gateway/models',
    litellm: prefixed('vercel_ai_gateway'),
  },
  {
    provider: 'workers-ai',
    alsoFor: ['workers-ai-binding'],
    source: 'https://developers.cloudflare.com/workers-ai/platform/pricing/',
    litellm: [{ provider: 'cloudflare', prefix: 'cloudflare/' }],
  },
  {
    provider: 'cohere',
    source: 'https://cohere.com/pricing',
    litellm: [
      { provider: 'cohere', prefix: 'cohere/' },
      { provider: 'cohere_chat', prefix: 'cohere_chat/' },
    ],
    genaiPrices: 'cohere',
  },
  {
    provider: 'voyage',
    source: 'https://docs.voyageai.com/docs/pricing',
    litellm: prefixed('voyage'),
    genaiPrices: 'voyageai',
  },
  {
    provider: 'jina',
    source: 'https://jina.ai/embeddings/',
    litellm: [{ provider: 'jina_ai', prefix: 'jina_ai/' }],
  },
  {
    provider: 'moonshot',
    source: 'https://platform.moonshot.ai/docs/pricing/chat',
    litellm: prefixed('moonshot'),
    genaiPrices: 'moonshotai',
  },
  {
    provider: 'alibaba',
    source: 'https://www.alibabacloud.com/help/en/model-studio/model-pricing',
    litellm: prefixed('dashscope'),
  },
  {
    // genai-prices knows the vendor's Chinese platform, which bills other amounts.
    provider: 'zai',
    source: 'https://docs.z.ai/guides/overview/pricing',
    litellm: prefixed('zai'),
  },
  {
    // Prices are in DBU; these are at the list price of $0.07 a DBU.
    provider: 'databricks',
    source: 'https://www.databricks.com/product/pricing/foundation-model-serving',
    litellm: prefixed('databricks'),
  },
  {
    provider: 'avian',
    source: 'https://avian.io/pricing/',
    genaiPrices: 'avian',
  },
  {
    // Its prices for calls that are answered at once; those for later answers (async, batch) are lower and not listed.
    provider: 'doubleword',
    source: 'https://docs.doubleword.ai/inference-api/models',
    genaiPrices: 'doubleword',
  },
]
