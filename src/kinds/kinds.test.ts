import { describe, expect, it } from 'vitest'
import type { EffectivePolicy } from '../config/revision.ts'
import type { ChatCall } from '../ground/chat-call.ts'
import { capOutput } from './cap-output.ts'
import { refuseLossy } from './refuse-lossy.ts'

const policy: EffectivePolicy = {
  maxBodyBytes: 1,
  maxJsonDepth: 1,
  lossyTranslation: 'refuse',
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
