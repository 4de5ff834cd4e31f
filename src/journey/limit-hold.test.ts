import { describe, expect, it } from 'vitest'
import type { LimitSettings } from '../config/limit-settings.ts'
import { gatewayError } from '../ground/error.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Held } from '../services/ledger/lease-credit.ts'
import { NO_OUTPUT } from '../services/limits/call-bound.ts'
import { counterOf } from '../services/limits/limit-terms.ts'
import { countOutputTokens } from './count-output.ts'
import { type HeldCounter, LimitHold } from './limit-hold.ts'

const SCOPES = { key: 'k', user: 'u', team: 't', organisation: 'o', route: 'r', model: 'm', tag: () => '' }

function counter(measure: LimitSettings['measure'], model?: string): HeldCounter {
  const limit = { id: measure, measure, amount: 1000, per: 'key', enforce: 'hard' } as const
  const found = counterOf(limit, SCOPES, 0)
  if (!found) throw new Error('no counter')
  return { ...found, ...(model !== undefined && { model }) }
}

/** A hold that notes what it was settled with. */
function fakeHeld(amounts: number[]): Held & { used: (readonly number[])[] } {
  const used: (readonly number[])[] = []
  return { amounts, left: [], known: [], used, shrink: () => undefined, settle: (each) => void used.push(each) }
}

function limitHold(
  counters: readonly HeldCounter[],
  held: Held,
  options: { more?: Result<Held, ReturnType<typeof gatewayError>>; whenUnknown?: 'estimate' | 'hold' | 'nothing' } = {},
): LimitHold {
  const bound = {
    inputTokens: 100,
    output: { ...NO_OUTPUT, tokens: 50 },
    pieces: {},
    inputUnits: [],
    guessInput: () => 20,
  }
  const { more = err(gatewayError('rate-limited', 'no more')), whenUnknown = 'estimate' } = options
  return new LimitHold({ counters, held, bound, whenUnknown, assumed: undefined, more: async () => more })
}

const row = {
  admittedAtMs: 0,
  team: 't',
  keyId: 'k',
  route: 'r',
  target: 'x',
  provider: 'p',
  requestedModel: 'r',
  clientWire: 'openai-chat',
  stream: false,
  outcome: 'ok',
  status: 200,
  usage: { input: 30, reasoning: 5, output: 6 },
  usageSource: 'reported',
  costNano: '70',
  latencyMs: 1,
  attempts: 1,
  revision: '',
} as const

describe('a hold on limits', () => {
  it('is settled with what the row says, each measure in its own', () => {
    const measures = ['requests', 'concurrent', 'input_tokens', 'output_tokens', 'tokens', 'usd'] as const
    const held = fakeHeld([1, 1, 100, 50, 150, 900])
    expect(
      limitHold(
        measures.map((measure) => counter(measure)),
        held,
      ).settle(row, 'p/m'),
    ).toEqual([])
    expect(held.used).toEqual([[1, 0, 30, 11, 41, 70]])
  })

  it('counts nothing for a call that was never sent, and a request but no money for one that was refused', () => {
    const held = [fakeHeld([1, 900]), fakeHeld([1, 900])] as const
    const counters = [counter('requests'), counter('usd')]
    limitHold(counters, held[0]).settle({ ...row, attempts: 0, costNano: '0' }, 'p/m')
    const { usage: _, ...without } = row
    limitHold(counters, held[1]).settle({ ...without, costNano: '0' }, 'p/m')
    expect([held[0].used, held[1].used]).toEqual([[[0, 0]], [[1, 0]]])
  })

  it('counts only the model that answered', () => {
    const held = fakeHeld([1, 1])
    limitHold([counter('requests', 'p/a'), counter('requests', 'p/b')], held).settle(row, 'p/b')
    expect(held.used).toEqual([[0, 1]])
  })

  it('takes a cost that nobody knows for all that was held, unless the provider was never reached', () => {
    const { costNano: _, ...unpriced } = row
    const used = (fields: object, whenUnknown?: 'nothing'): unknown => {
      const held = fakeHeld([900])
      limitHold([counter('usd')], held, whenUnknown && { whenUnknown }).settle({ ...unpriced, ...fields }, 'p/m')
      return held.used[0]?.[0]
    }
    expect(used({})).toBe(900)
    expect(used({ errorKind: 'upstream-unreachable' })).toBe(0)
    expect(used({}, 'nothing')).toBe(0)
  })

  it('names limits of which a call used more than it held', () => {
    expect(limitHold([counter('tokens')], fakeHeld([40])).settle(row, 'p/m')).toEqual(['tokens'])
  })

  it('estimates a call without usage from what was seen of it', () => {
    const hold = limitHold([counter('tokens')], fakeHeld([150]))
    hold.see('{"choices":[{"delta":{"content":"some words of an answer"}}]}')
    const ending = { outcome: 'aborted', status: 200, usageSource: 'unknown' } as const
    expect(hold.review(ending)).toMatchObject({ usage: { input: 20, output: 7 }, source: 'estimated' })
    expect(hold.review({ ...ending, unbilled: true })).toBeUndefined()
    expect(hold.review({ ...ending, error: gatewayError('upstream-unreachable', 'x') })).toBeUndefined()
  })

  it('holds more for a session once half is used, and gives up the rest in the end', async () => {
    const [first, second] = [fakeHeld([100]), fakeHeld([100])]
    const hold = limitHold([counter('tokens')], first, { more: ok(second) })
    expect(await hold.topUp({ input: 50 }, undefined)).toBeUndefined()
    expect(await hold.topUp({ input: 51 }, undefined)).toBeUndefined()
    expect(hold.settle({ ...row, usage: { input: 150 } }, 'p/m')).toEqual([])
    expect([first.used, second.used]).toEqual([[[150]], [[]]])
  })

  it('looks only at limits that are used up by what a session does', async () => {
    const soft: HeldCounter = { ...counter('tokens'), terms: { ...counter('tokens').terms } }
    delete (soft.terms as { bound?: number }).bound
    const hold = limitHold([counter('requests'), counter('concurrent'), soft, counter('usd')], fakeHeld([1, 1, 1, 100]))
    expect(await hold.topUp({ input: 5000 }, 50n)).toBeUndefined()
    expect(await hold.topUp({ input: 5000 }, 51n)).toMatchObject({ kind: 'rate-limited' })
  })

  it('asks once at a time, again when half of all is used, and gives up what comes after the end', async () => {
    const late = fakeHeld([100])
    let asked = 0
    let answer: (held: Held) => void = () => undefined
    const hold = new LimitHold({
      counters: [counter('tokens')],
      held: fakeHeld([100]),
      bound: undefined,
      whenUnknown: 'nothing',
      assumed: (usage) => BigInt(usage.input ?? 0) * 3n,
      more: () => {
        asked++
        return new Promise((resolve) => {
          answer = (held) => resolve(ok(held))
        })
      },
    })
    const first = hold.topUp({ input: 60 }, undefined)
    expect(await hold.topUp({ input: 70 }, undefined)).toBeUndefined()
    expect(asked).toBe(1)
    answer(fakeHeld([100]))
    await first
    expect(await hold.topUp({ input: 100 }, undefined)).toBeUndefined()
    expect(asked).toBe(1)
    const second = hold.topUp({ input: 101 }, undefined)
    expect(asked).toBe(2)
    hold.settle({ ...row, usage: { input: 101 } }, 'p/m')
    answer(late)
    expect(await second).toBeUndefined()
    expect(late.used).toEqual([[]])
    expect(hold.assumedCost({ input: 2 })).toBe(6n)
    hold.see('{"text":"not counted where nothing is bounded"}')
    expect(hold.review({ outcome: 'ok', status: 200, usageSource: 'unknown' })).toBeUndefined()
  })

  it('knows what was used of a call without usage where the row says that it cost nothing', () => {
    const { usage: _, ...unknown } = row
    const used = (fields: object): unknown => {
      const held = fakeHeld([900])
      limitHold([counter('tokens')], held).settle({ ...unknown, ...fields }, 'p/m')
      return held.used[0]?.[0]
    }
    expect([used({ costNano: '0' }), used({ costNano: '1' }), used({ costNano: undefined })]).toEqual([0, 900, 900])
  })

  it('reviews what was reported, as complete or as cut', () => {
    const hold = limitHold([counter('tokens')], fakeHeld([150]), { whenUnknown: 'hold' })
    hold.see('{"choices":[{"delta":{"content":"some words of an answer"}}]}')
    const usage = { input: 30, output: 1 }
    expect(hold.review({ outcome: 'ok', status: 200, usage, usageSource: 'reported' })).toMatchObject({
      usage,
      source: 'reported',
    })
    expect(hold.review({ outcome: 'aborted', status: 200, usage, usageSource: 'partial' })?.usage).toEqual({
      input: 30,
      output: 7,
    })
    expect(hold.review({ outcome: 'aborted', status: 200, usageSource: 'unknown' })).toBeUndefined()
    expect(limitHold([counter('tokens')], fakeHeld([150])).assumedCost({ input: 2 })).toBeUndefined()
  })

  it('says so when a session can have no more', async () => {
    const hold = limitHold([counter('usd')], fakeHeld([100]))
    expect(await hold.topUp({ input: 9 }, 50n)).toBeUndefined()
    expect(await hold.topUp({ input: 9 }, 51n)).toMatchObject({ kind: 'rate-limited' })
  })
})

describe('countOutputTokens', () => {
  it('finds what models wrote, in every format', () => {
    const texts = [
      '{"choices":[{"delta":{"content":"1234567"}}]}',
      '{"type":"content_block_delta","delta":{"type":"text_delta","text":"1234567"}}',
      '{"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"1234567"}}',
      '{"type":"response.output_text.delta","delta":"1234567"}',
      '{"candidates":[{"content":{"parts":[{"text":"1234567"}]}}]}',
      '{"message":{"role":"assistant","content":"1234567"},"done":false}',
      '{"delta":{"tool_calls":[{"function":{"arguments":"\\"ab\\"1"}}]}}',
    ]
    expect(texts.map(countOutputTokens)).toEqual([2, 2, 2, 2, 2, 2, 2])
    expect(countOutputTokens('{"id":"c","choices":[{"delta":{"role":"assistant","content":""}}]}')).toBe(0)
    expect(countOutputTokens('')).toBe(0)
    expect(countOutputTokens('{"text":"1234567\\\\"}')).toBe(3)
    expect(countOutputTokens('{"text":"12\\"4567')).toBe(3)
    expect(countOutputTokens(`{"content":"${'a'.repeat(20_000_000)}"}`)).toBe(5_714_286)
  })
})
