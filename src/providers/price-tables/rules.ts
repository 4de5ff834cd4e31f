/** What vendors state about service classes for all their models, with the page and the day it was read. */

import type { ClassRule, PricedUnit } from '../../ground/price-book.ts'

const TEXT: readonly PricedUnit[] = ['input', 'output', 'reasoning']
const CACHE: readonly PricedUnit[] = ['cacheRead', 'cacheWrite5m', 'cacheWrite1h']
const MEDIA: readonly PricedUnit[] = ['audioIn', 'audioOut', 'imageIn', 'imageOut']

const READ_ON = '2026-11-23'

/** "Reducing costs by 50%": all usage, cache reads and writes too. */
export const ANTHROPIC_BATCH: ClassRule = {
  serviceClass: 'batch',
  percent: 50,
  units: [...TEXT, ...CACHE],
  source: 'https://platform.claude.com/docs/build-with-claude/batch-processing',
  checkedOn: READ_ON,
}

/** Half price for input and output; whether cached tokens are halved too is not stated. */
export const OPENAI_BATCH: ClassRule = {
  serviceClass: 'batch',
  percent: 50,
  units: TEXT,
  source: 'https://developers.openai.com/api/docs/guides/batch',
  checkedOn: READ_ON,
}

/** "50% discount" for both; what cached tokens cost is not stated, hence left out. */
export const GEMINI_RULES: readonly ClassRule[] = (['batch', 'flex'] as const).map((serviceClass) => ({
  serviceClass,
  percent: 50,
  units: [...TEXT, ...MEDIA],
  source: 'https://ai.google.dev/gemini-api/docs/optimization',
  checkedOn: READ_ON,
}))

/** Batch is half price, but "the discounts for cache and batch don't stack. The 90% cache hit discount takes precedence". */
export const VERTEX_RULES: readonly ClassRule[] = [
  { percent: 50, units: [...TEXT, ...MEDIA] },
  { percent: 100, units: ['cacheRead'] as const },
].map((rule) => ({
  serviceClass: 'batch',
  ...rule,
  models: '^gemini-',
  source: 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/batch-prediction-gemini',
  checkedOn: READ_ON,
}))

/** "Pricing matches the on-demand tier." */
export const GROQ_FLEX: ClassRule = {
  serviceClass: 'flex',
  percent: 100,
  units: [...TEXT, ...CACHE, ...MEDIA, 'audioSeconds', 'characters'],
  source: 'https://console.groq.com/docs/flex-processing',
  checkedOn: READ_ON,
}

/** "50% lower cost compared to typical Serverless (synchronous) API pricing". */
export const FIREWORKS_BATCH: ClassRule = {
  serviceClass: 'batch',
  percent: 50,
  units: TEXT,
  source: 'https://fireworks.ai/blog/batch-api',
  checkedOn: READ_ON,
}
