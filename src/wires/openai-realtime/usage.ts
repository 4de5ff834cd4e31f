/** What a realtime session's server events say of usage and the model. */

import { asNumber, asObject, asString, type JsonObject, parseJson } from '../../ground/json.ts'
import type { Usage } from '../../ground/usage.ts'

export interface RealtimeReading {
  /** Of one response; a session's usage is the sum of its responses. */
  readonly usage?: Usage
  readonly model?: string
  /** Speech was transcribed by a model of its own, which is billed apart. */
  readonly transcribed?: boolean
}

/** Reads one server event. Events without anything to count (nearly all: sound and text deltas) are not parsed. */
export function readRealtimeEvent(text: string): RealtimeReading | undefined {
  if (!text.includes('"response.done"') && !text.includes('"session.') && !text.includes('transcription.completed"'))
    return undefined
  const event = asObject(parseJson(text))
  switch (event?.type) {
    case 'response.done': {
      const usage = decodeUsage(asObject(asObject(event.response)?.usage))
      return usage && { usage }
    }
    case 'session.created':
    case 'session.updated': {
      const model = asString(asObject(event.session)?.model)
      return model === undefined ? undefined : { model }
    }
    case 'conversation.item.input_audio_transcription.completed':
      return { transcribed: true }
    default:
      return undefined
  }
}

/** Input counts include cached ones, of text, sound and pictures alike; the vector keeps them apart. */
function decodeUsage(usage: JsonObject | undefined): Usage | undefined {
  if (!usage) return undefined
  const input = asObject(usage.input_token_details) ?? {}
  const cached = asObject(input.cached_tokens_details) ?? {}
  const output = asObject(usage.output_token_details) ?? {}
  const cacheRead = count(input.cached_tokens)
  const audioIn = Math.max(0, count(input.audio_tokens) - count(cached.audio_tokens))
  const imageIn = Math.max(0, count(input.image_tokens) - count(cached.image_tokens))
  const audioOut = count(output.audio_tokens)
  return {
    input: Math.max(0, count(usage.input_tokens) - cacheRead - audioIn - imageIn),
    cacheRead,
    audioIn,
    imageIn,
    output: Math.max(0, count(usage.output_tokens) - audioOut),
    audioOut,
  }
}

function count(value: unknown): number {
  return Math.max(0, Math.round(asNumber(value) ?? 0))
}
