import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RouteSettings, RouteTarget, TargetCondition } from '../../config/revision.ts'
import { type CallTraits, chooseTargets } from './choose-targets.ts'
import { fits } from './fits.ts'
import { createRouteIndex, type FoundRoute } from './route-index.ts'

function target(name: string, weight = 1): RouteTarget {
  return { name, provider: 'p', model: name, weight }
}

function route(name: string, targets: RouteTarget[] = [target('t')], fallback: RouteTarget[] = []): RouteSettings {
  return {
    name,
    accepts: ['chat'],
    targets,
    fallback,
    policies: [],
    policy: {
      maxBodyBytes: 1,
      maxJsonDepth: 1,
      lossyTranslation: 'warn',
      missingCapability: 'next',
      firstByteTimeoutMs: 1,
      idleTimeoutMs: 1,
      totalTimeoutMs: 1,
    },
  }
}

describe('createRouteIndex', () => {
  const index = createRouteIndex([route('openai/*'), route('openai/gpt-*'), route('openai/gpt-5'), route('default')])

  it('prefers the exact name, then the longest pattern', () => {
    expect(index.find('openai/gpt-5')?.matched).toBeUndefined()
    expect(index.find('openai/gpt-6')).toMatchObject({ route: { name: 'openai/gpt-*' }, matched: '6' })
    expect(index.find('openai/o9')).toMatchObject({ route: { name: 'openai/*' }, matched: 'o9' })
  })

  it('finds nothing for an unknown name, an object word or an empty rest', () => {
    for (const name of ['nope', 'openai/', '__proto__', 'constructor', '']) expect(index.find(name)).toBeUndefined()
  })
})

describe('chooseTargets', () => {
  const names = (found: FoundRoute, traits: Partial<CallTraits> = {}) =>
    chooseTargets(found, { random: () => 0.5, ...traits }).targets.map(({ name }) => name)
  const found = (settings: Partial<RouteSettings>): FoundRoute => ({
    route: { ...route('r'), ...settings },
    matched: undefined,
  })

  it('fills the wildcard in literally', () => {
    const wild = { route: route('x/*', [target('*')]), matched: '$& a*b' }
    expect(chooseTargets(wild, { random: () => 0 }).targets[0]?.model).toBe('$& a*b')
  })

  it('follows the weights and never picks a zero', () => {
    const weighted = found({ targets: [target('a', 95), target('b', 5), target('c', 0)], fallback: [target('f')] })
    expect(names(weighted, { random: () => 0.949 })).toEqual(['a', 'f'])
    expect(names(weighted, { random: () => 0.951 })).toEqual(['b', 'f'])
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        expect(names(weighted, { random: () => random })[0]).not.toBe('c')
      }),
    )
  })

  it('gives the same words the same target, and moves only those it must when weights change', () => {
    const before = found({ sticky: 'user', targets: [target('a', 60), target('b', 40)] })
    const after = found({ sticky: 'user', targets: [target('b', 40), target('a', 80)] })
    let moved = 0
    let ofA = 0
    for (let user = 0; user < 10_000; user++) {
      const [was] = names(before, { sticky: `u${user}` })
      const [is] = names(after, { sticky: `u${user}` })
      if (was === 'a') ofA++
      if (was === is) continue
      moved++
      expect([was, is]).toEqual(['b', 'a'])
    }
    expect(Math.abs(ofA - 6000)).toBeLessThan(4 * Math.sqrt(10_000 * 0.6 * 0.4))
    expect(Math.abs(moved - 10_000 * (80 / 120 - 0.6))).toBeLessThan(4 * Math.sqrt(10_000 * 0.0667 * 0.9333))
  })

  it('puts the cheapest first and those without a price last', () => {
    const costs: Record<string, number> = { a: 3, b: 1 }
    const cheap = found({ choose: 'cheapest', targets: [target('x'), target('a'), target('b')] })
    expect(names(cheap, { cost: ({ name }) => costs[name] })).toEqual(['b', 'a', 'x'])
  })

  it('puts the fastest first, after those nobody has measured, and measures another now and then', () => {
    const delays: Record<string, number> = { a: 300, b: 100 }
    const fast = found({ choose: 'fastest', targets: [target('a'), target('b')] })
    expect(names(fast, { delayMs: ({ name }) => delays[name] })).toEqual(['b', 'a'])
    expect(names(fast, { delayMs: ({ name }) => (name === 'b' ? 100 : undefined) })).toEqual(['a', 'b'])
    const draws = [0.01, 0.9]
    expect(names(fast, { delayMs: ({ name }) => delays[name], random: () => draws.shift() ?? 0 })).toEqual(['a', 'b'])
  })

  it('prefers targets that can do the call, among fallbacks too, and leaves out those it is not for', () => {
    const mixed = found({
      targets: [target('blind', 99), target('sees', 1)],
      fallback: [target('blind too'), target('sees too')],
    })
    const able = ({ name }: RouteTarget) => name.startsWith('sees')
    expect(names(mixed, { able })).toEqual(['sees', 'sees too', 'blind too'])
    expect(names(mixed, { able: () => false })).toEqual(['blind', 'blind too', 'sees too'])
    expect(names(mixed, { fits: able })).toEqual(['sees', 'sees too'])
    expect(names(mixed, { fits: () => false })).toEqual([])
  })
})

describe('fits', () => {
  const call = { team: 'blue', tags: { tier: 'gold' }, stream: true, body: { seed: 1 }, inputTokens: () => 900 }

  it.each<[TargetCondition, boolean]>([
    [{ tags: { tier: ['gold', 'silver'] } }, true],
    [{ tags: { tier: ['silver'] } }, false],
    [{ tags: { constructor: ['gold'] } }, false],
    [{ teams: ['blue'], stream: true }, true],
    [{ teams: ['red'] }, false],
    [{ stream: false }, false],
    [{ parameters: { seed: [1, 2] } }, true],
    [{ parameters: { seed: ['1'] } }, false],
    [{ parameters: { toString: ['1'] } }, false],
    [{ minInputTokens: 900, maxInputTokens: 900 }, true],
    [{ minInputTokens: 901 }, false],
    [{ maxInputTokens: 899 }, false],
  ])('%j', (condition, expected) => {
    expect(fits(condition, call)).toBe(expected)
  })
})
