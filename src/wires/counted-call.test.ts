/** countedCall: what decides the length of a prompt stays, what only steers the answer goes. */

import { describe, expect, it } from 'vitest'
import type { ChatCall } from '../ground/chat-call.ts'
import { countedCall } from './counted-call.ts'

describe('countedCall', () => {
  it('keeps what is part of the prompt and nothing else', () => {
    const counted: ChatCall = {
      model: 'm',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      stream: false,
      tools: [{ kind: 'function', name: 'f' }],
      toolChoice: { type: 'auto' },
      parallelToolCalls: false,
      format: { type: 'json' },
      reasoning: { effort: 'low' },
      extras: { wire: 'w', fields: {} },
    }
    const steering = { temperature: 1, topP: 1, seed: 1, stop: ['x'], maxOutputTokens: 5, user: 'u', streamUsage: true }
    expect(countedCall({ ...counted, ...steering, stream: true, logprobs: { top: 1 }, choices: 2 })).toEqual(counted)
    expect(countedCall({ model: 'm', messages: [], stream: true })).toEqual({ model: 'm', messages: [], stream: false })
  })
})
