/** Which vendors' prices are imported, what each table calls them, and what the vendors document beyond the tables. */

import type { UnitPrices } from '../../src/services/pricing/price-book.ts'

export interface Vendor {
  /** Name of the provider row. */
  readonly provider: string
  /** The vendor's own price page. */
  readonly source: string
  readonly litellm?: { readonly provider: string; readonly prefix: string }
  readonly genaiPrices?: string
  /** Patterns whose first group is the model under which an unlisted name is billed. */
  readonly aliases?: readonly string[]
  /** Prices the vendor documents for all its models and the tables lack or get wrong. */
  readonly documented?: (prices: UnitPrices) => UnitPrices
}

const DOLLAR = 1_000_000_000_000

export const VENDORS: readonly Vendor[] = [
  {
    provider: 'openai',
    source: 'https://openai.com/api/pricing/',
    litellm: { provider: 'openai', prefix: '' },
    genaiPrices: 'openai',
    // A dated snapshot that is not listed costs what its name costs; a fine-tune what its base's fine-tunes cost.
    aliases: ['^(.+)-\\d{4}-\\d{2}-\\d{2}$', '^(ft:[^:]+):.+$'],
  },
  {
    provider: 'anthropic',
    source: 'https://docs.anthropic.com/en/docs/about-claude/pricing',
    litellm: { provider: 'anthropic', prefix: '' },
    genaiPrices: 'anthropic',
    aliases: ['^(.+)-\\d{8}$'],
    // "1-hour cache write tokens are 2 times the base input tokens price"; LiteLLM has 12 times for claude-3-haiku. Web search: $10 per 1,000.
    documented: ({ input }) => ({ ...(input === undefined ? {} : { cacheWrite1h: 2 * input }), search: DOLLAR / 100 }),
  },
  {
    provider: 'groq',
    source: 'https://groq.com/pricing/',
    litellm: { provider: 'groq', prefix: 'groq/' },
    genaiPrices: 'groq',
  },
  {
    provider: 'deepseek',
    source: 'https://api-docs.deepseek.com/quick_start/pricing',
    litellm: { provider: 'deepseek', prefix: 'deepseek/' },
    genaiPrices: 'deepseek',
  },
  {
    provider: 'xai',
    source: 'https://docs.x.ai/docs/models',
    litellm: { provider: 'xai', prefix: 'xai/' },
    genaiPrices: 'x-ai',
    // Replies may name the effort; the billed amounts are those of the plain model.
    aliases: ['^(grok-3-mini)-(?:low|high)$'],
    // Server-side search tools cost $5 per 1,000 calls; xAI's own billed amounts bear it out.
    documented: () => ({ search: DOLLAR / 200 }),
  },
  {
    provider: 'mistral',
    source: 'https://mistral.ai/pricing',
    litellm: { provider: 'mistral', prefix: 'mistral/' },
    genaiPrices: 'mistral',
  },
  {
    provider: 'together',
    source: 'https://www.together.ai/pricing',
    litellm: { provider: 'together_ai', prefix: 'together_ai/' },
    genaiPrices: 'together',
  },
  {
    provider: 'fireworks',
    source: 'https://fireworks.ai/pricing',
    litellm: { provider: 'fireworks_ai', prefix: 'fireworks_ai/' },
    genaiPrices: 'fireworks',
  },
  {
    provider: 'cerebras',
    source: 'https://www.cerebras.ai/pricing',
    litellm: { provider: 'cerebras', prefix: 'cerebras/' },
    genaiPrices: 'cerebras',
  },
  {
    provider: 'perplexity',
    source: 'https://docs.perplexity.ai/getting-started/pricing',
    litellm: { provider: 'perplexity', prefix: 'perplexity/' },
    genaiPrices: 'perplexity',
  },
  {
    provider: 'openrouter',
    source: 'https://openrouter.ai/models',
    litellm: { provider: 'openrouter', prefix: 'openrouter/' },
    genaiPrices: 'openrouter',
    // Replies name the model by its canonical slug, which is the listed one plus a date.
    aliases: ['^(.+)-\\d{8}$'],
  },
  {
    provider: 'workers-ai',
    source: 'https://developers.cloudflare.com/workers-ai/platform/pricing/',
    litellm: { provider: 'cloudflare', prefix: 'cloudflare/' },
  },
]
