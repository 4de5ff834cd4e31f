import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RouteSettings, RouteTarget } from '../../config/revision.ts'
import { chooseTargets } from './choose-targets.ts'
import { createRouteIndex } from './route-index.ts'

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
  it('fills the wildcard in literally', () => {
    const found = { route: route('x/*', [target('*')]), matched: '$& a*b' }
    expect(chooseTargets(found, () => 0)[0]?.model).toBe('$& a*b')
  })

  it('follows the weights and never picks a zero', () => {
    const found = {
      route: route('r', [target('a', 95), target('b', 5), target('c', 0)], [target('f')]),
      matched: undefined,
    }
    expect(chooseTargets(found, () => 0.949).map((t) => t.name)).toEqual(['a', 'f'])
    expect(chooseTargets(found, () => 0.951).map((t) => t.name)).toEqual(['b', 'f'])
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        expect(chooseTargets(found, () => random)[0]?.name).not.toBe('c')
      }),
    )
  })
})
