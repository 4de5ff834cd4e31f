import { describe, expect, it } from 'vitest'
import type { Attempt } from '../ports/alerts.ts'
import { delayMs } from './deliver-alerts.ts'

const FAILED: Attempt = { ok: false, error: 'it answered 500', status: 500 }

describe('the time between attempts', () => {
  it('grows fourfold from a second to twelve hours', () => {
    const delays = Array.from({ length: 12 }, (_, index) => delayMs(index + 1, FAILED, () => 1) / 1000)
    expect(delays).toEqual([1, 4, 16, 64, 256, 1024, 4096, 16_384, 43_200, 43_200, 43_200, 43_200])
    expect(delayMs(1000, FAILED, () => 1)).toBe(43_200_000)
  })

  it('is drawn from the upper half, so that receivers are not met by all at once', () => {
    expect(delayMs(3, FAILED, () => 0)).toBe(8000)
    expect(delayMs(3, FAILED, () => 0.5)).toBe(12_000)
  })

  it('is as long as the receiver asks for, but no longer than twelve hours', () => {
    expect(delayMs(1, { ...FAILED, retryAfterMs: 60_000 }, () => 1)).toBe(60_000)
    expect(delayMs(5, { ...FAILED, retryAfterMs: 60_000 }, () => 1)).toBe(256_000)
    expect(delayMs(1, { ...FAILED, retryAfterMs: 1e12 }, () => 1)).toBe(43_200_000)
  })
})
