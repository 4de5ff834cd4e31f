import { describe, expect, it } from 'vitest'
import { cacheDocument } from './cache-document.ts'
import { cacheSettings } from './cache-settings.ts'

describe('what policies say of the cache', () => {
  it('keeps nothing unless one asks for it', () => {
    expect(cacheSettings([])).toBeUndefined()
    expect(cacheSettings([{}])).toEqual({ ttlMs: 3_600_000, scope: 'team' })
  })

  it('is off when one says so', () => {
    expect(cacheSettings([{ ttl: 1000 }, 'off'])).toBeUndefined()
  })

  it('comes to the shortest time, the narrowest scope and the highest threshold, in any order', () => {
    const said = [
      { ttl: 60_000, scope: 'route' as const, semantic: { threshold: 0.9 } },
      { ttl: 1000, semantic: { threshold: 0.97 } },
      { scope: 'key' as const },
    ]
    const strictest = { ttlMs: 1000, scope: 'key', semanticThreshold: 0.97 }
    expect(cacheSettings(said)).toEqual(strictest)
    expect(cacheSettings(said.toReversed())).toEqual(strictest)
  })

  it('lets one policy forbid answers to other words', () => {
    expect(cacheSettings([{ semantic: { threshold: 0.9 } }, { semantic: 'off' }])).not.toHaveProperty(
      'semanticThreshold',
    )
  })

  it.each([
    { scope: 'planet' },
    { ttl: '2 days' },
    { ttl: '25h' },
    { semantic: { threshold: 0.2 } },
    'on',
    { size: 3 },
  ])('refuses %j', (value) => {
    expect(cacheDocument.safeParse(value).success).toBe(false)
  })

  it('reads a document as people write it', () => {
    expect(cacheDocument.parse({ ttl: '1h', scope: 'team', semantic: { threshold: 0.95 } })).toEqual({
      ttl: 3_600_000,
      scope: 'team',
      semantic: { threshold: 0.95 },
    })
  })
})
