import { describe, expect, it } from 'vitest'
import { CACHE_SCOPES } from '../../config/cache-document.ts'
import type { RouteSettings } from '../../config/revision.ts'
import { cacheTenant } from './cache-tenant.ts'
import { routeFacts, traitFacts } from './route-facts.ts'

const CALLER = { team: 'a', keyId: 'b', user: 'c', route: 'd' }

describe('whom an answer is for', () => {
  it('is told apart for every scope and every caller', () => {
    const callers = [
      CALLER,
      { ...CALLER, team: 'x' },
      { ...CALLER, keyId: 'x' },
      { ...CALLER, user: 'x' },
      { ...CALLER, route: 'x' },
    ]
    const tenants = CACHE_SCOPES.map((scope) => callers.map((each) => JSON.stringify(cacheTenant(scope, each)?.tenant)))
    expect(tenants.map((same) => new Set(same).size)).toEqual([4, 3, 2, 2]) // user, key, team, route
    expect(new Set(tenants.flat()).size).toBe(11)
  })

  it('is nobody when the user is not said', () => {
    expect(cacheTenant('user', { ...CALLER, user: undefined })).toBeUndefined()
  })

  it('stands on its team’s own shelf', () => {
    for (const scope of ['user', 'key', 'team'] as const)
      expect(cacheTenant(scope, CALLER)?.shelf).toEqual(['team', 'a'])
    expect(cacheTenant('route', CALLER)?.shelf).toEqual(['route', 'd'])
  })
})

describe('what of a route decides its answers', () => {
  const target = { name: 'one', provider: 'p', model: 'm', weight: 1 }
  const route: RouteSettings = {
    name: 'r',
    accepts: ['chat'],
    targets: [target],
    fallback: [],
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
  const providers = { p: { kind: 'openai', baseUrl: 'https://one.example' } }

  it('is its targets, its policies and where its providers are, and not what people call it', () => {
    const facts = routeFacts(route, providers)
    expect(routeFacts({ ...route, description: 'x' }, providers)).toBe(facts)
    expect(routeFacts({ ...route, targets: [{ ...target, model: 'n' }] }, providers)).not.toBe(facts)
    expect(routeFacts({ ...route, policy: { ...route.policy, maxOutputTokens: 5 } }, providers)).not.toBe(facts)
    expect(routeFacts({ ...route }, { p: { kind: 'openai', baseUrl: 'https://two.example' } })).not.toBe(facts)
  })

  it('is also who calls, where targets are not for all calls', () => {
    const caller = { team: 'a', tags: undefined, stream: false }
    expect(traitFacts(route, {}, caller)).toBe('')
    const picky: RouteSettings = { ...route, targets: [{ ...target, when: { parameters: { tier: ['gold'] } } }] }
    const facts = traitFacts(picky, { tier: 'gold', other: 1 }, caller)
    expect(traitFacts(picky, { tier: 'gold', other: 2 }, caller)).toBe(facts)
    expect(traitFacts(picky, { tier: 'tin' }, caller)).not.toBe(facts)
    expect(traitFacts(picky, { tier: 'gold' }, { ...caller, team: 'b' })).not.toBe(facts)
    expect(traitFacts(picky, { tier: 'gold' }, { ...caller, tags: { x: 'y' } })).not.toBe(facts)
    expect(traitFacts(picky, { tier: 'gold' }, { ...caller, stream: true })).not.toBe(facts)
  })
})
