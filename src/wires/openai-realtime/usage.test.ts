import { describe, expect, it } from 'vitest'
import { readRealtimeEvent } from './usage.ts'

describe('readRealtimeEvent', () => {
  it('keeps cached text, sound and pictures apart from what was new', () => {
    const usage = {
      total_tokens: 253,
      input_tokens: 132,
      output_tokens: 121,
      input_token_details: {
        text_tokens: 82,
        audio_tokens: 50,
        cached_tokens: 64,
        cached_tokens_details: { text_tokens: 44, audio_tokens: 20 },
      },
      output_token_details: { text_tokens: 30, audio_tokens: 91 },
    }
    const event = JSON.stringify({ type: 'response.done', response: { id: 'resp_1', usage } })
    expect(readRealtimeEvent(event)?.usage).toEqual({
      input: 38,
      cacheRead: 64,
      audioIn: 30,
      imageIn: 0,
      output: 30,
      audioOut: 91,
    })
  })

  it('learns the model from the session and notes a transcription that is billed apart', () => {
    expect(readRealtimeEvent('{"type":"session.created","session":{"model":"gpt-realtime"}}')).toEqual({
      model: 'gpt-realtime',
    })
    const event = '{"type":"conversation.item.input_audio_transcription.completed","transcript":"hi"}'
    expect(readRealtimeEvent(event)).toEqual({ transcribed: true })
  })

  it('passes over deltas, cancelled responses without usage and text that only talks of events', () => {
    expect(readRealtimeEvent('{"type":"response.output_audio.delta","delta":"AAAA"}')).toBeUndefined()
    expect(readRealtimeEvent('{"type":"response.done","response":{"status":"cancelled"}}')).toBeUndefined()
    expect(readRealtimeEvent('{"type":"x","text":"\\"response.done\\""}')).toBeUndefined()
    expect(readRealtimeEvent('"response.done" but no JSON')).toBeUndefined()
  })
})
