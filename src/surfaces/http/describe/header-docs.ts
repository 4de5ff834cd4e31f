/** The one description of the headers Sluice adds to replies; the README, the API description and its page show this. */

export interface HeaderDoc {
  readonly name: string
  readonly description: string
  readonly example: string
}

export const HEADER_DOCS: readonly HeaderDoc[] = [
  {
    name: 'x-sluice-request-id',
    description:
      'The id of the call, as in the ledger; also sent as `x-request-id` and `request-id`, which official SDKs read.',
    example: 'req_0_4f1kT9aQx2LmZ8Wd',
  },
  { name: 'x-sluice-route', description: 'The route that took the call.', example: 'default' },
  { name: 'x-sluice-target', description: 'The target of that route that answered.', example: 'openai/gpt-5.4' },
  {
    name: 'x-sluice-model',
    description: 'The model that answered, as its provider names it; on a stream, the model that was asked.',
    example: 'gpt-5.4-2026-03-05',
  },
  {
    name: 'x-sluice-cost',
    description:
      'What the call cost in US dollars, exact; `unknown` when its usage or price is not known. Not on streams: their cost is in the ledger once they end.',
    example: '0.000182500',
  },
  {
    name: 'x-sluice-cache',
    description: "What the route's cache did: `hit`, `semantic`, `miss`, `bypass`, or `none` where the route has none.",
    example: 'hit',
  },
  {
    name: 'x-sluice-saved',
    description: 'What a kept answer cost when it was made, in US dollars; absent when nobody knows.',
    example: '0.000182500',
  },
  {
    name: 'x-sluice-similarity',
    description: 'How alike the question was to the one whose answer is given, from 0 to 1.',
    example: '0.97',
  },
  {
    name: 'x-sluice-warnings',
    description:
      'What was lost or changed because app and model speak different formats: `feature:dropped` or `feature:changed`, at most 20, separated by commas.',
    example: 'logit_bias:dropped',
  },
  {
    name: 'x-sluice-idempotency',
    description:
      '`replayed`: the first answer to this `Idempotency-Key` once more; nothing was asked of a provider and nothing charged. `off`: a policy ignores such keys.',
    example: 'replayed',
  },
  {
    name: 'x-sluice-replay-of',
    description: 'The id of the call whose answer is replayed.',
    example: 'req_4f1kT9aQx2Lm_7',
  },
]
