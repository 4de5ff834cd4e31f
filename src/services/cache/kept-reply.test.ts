import { describe, expect, it } from 'vitest'
import type { Block } from '../../ground/chat-call.ts'
import type { FinishReason } from '../../ground/chat-reply.ts'
import { isKeepable, MAX_KEPT_CHARACTERS, readKept, writeKept } from './kept-reply.ts'

const TEXT: Block = { type: 'text', text: 'yes' }
const reply = (finish: FinishReason, content: Block[] = [TEXT]) => ({
  id: 'a',
  model: 'm',
  choices: [{ content, finish }],
})

describe('which answers are kept', () => {
  it.each(['stop', 'stop-sequence', 'tool-calls'] as const)('those that end with %s', (finish) => {
    expect(isKeepable(reply(finish))).toBe(true)
  })

  it.each(['length', 'content-filter', 'refusal', 'pause', 'error', 'unknown'] as const)(
    'not those that end with %s',
    (finish) => {
      expect(isKeepable(reply(finish))).toBe(false)
    },
  )

  it('not those that refuse or say nothing', () => {
    expect(isKeepable(reply('stop', [TEXT, { type: 'refusal', text: 'no' }]))).toBe(false)
    expect(isKeepable(reply('stop', []))).toBe(false)
    expect(isKeepable(reply('stop', [{ type: 'text', text: ' \n' }]))).toBe(false)
    expect(isKeepable(reply('stop', [{ type: 'reasoning', text: 'hm' }]))).toBe(false)
    expect(isKeepable({ id: 'a', model: 'm', choices: [] })).toBe(false)
  })

  it('not those of which one choice ended badly', () => {
    const choices = [...reply('stop').choices, ...reply('length').choices]
    expect(isKeepable({ id: 'a', model: 'm', choices })).toBe(false)
  })

  it('not those that are too large', () => {
    const origin = { target: 't', provider: 'p', targetModel: 'm', warnings: [] }
    expect(writeKept({ ...origin, kind: 'task', body: 'x'.repeat(MAX_KEPT_CHARACTERS) })).toBeUndefined()
    const kept = { ...origin, kind: 'chat' as const, costNano: '5', reply: reply('stop') }
    expect(readKept(writeKept(kept) ?? '')).toEqual(kept)
    expect(readKept('{')).toBeUndefined()
  })
})
