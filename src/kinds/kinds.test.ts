import { describe, expect, it } from 'vitest'
import type { EffectivePolicy } from '../config/revision.ts'
import type { ChatCall } from '../ground/chat-call.ts'
import { capOutput } from './cap-output.ts'
import { refuseLossy } from './refuse-lossy.ts'
import { refuseMissing } from './refuse-missing.ts'

const policy: EffectivePolicy = {
  maxBodyBytes: 1,
  maxJsonDepth: 1,
  lossyTranslation: 'refuse',
  missingCapability: 'next',
  firstByteTimeoutMs: 1,
  idleTimeoutMs: 1,
  totalTimeoutMs: 1,
}
const call: ChatCall = { model: 'm', messages: [], stream: false }

describe('capOutput', () => {
  it('lowers a larger limit, sets a missing one and leaves a smaller one', () => {
    const capped = { ...policy, maxOutputTokens: 100 }
    expect(capOutput({ ...call, maxOutputTokens: 500 }, capped).maxOutputTokens).toBe(100)
    expect(capOutput(call, capped).maxOutputTokens).toBe(100)
    expect(capOutput({ ...call, maxOutputTokens: 7 }, capped).maxOutputTokens).toBe(7)
  })

  it('changes nothing without a cap', () => {
    expect(capOutput(call, policy)).toBe(call)
  })
})

describe('refuseLossy', () => {
  const dropped = { feature: 'logit_bias', effect: 'dropped', detail: 'logit_bias has no equivalent.' } as const
  const changed = { feature: 'temperature', effect: 'changed', detail: 'temperature was clamped.' } as const

  it('refuses what would be dropped and names it', () => {
    expect(refuseLossy([changed, dropped], policy)).toMatchObject({ kind: 'invalid-request', param: 'logit_bias' })
  })

  it('lets changes pass, and everything when the policy only warns', () => {
    expect(refuseLossy([changed], policy)).toBeUndefined()
    expect(refuseLossy([dropped], { ...policy, lossyTranslation: 'warn' })).toBeUndefined()
  })
})

describe('refuseMissing', () => {
  const target = { title: 'Acme', model: 'small' }

  it('lets a call pass that needs nothing the target lacks', () => {
    expect(refuseMissing([], target, policy)).toEqual({ ok: true, value: [] })
  })

  it('refuses with all that is missing, in a way that lets the next target try or not, as the policy says', () => {
    const next = refuseMissing(['tools', 'images'], target, policy)
    expect(next).toMatchObject({ ok: false, error: { kind: 'not-supported', status: 400, code: 'capability_missing' } })
    expect(JSON.stringify(next)).toContain('Tools, Images in')
    const refuse = refuseMissing(['tools'], target, { ...policy, missingCapability: 'refuse' })
    expect(refuse).toMatchObject({ ok: false, error: { kind: 'invalid-request' } })
  })

  it('says so where the policy only warns', () => {
    const warned = refuseMissing(['tools'], target, { ...policy, missingCapability: 'warn' })
    expect(warned).toMatchObject({ ok: true, value: [{ feature: 'tools' }] })
  })
})
