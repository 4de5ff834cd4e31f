/** The openai-speech wire: usage stated in events, or counted from the text. */

import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../ground/json.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { openaiSpeech as wire } from './index.ts'

function streamed(request: JsonObject, ...data: string[]) {
  const tap = wire.tap(STANDARD_QUIRKS, request)
  for (const text of data) tap.event({ event: '', data: text })
  return tap.result()
}

const done = (usage?: JsonObject) => JSON.stringify({ type: 'speech.audio.done', usage })
const delta = '{"type":"speech.audio.delta","audio":"AAAA"}'

describe('tap', () => {
  it('counts the characters of the text when the reply is sound', () => {
    expect(streamed({ input: 'Grüezi 👋' })).toEqual({ usage: { characters: 8 }, complete: true })
    expect(streamed({})).toEqual({ complete: true })
  })

  it('reads the tokens that the last event states', () => {
    expect(streamed({ input: 'hi' }, delta, done({ input_tokens: 4, output_tokens: 30, total_tokens: 34 }))).toEqual({
      usage: { input: 4, audioOut: 30 },
      complete: true,
    })
    expect(streamed({ input: 'hi' }, delta, done())).toEqual({ usage: { characters: 2 }, complete: true })
  })

  it('is not complete when the stream was cut, nor after an error in it', () => {
    expect(streamed({ input: 'hi' }, delta)).toEqual({ complete: false })
    const error = '{"type":"error","error":{"message":"Voice unavailable."}}'
    expect(streamed({ input: 'hi' }, delta, error)).toMatchObject({
      complete: false,
      error: { kind: 'upstream-error' },
    })
    expect(streamed({ input: 'hi' }, 'not JSON').error?.message).toBe('not JSON')
  })

  it('reads JSON in place of sound', () => {
    const tap = wire.tap(STANDARD_QUIRKS, { input: 'hi' })
    tap.body({ audio: 'AAAA' })
    expect(tap.result()).toEqual({ usage: { characters: 2 }, complete: true })
    const failed = wire.tap(STANDARD_QUIRKS, { input: 'hi' })
    failed.body({ error: { message: 'No such voice.', param: 'voice' } })
    expect(failed.result()).toMatchObject({ complete: false, error: { param: 'voice' } })
    expect(failed.result().usage).toBeUndefined()
  })
})
