/** The bound of a call, by the kind of its endpoint. */

import { boundChat, boundUnread } from '../services/limits/bound-chat.ts'
import { boundTask } from '../services/limits/bound-task.ts'
import { type CallBound, NO_OUTPUT } from '../services/limits/call-bound.ts'
import type { Endpoint } from './endpoint.ts'
import type { FoundCall } from './find-call.ts'

/** What a realtime session holds at a time: twice what one response can use, and as much again once half of it is used. */
const TALK = { inputTokens: 64_000, audioOut: 8000, output: 8000 } as const

export function boundOf(found: FoundCall, endpoint: Exclude<Endpoint, { kind: 'stored' }>): CallBound {
  const { body, policy } = found
  switch (endpoint.kind) {
    case 'chat': {
      const { wire } = endpoint
      const call = wire.decodeRequest(body.json)
      if (!call.ok) return boundUnread(body, policy.maxOutputTokens)
      const earlier = wire.refersTo?.(body.json) !== undefined
      return boundChat(call.value, { text: body.text, bytes: body.bytes, earlier }, policy.maxOutputTokens)
    }
    case 'task':
      return boundTask(endpoint.wire.task, body.json, body.bytes)
    case 'classify':
      return { inputTokens: body.bytes, output: NO_OUTPUT, pieces: {}, inputUnits: [], guessInput: () => body.bytes }
    case 'realtime': {
      const { inputTokens, audioOut, output } = TALK
      const pieces = { audioOut }
      const said = { tokens: output, leastTokens: output, choices: 1, stated: true }
      return { inputTokens, output: said, pieces, inputUnits: ['audioIn', 'imageIn'], guessInput: () => 0 }
    }
  }
}
