import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LimitSettings } from '../../config/limit-settings.ts'
import type { ChatCall } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import { totalInput, totalOutput, type Usage } from '../../ground/usage.ts'
import { boundChat, boundUnread } from './bound-chat.ts'
import { boundTask } from './bound-task.ts'
import { limitRefusal } from './limit-refusal.ts'
import { type CallScopes, counterOf } from './limit-terms.ts'
import { soundUsage } from './sound-usage.ts'
import { affordableOutput, assumedPriceOf, type PriceOf, worstCost } from './worst-cost.ts'

const NOON = Date.parse('2026-11-23T12:00:00Z')

const SCOPES: CallScopes = {
  key: 'key1',
  user: '',
  team: 'blue',
  organisation: 'org',
  route: 'support',
  model: 'acme/large',
  tag: (name) => (name === 'project' ? 'apollo' : ''),
}

function limit(fields: Partial<LimitSettings> = {}): LimitSettings {
  return {
    id: 'p/x',
    measure: 'requests',
    amount: 60,
    per: 'key',
    window: { every: 'minute', zone: 'UTC' },
    enforce: 'hard',
    ...fields,
  }
}

describe('counterOf', () => {
  it('names limit, scope and window', () => {
    expect(counterOf(limit(), SCOPES, NOON + 59_999)).toMatchObject({
      terms: {
        limit: 'p/x',
        scope: 'key1',
        startMs: NOON,
        sinceMs: NOON,
        untilMs: NOON + 60_000,
        kind: 'count',
        bound: 60,
      },
      window: { endMs: NOON + 60_000 },
    })
    expect(counterOf(limit({ per: 'tag', tag: 'project', measure: 'usd' }), SCOPES, NOON)?.terms).toMatchObject({
      scope: 'apollo',
      kind: 'money',
    })
    expect(counterOf(limit({ per: 'user' }), SCOPES, NOON)?.terms.scope).toBe('')
  })

  it('moves to the next window when the last one is over', () => {
    const rule = limit()
    expect(counterOf(rule, SCOPES, NOON)?.terms.startMs).toBe(NOON)
    expect(counterOf(rule, SCOPES, NOON + 60_000)?.terms.startMs).toBe(NOON + 60_000)
    expect(counterOf(rule, SCOPES, NOON - 1)?.terms.startMs).toBe(NOON - 60_000)
  })

  it('has no bound where the limit refuses nothing, and is gone when the limit is over', () => {
    expect(counterOf(limit({ enforce: 'shadow' }), SCOPES, NOON)?.terms.bound).toBeUndefined()
    expect(counterOf(limit({ untilMs: NOON }), SCOPES, NOON)).toBeUndefined()
    const { window: _, ...together } = limit({ measure: 'concurrent' })
    expect(counterOf(together, SCOPES, NOON)?.terms).toMatchObject({ kind: 'held', startMs: 0 })
  })
})

const call = (fields: Partial<ChatCall> = {}): ChatCall => ({
  model: 'support',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
  stream: false,
  ...fields,
})

const body = (text: string, earlier = false) => ({ text, bytes: new TextEncoder().encode(text).length, earlier })

describe('the bound of a chat call', () => {
  it('is never below one token a byte of text', () => {
    const text = 'x'.repeat(5000)
    expect(boundChat(call(), body(text), undefined).inputTokens).toBeGreaterThanOrEqual(5000)
    expect(boundUnread({ ...body(text), json: {} }, undefined).inputTokens).toBeGreaterThanOrEqual(5000)
  })

  it('counts every answer of a list of prompts that it cannot read as one call', () => {
    const choices = (json: JsonObject, cap?: number) => boundUnread({ ...body('{}'), json }, cap).output
    expect(choices({ prompt: ['a', 'b', 'c'], n: 2, best_of: 4 }, 100)).toMatchObject({
      tokens: 1200,
      choices: 12,
      leastTokens: 3072,
    })
    expect(choices({ prompt: [[1, 2], [3]] }, 100)).toMatchObject({ tokens: 200, choices: 2 })
    expect(choices({ prompt: [1, 2, 3] }, 100)).toMatchObject({ tokens: 100, choices: 1 })
    expect(choices({ n: 'many', best_of: -3, prompt: [] })).toMatchObject({ tokens: 131_072, choices: 1 })
  })

  it('counts a picture as a picture, not by its bytes, and what cannot be seen as much', () => {
    const data = 'A'.repeat(1_000_000)
    const image = { type: 'image' as const, source: { kind: 'base64' as const, mediaType: 'image/png', data } }
    const pictured = call({ messages: [{ role: 'user', content: [image] }] })
    const bound = boundChat(pictured, body(data), undefined)
    expect(bound.inputTokens).toBeGreaterThan(4000)
    expect(bound.inputTokens).toBeLessThan(20_000)
    expect(boundChat(call(), body('{}', true), undefined).inputTokens).toBeGreaterThan(90_000)
    const file = { type: 'document' as const, source: { kind: 'file' as const, fileId: 'f' } }
    const filed = call({ messages: [{ role: 'user', content: [{ type: 'tool-result', id: 't', content: [file] }] }] })
    expect(boundChat(filed, body('{}'), undefined).inputTokens).toBeGreaterThan(90_000)
  })

  it('counts every choice, and bounds a length that is absurd or not stated', () => {
    const output = (fields: Partial<ChatCall>, cap?: number) => boundChat(call(fields), body('{}'), cap).output
    expect(output({ maxOutputTokens: 100, choices: 128 })).toMatchObject({ tokens: 12_800, choices: 128, stated: true })
    expect(output({ maxOutputTokens: 1e9 })).toMatchObject({ tokens: 1_000_000 })
    expect(output({})).toMatchObject({ tokens: 131_072, stated: false, leastTokens: 256 })
    expect(output({}, 500)).toMatchObject({ tokens: 500, stated: true })
    expect(output({ maxOutputTokens: 900 }, 500)).toMatchObject({ tokens: 500 })
    expect(output({ maxOutputTokens: 8 })).toMatchObject({ tokens: 8, leastTokens: 8 })
    expect(output({ maxOutputTokens: 9000, reasoning: { budgetTokens: 4000 } })).toMatchObject({ leastTokens: 4001 })
    const prediction = { wire: 'openai-chat', fields: { prediction: { type: 'content', content: 'x' } } }
    expect(output({ maxOutputTokens: 100, extras: prediction })).toMatchObject({ tokens: 102 })
    const extras = { wire: 'openai-completions', fields: { best_of: 5 } }
    expect(output({ maxOutputTokens: 10, choices: 2, extras })).toMatchObject({ tokens: 50, choices: 5 })
  })
})

describe('the bound of a task', () => {
  it('knows what is billed by the piece', () => {
    expect(boundTask('embeddings', {}, 900)).toMatchObject({ inputTokens: 900, pieces: {} })
    expect(boundTask('images', { n: 4 }, 100).pieces).toEqual({ images: 4, imageOut: 40_000 })
    expect(boundTask('images', { n: -1 }, 100).pieces).toMatchObject({ images: 1 })
    expect(boundTask('speech', {}, 50).pieces).toMatchObject({ characters: 50 })
    expect(boundTask('transcriptions', {}, 60_000).pieces).toMatchObject({ audioSeconds: 60 })
    expect(boundTask('count-tokens', {}, 900).inputTokens).toBe(0)
  })
})

/** 2 a token in, 10 out, 12 thinking, 3 to write a cache. */
const price: PriceOf = (usage, serviceClass) => {
  const rates: Usage = { input: 2, output: 10, reasoning: 12, cacheWrite5m: 3, search: 1000 }
  let cost = 0n
  for (const [unit, count] of Object.entries(usage)) {
    const rate = rates[unit as keyof Usage]
    if (rate === undefined) return undefined
    cost += BigInt(rate * count)
  }
  return serviceClass === 'priority' ? cost * 2n : cost
}

describe('the worst cost', () => {
  const bound = boundChat(call({ maxOutputTokens: 1000 }), body('{}'), undefined)

  it('takes the dearest unit that tokens may be billed as', () => {
    const cached = boundChat(call({ maxOutputTokens: 1000 }), body('{"cache_control":{}}'), undefined)
    expect(worstCost(bound, 1000, price)).toBe(bound.inputTokens * 2 + 12_000)
    expect(worstCost(cached, 1000, price)).toBe(cached.inputTokens * 3 + 12_000)
    expect(worstCost({ ...bound, serviceClass: 'priority' }, 0, price)).toBe(bound.inputTokens * 4)
    expect(worstCost({ ...bound, pieces: { search: 2, images: 9 } }, 0, price)).toBe(bound.inputTokens * 2 + 2000)
    expect(worstCost(bound, 1000, () => undefined)).toBeUndefined()
  })

  it('is of what has a price, at the dearest class, and of no answer where none is given', () => {
    const only: PriceOf = (usage, serviceClass) =>
      serviceClass === undefined && usage.output !== undefined ? 70n : undefined
    expect(worstCost({ ...bound, serviceClass: 'priority' }, 5, only)).toBe(70)
    const cheaper: PriceOf = (_, serviceClass) => (serviceClass === 'priority' ? 5n : 9n)
    expect(worstCost({ ...bound, serviceClass: 'priority' }, 5, cheaper)).toBe(9)
    const noAnswer: PriceOf = (usage) => (Object.keys(usage).some((unit) => unit !== 'input') ? 99n : 1n)
    expect([worstCost(bound, 0, noAnswer), worstCost(bound, 1, noAnswer)]).toEqual([1, 99])
    expect(affordableOutput(bound, 1e9, () => undefined)).toBe(0)
    expect(affordableOutput(bound, bound.inputTokens * 2 + 12 * 7, price)).toBe(7)
    expect(affordableOutput(bound, bound.inputTokens * 2 - 1, price)).toBe(0)
    expect(affordableOutput(bound, 1e9, price)).toBe(1000)
  })

  it('affords exactly the tokens that fit', () => {
    fc.assert(
      fc.property(fc.nat(40_000), (nano) => {
        const tokens = affordableOutput(bound, nano, price)
        if (tokens > 0) expect(worstCost(bound, tokens, price)).toBeLessThanOrEqual(nano)
        if (tokens < 1000) expect(worstCost(bound, tokens + 1, price)).toBeGreaterThan(nano)
      }),
    )
  })

  it('is at least the cost of any usage within the bound', () => {
    const usage = fc.record({
      input: fc.nat(500),
      cacheWrite5m: fc.nat(500),
      output: fc.nat(500),
      reasoning: fc.nat(500),
    })
    const cached = boundChat(call({ maxOutputTokens: 1000 }), body('{"cache_control":{}}'), undefined)
    fc.assert(
      fc.property(usage, (used) => {
        expect(price(used)).toBeLessThanOrEqual(worstCost(cached, 1000, price) ?? 0)
      }),
    )
  })

  it('can be assumed', () => {
    expect(assumedPriceOf({ inputPico: 5e6, outputPico: 25e6 })({ input: 2, cacheRead: 1, output: 3 })).toBe(90_000n)
  })
})

describe('soundUsage', () => {
  const band = { inputTokens: 2000, outputTokens: 1000, guessInput: () => 700, seenOutput: 40 }

  it('leaves a likely usage as it is', () => {
    const usage = { input: 500, cacheRead: 100, output: 30 }
    expect(soundUsage(usage, 'reported', false, band)).toEqual({ usage, source: 'reported', corrected: [] })
  })

  it.each([
    ['missing', undefined, { input: 700, output: 40 }, []],
    ['all zero', { input: 0, output: 0 }, { input: 700, output: 40 }, ['usage']],
    ['negative', { input: -5, output: -5 }, { input: 700, output: 40 }, ['usage.input', 'usage.output', 'usage']],
    ['not numbers', { input: Number.NaN, output: 12 }, { input: 700, output: 12 }, ['usage.input']],
    ['of no prompt', { output: 12 }, { input: 700, output: 12 }, ['usage.input']],
    ['of no answer', { input: 500 }, { input: 500, output: 40 }, ['usage.output']],
    ['absurdly large', { input: 1e18, output: 1e18 }, { input: 2000, output: 1000 }, ['usage.input', 'usage.output']],
  ])('corrects a usage that is %s', (_, reported, usage, corrected) => {
    expect(soundUsage(reported, 'reported', false, band)).toEqual({ usage, source: 'estimated', corrected })
  })

  it('does not doubt a short count of an answer, nor a call that is paid by the piece', () => {
    const usage = { input: 500, output: 1 }
    expect(soundUsage(usage, 'reported', false, band)).toEqual({ usage, source: 'reported', corrected: [] })
    expect(soundUsage({ images: 1 }, 'reported', false, band)).toMatchObject({ usage: { images: 1 }, corrected: [] })
  })

  it('counts what was far more than held, as long as a model can do it', () => {
    const usage = { input: 900_000, output: 64_000 }
    expect(soundUsage(usage, 'reported', false, band)).toEqual({ usage, source: 'reported', corrected: [] })
  })

  it('adds to the last word of a reply that was cut what came after it', () => {
    expect(soundUsage({ input: 900, output: 1 }, 'partial', true, band)).toEqual({
      usage: { input: 900, output: 40 },
      source: 'partial',
      corrected: [],
    })
    expect(soundUsage({ input: 900, output: 90 }, 'partial', true, band).usage).toEqual({ input: 900, output: 90 })
  })

  it('is whole, not negative and within the band whatever a provider says', () => {
    const unit = fc.option(fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-5, 1e18, Number.POSITIVE_INFINITY)), {
      nil: undefined,
    })
    const usage = fc.record({ input: unit, cacheRead: unit, output: unit, reasoning: unit }) as fc.Arbitrary<Usage> // a provider's word
    fc.assert(
      fc.property(usage, fc.boolean(), (reported, cut) => {
        const sound = soundUsage(reported, 'reported', cut, band).usage
        for (const count of Object.values(sound)) expect(Number.isSafeInteger(count) && count > 0).toBe(true)
        expect(totalInput(sound)).toBeLessThanOrEqual(3_008_000)
        expect(totalOutput(sound)).toBeLessThanOrEqual(1_002_000)
      }),
    )
  })
})

describe('limitRefusal', () => {
  const refusal = (
    fields: Partial<LimitSettings>,
    least: number,
    known: { spent: number; reserved: number } | undefined,
  ) => {
    const counter = counterOf(limit(fields), SCOPES, NOON)
    if (!counter) throw new Error('no counter')
    return limitRefusal(counter, least, known, NOON + 10_000)
  }

  it('names the limit, what it allows and when it resets', () => {
    expect(refusal({}, 1, { spent: 60, reserved: 0 })).toMatchObject({
      kind: 'rate-limited',
      status: 429,
      retryAfterMs: 50_000,
      message:
        'The limit "p/x" allows 60 requests a minute for each key, and what is left does not cover this call. It resets at 2026-11-23T12:01:00Z.',
    })
    const day = { every: 'day', zone: 'Europe/Berlin' } as const
    expect(
      refusal({ measure: 'usd', amount: 1.5e9, window: day, per: 'team' }, 1, { spent: 1.5e9, reserved: 0 }),
    ).toMatchObject({
      kind: 'insufficient-quota',
      status: 402,
      message:
        'The limit "p/x" allows 1.5 USD a day for each team, and what is left does not cover this call. It resets at 2026-11-23T23:00:00Z.',
    })
  })

  it('says to come back soon when calls under way hold the rest', () => {
    const error = refusal({}, 1, { spent: 10, reserved: 50 })
    expect(error.retryAfterMs).toBe(1000)
    expect(error.message).toContain('calls under way hold the rest')
  })

  it('says that waiting will not help a call that is larger than the limit', () => {
    const error = refusal({ measure: 'tokens', amount: 100 }, 101, undefined)
    expect(error).toMatchObject({ retryable: false })
    expect(error.retryAfterMs).toBeUndefined()
  })
})
