/** What a call costs: worked by hand, and as laws. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SearchContext } from '../../ground/price-book.ts'
import { addUsage, USAGE_UNITS, type Usage } from '../../ground/usage.ts'
import { priceBook } from './find-price.ts'
import { priceCall } from './price-call.ts'

const NOW = Date.UTC(2026, 10, 1)

function cost(provider: string, model: string, usage: Usage, atMs = NOW, searchContext?: SearchContext): bigint {
  const priced = priceCall({ provider, model, usage, atMs, searchContext })
  if (!priced.known) throw new Error(priced.reason)
  return priced.costNano
}

function reason(provider: string, model: string, usage: Usage, atMs = NOW): string {
  const priced = priceCall({ provider, model, usage, atMs })
  return priced.known ? 'known' : priced.reason
}

describe('priceCall', () => {
  it('multiplies each unit by its price', () => {
    // $2.50, $0.25 and $15 a million: 1000 x 2500 + 2000 x 250 + 300 x 15000 nano-dollars.
    expect(cost('openai', 'gpt-5.4', { input: 1000, cacheRead: 2000, output: 300 })).toBe(7_500_000n)
    // Haiku 4.5: $1, read $0.10, write $1.25 (5 minutes) and $2 (1 hour), out $5 a million; a search is a cent.
    const usage = { input: 10, cacheRead: 100, cacheWrite5m: 1000, cacheWrite1h: 10_000, output: 7, search: 2 }
    expect(cost('anthropic', 'claude-haiku-4-5', usage)).toBe(
      10_000n + 10_000n + 1_250_000n + 20_000_000n + 35_000n + 20_000_000n,
    )
  })

  it('bills reasoning as output where the vendor has no price of its own for it', () => {
    expect(cost('xai', 'grok-4.3', { output: 5, reasoning: 95 })).toBe(cost('xai', 'grok-4.3', { output: 100 }))
  })

  it('bills cached tokens as input where the vendor has no discount', () => {
    expect(cost('groq', 'llama-3.1-8b-instant', { input: 40, cacheRead: 60 })).toBe(
      cost('groq', 'llama-3.1-8b-instant', { input: 100 }),
    )
  })

  it('rounds once for the whole call, half up', () => {
    // $0.0028 a million is 2.8 nano-dollars a token: 2.8 rounds to 3, 5 x 2.8 to 14 and not to 15.
    expect(cost('deepseek', 'deepseek-v4-flash', { cacheRead: 1 })).toBe(3n)
    expect(cost('deepseek', 'deepseek-v4-flash', { cacheRead: 5 })).toBe(14n)
  })

  it('charges the whole call at the higher price once the prompt is above the threshold', () => {
    expect(cost('openai', 'gpt-5.4', { input: 272_000, output: 10 })).toBe(272_000n * 2500n + 10n * 15_000n)
    expect(cost('openai', 'gpt-5.4', { input: 272_001, output: 10 })).toBe(272_001n * 5000n + 10n * 22_500n)
    const cached = { input: 1, cacheRead: 272_000, output: 10 }
    expect(cost('openai', 'gpt-5.4', cached)).toBe(5000n + 272_000n * 500n + 10n * 22_500n)
  })

  it('takes the price of the day', () => {
    const introductory = priceCall({
      provider: 'anthropic',
      model: 'claude-sonnet-5',
      usage: { input: 1000 },
      atMs: Date.UTC(2026, 7, 31, 23, 59),
    })
    const standard = priceCall({
      provider: 'anthropic',
      model: 'claude-sonnet-5',
      usage: { input: 1000 },
      atMs: Date.UTC(2026, 8, 1),
    })
    expect(introductory).toMatchObject({ known: true, costNano: 2_000_000n, priceDate: '2026-08-06' })
    expect(standard).toMatchObject({ known: true, costNano: 3_000_000n, priceDate: '2026-09-01' })
    expect(introductory).not.toMatchObject({ priceHash: standard.known ? standard.priceHash : '' })
  })

  it('prices a dated snapshot as the listed name it is of', () => {
    expect(cost('anthropic', 'claude-haiku-4-5-20251001', { output: 9 })).toBe(
      cost('anthropic', 'claude-haiku-4-5', { output: 9 }),
    )
    expect(cost('openai', 'gpt-5-2099-01-01', { output: 9 })).toBe(cost('openai', 'gpt-5', { output: 9 }))
    expect(cost('openai', 'ft:gpt-4o-mini-2024-07-18:acme::abc', { output: 10 })).toBe(12_000n)
  })

  it('bills two rows of one service by the same prices', () => {
    expect(cost('azure-deployments', 'gpt-4o', { input: 1000 })).toBe(cost('azure', 'gpt-4o', { input: 1000 }))
  })

  it('prices what is billed by the piece: searches that rank, sound by the second, text by the character', () => {
    expect(cost('cohere', 'rerank-v3.5', { search: 3 })).toBe(6_000_000n)
    expect(cost('openai', 'whisper-1', { audioSeconds: 90 })).toBe(9_000_000n)
    expect(cost('groq', 'whisper-large-v3', { audioSeconds: 3600 })).toBe(110_988_000n)
    expect(cost('openai', 'tts-1', { characters: 1000 })).toBe(15_000_000n)
    expect(cost('openai', 'gpt-image-1', { input: 10, imageIn: 100, imageOut: 1000 })).toBe(
      50_000n + 1_000_000n + 40_000_000n,
    )
    expect(cost('openai', 'text-embedding-3-small', { input: 1000 })).toBe(20_000n)
  })

  it('never prices by likeness', () => {
    for (const model of [
      'gpt-5.4x',
      'gpt-5.4-turbo',
      'GPT-5.4',
      ' gpt-5.4',
      'gpt',
      '',
      '*',
      'constructor',
      '__proto__',
    ]) {
      expect(reason('openai', model, { input: 1 })).toContain('has no price for')
    }
    expect(reason('nobody', 'gpt-5.4', { input: 1 })).toContain('has no price for')
  })

  it('is unknown before the first day a price is known to hold', () => {
    expect(reason('openai', 'gpt-5.4', { input: 1 }, Date.UTC(2026, 7, 5))).toContain('at that time')
  })

  it('is unknown when a used unit has no price, and says which', () => {
    expect(reason('groq', 'llama-3.1-8b-instant', { input: 1, audioIn: 3 })).toContain('no price for audioIn')
    expect(reason('groq', 'llama-3.1-8b-instant', { input: 1, cacheWrite5m: 3 })).toContain('no price for cacheWrite5m')
    expect(cost('groq', 'llama-3.1-8b-instant', { input: 1000, audioIn: 0 })).toBe(50_000n)
  })

  it.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('is unknown when a count is %s', (count) => {
    expect(reason('openai', 'gpt-5.4', { input: count })).toContain('not a whole number')
  })

  it('knows that edge models cost nothing, and does not know what self-hosted ones do', () => {
    expect(cost('edge', 'intent', { input: 500, output: 2 })).toBe(0n)
    expect(reason('vllm', 'qwen3', { input: 1 })).toContain('no price')
  })

  it('does not price models whose calls carry a fee the usage does not show', () => {
    expect(reason('perplexity', 'sonar', { input: 1 })).toContain('how much was searched')
    expect(reason('perplexity', 'sonar-deep-research', { input: 1 })).toContain('no price')
    expect(reason('openai', 'gpt-4o-search-preview', { input: 1 })).toContain('no price')
  })
})

describe('the laws of pricing', () => {
  const flat = priceBook.providers.flatMap(({ provider, entries }) =>
    entries.filter((each) => !each.above && each.model !== '*').map((each) => [provider, each] as const),
  )
  const priced = fc.constantFrom(...flat).chain(([provider, entry]) => {
    const units = USAGE_UNITS.filter((unit) => entry.prices[unit] !== undefined)
    const usage = fc.dictionary(fc.constantFrom(...units), fc.nat(2 ** 31)).map((counts): Usage => counts)
    return fc.record({ provider: fc.constant(provider), model: fc.constant(entry.model), a: usage, b: usage })
  })

  it('adds up to within one nano-dollar of rounding, and never falls as usage grows', () => {
    fc.assert(
      fc.property(priced, ({ provider, model, a, b }) => {
        const costOf = (usage: Usage): bigint => cost(provider, model, usage, NOW, 'high')
        const [one, other, both] = [costOf(a), costOf(b), costOf(addUsage(a, b))]
        // A fee for the call itself is paid once each time.
        const rounding = both - one - other + costOf({})
        expect(rounding >= -1n && rounding <= 1n).toBe(true)
        expect(both >= one && both >= other && one >= 0n).toBe(true)
      }),
    )
  })

  it('never falls as a prompt grows past a threshold', () => {
    const tiered = priceBook.providers.flatMap(({ provider, entries }) =>
      entries.filter((each) => each.above).map((each) => [provider, each.model] as const),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...tiered),
        fc.nat(400_000),
        fc.nat(400_000),
        fc.nat(10_000),
        ([provider, model], input, more, output) => {
          expect(
            cost(provider, model, { input: input + more, output }) >= cost(provider, model, { input, output }),
          ).toBe(true)
        },
      ),
    )
  })
})
