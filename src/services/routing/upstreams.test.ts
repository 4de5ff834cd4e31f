import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { gatewayError } from '../../ground/error.ts'
import { RetryBudget } from './retry-budget.ts'
import { type Entry, type Upstream, Upstreams } from './upstreams.ts'

const DOWN = gatewayError('upstream-error', 'down')
const here: Upstream = { provider: 'p', model: 'm', credential: 'k', others: true, maxConcurrent: undefined }

describe('Upstreams', () => {
  let nowMs: number
  let upstreams: Upstreams

  beforeEach(() => {
    nowMs = 1_000_000
    upstreams = new Upstreams({ now: () => nowMs })
  })

  function enter(upstream = here): Entry {
    const entry = upstreams.enter(upstream)
    if ('blocked' in entry) throw new Error(`blocked: ${entry.blocked}`)
    return entry
  }
  const blocked = (upstream = here) => {
    const entry = upstreams.enter(upstream)
    return 'blocked' in entry ? entry.blocked : undefined
  }
  const failTimes = (times: number, error = DOWN): void => {
    for (let index = 0; index < times; index++) enter().failed(error)
  }

  it('leaves a target alone after five failures in a row, then lets one call try', () => {
    failTimes(5)
    expect(blocked()).toBe('failing')
    expect(blocked({ ...here, model: 'other' })).toBeUndefined()
    expect(blocked({ ...here, credential: 'other' })).toBeUndefined()
    nowMs += 5000
    expect(upstreams.isProbe(here)).toBe(true)
    const probe = enter()
    for (let index = 0; index < 100; index++) expect(blocked()).toBe('failing')
    probe.answered(10, false)
    expect(blocked()).toBeUndefined()
  })

  it('waits twice as long after each probe that fails, a minute at most', () => {
    failTimes(5)
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      nowMs += seconds * 1000 - 1
      expect(blocked()).toBe('failing')
      nowMs += 1
      enter().failed(DOWN)
    }
  })

  it('opens for one that fails every second time', () => {
    for (let index = 0; index < 10; index++) {
      enter().answered(1, false)
      enter().failed(DOWN)
    }
    expect(blocked()).toBe('failing')
  })

  it('takes what is wrong with a request for a sign of life', () => {
    failTimes(4)
    enter().failed(gatewayError('invalid-request', 'bad'))
    failTimes(4)
    expect(blocked()).toBeUndefined()
  })

  it('keeps to the pause it was asked for, clamped to a minute, and no longer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), (retryAfterMs) => {
        upstreams = new Upstreams({ now: () => nowMs })
        enter().failed(gatewayError('rate-limited', 'slow down', { retryAfterMs }))
        const pauseMs = Math.min(retryAfterMs, 60_000)
        nowMs += pauseMs - 1
        expect(blocked()).toBe('limited')
        nowMs += 1
        expect(blocked()).toBeUndefined()
      }),
    )
  })

  it('takes a refused credential out for every model, and one that may not use a model for that model alone', () => {
    enter().failed(gatewayError('upstream-credential', 'no', { upstreamStatus: 403 }))
    expect(blocked()).toBe('failing')
    expect(blocked({ ...here, model: 'other' })).toBeUndefined()
    enter({ ...here, model: 'third' }).failed(gatewayError('upstream-credential', 'no', { upstreamStatus: 401 }))
    expect(blocked({ ...here, model: 'other' })).toBe('refused')
    expect(blocked({ ...here, credential: 'second' })).toBeUndefined()
  })

  it('does not leave the only credential alone for one refusal', () => {
    const only = { ...here, others: false }
    enter(only).failed(gatewayError('upstream-credential', 'no', { upstreamStatus: 401 }))
    expect(blocked(only)).toBeUndefined()
  })

  it('keeps to max_concurrent, and frees a place once however often it is told', () => {
    const two = { ...here, maxConcurrent: 2 }
    const first = enter(two)
    enter(two)
    expect(blocked(two)).toBe('busy')
    first.release()
    first.release()
    enter(two)
    expect(blocked(two)).toBe('busy')
  })

  it('lets a probe that ended without a verdict be made again', () => {
    failTimes(5)
    nowMs += 5000
    enter().forgotten()
    expect(blocked()).toBeUndefined()
  })

  it('averages delays and forgets old ones', () => {
    enter().answered(1000, true)
    expect(upstreams.delayMs('p', 'm', true)).toBe(1000)
    for (let index = 0; index < 30; index++) enter().answered(100, true)
    expect(upstreams.delayMs('p', 'm', true)).toBeLessThan(102)
    expect(upstreams.delayMs('p', 'm', false)).toBeUndefined()
  })

  it('forgets the oldest rather than grow without end', () => {
    for (let index = 0; index < 10_000; index++) enter({ ...here, model: `m${index}` }).answered(1, false)
    expect(upstreams.delayMs('p', 'm0', false)).toBeUndefined()
    expect(upstreams.delayMs('p', 'm9999', false)).toBe(1)
  })
})

describe('RetryBudget', () => {
  it('adds a fifth to the load at most, however bad the day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (calls) => {
        const budget = new RetryBudget()
        let retries = 0
        for (let call = 0; call < calls; call++) {
          budget.earn()
          while (budget.spend()) retries++
        }
        expect(retries).toBeLessThanOrEqual(10 + calls * 0.2 + 1)
      }),
    )
  })
})
