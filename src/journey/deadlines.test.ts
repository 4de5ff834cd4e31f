import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectivePolicy } from '../config/revision.ts'
import { Deadlines } from './deadlines.ts'

const policy: EffectivePolicy = {
  maxBodyBytes: 1,
  maxJsonDepth: 1,
  lossyTranslation: 'warn',
  missingCapability: 'next',
  firstByteTimeoutMs: 1000,
  idleTimeoutMs: 200,
  totalTimeoutMs: 3000,
}

describe('Deadlines', () => {
  let rung: number
  let deadlines: Deadlines

  beforeEach(() => {
    vi.useFakeTimers()
    rung = 0
    deadlines = new Deadlines(policy, { now: () => Date.now() }, () => rung++)
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('rings when nothing came in time', () => {
    vi.advanceTimersByTime(999)
    expect(rung).toBe(0)
    vi.advanceTimersByTime(1)
    expect(rung).toBe(1)
    expect(deadlines.expired?.message).toContain('sent nothing within 1 s')
  })

  it('counts silence from the last byte, so a steady stream may be long', () => {
    for (let at = 0; at < 2500; at += 100) {
      deadlines.touch()
      vi.advanceTimersByTime(100)
    }
    expect(rung).toBe(0)
    vi.advanceTimersByTime(1200)
    expect(rung).toBe(1)
    expect(deadlines.expired?.message).toContain('fell silent')
  })

  it('ends a stream that never ends', () => {
    for (let at = 0; at < 4000 && rung === 0; at += 100) {
      deadlines.touch()
      vi.advanceTimersByTime(100)
    }
    expect(deadlines.expired?.message).toContain('did not finish within 3 s')
  })

  it('never rings after it was stopped', () => {
    deadlines.stop()
    vi.advanceTimersByTime(10_000)
    expect(rung).toBe(0)
  })
})
