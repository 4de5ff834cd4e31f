/** The two wires of speech to text: usage in tokens or seconds, whole or streamed. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../ground/json.ts'
import { openaiTranslations } from '../openai-translations/index.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { openaiTranscriptions as wire } from './index.ts'

const tokens = {
  type: 'tokens',
  input_tokens: 14,
  input_token_details: { text_tokens: 4, audio_tokens: 10 },
  output_tokens: 45,
  total_tokens: 59,
}

function tapped(body: Json) {
  const tap = wire.tap(STANDARD_QUIRKS, {})
  tap.body(body)
  return tap.result()
}

function streamed(...bodies: (JsonObject | string)[]) {
  const tap = wire.tap(STANDARD_QUIRKS, {})
  for (const body of bodies) tap.event({ event: '', data: typeof body === 'string' ? body : JSON.stringify(body) })
  return tap.result()
}

describe('tap of a whole reply', () => {
  it('reads tokens', () => {
    expect(tapped({ text: 'Hello.', usage: tokens })).toEqual({
      usage: { input: 4, audioIn: 10, output: 45 },
      complete: true,
    })
    const { input_token_details: _, ...plain } = tokens
    expect(tapped({ text: 'Hello.', usage: plain }).usage).toEqual({ input: 14, output: 45 })
  })

  it('reads the length of the sound, from usage before anything else', () => {
    const verbose = { text: 'Hello.', language: 'english', duration: 8.47, segments: [] }
    expect(tapped({ ...verbose, usage: { type: 'duration', seconds: 8 } }).usage).toEqual({ audioSeconds: 8 })
    expect(tapped(verbose).usage).toEqual({ audioSeconds: 9 })
    expect(tapped({ text: 'Hello.' })).toEqual({ complete: true })
  })

  it("reads Mistral's seconds and tokens, of which the sound's are what is left of the total", () => {
    const usage = { prompt_audio_seconds: 203, prompt_tokens: 4, completion_tokens: 635, total_tokens: 3264 }
    expect(tapped({ text: 'Hello.', model: 'voxtral', usage })).toEqual({
      usage: { input: 4, audioIn: 2625, output: 635, audioSeconds: 203 },
      model: 'voxtral',
      complete: true,
    })
  })

  it('leaves the usage of plain text and subtitles unknown', () => {
    expect(wire.tap(STANDARD_QUIRKS, {}).result()).toEqual({ complete: true })
  })

  it('tells an error', () => {
    expect(tapped({ error: { message: 'Audio file might be corrupted', code: null } })).toMatchObject({
      complete: false,
      error: { message: 'Audio file might be corrupted' },
    })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (body, text) => {
        // fast-check's JSON values are JSON; its type says unknown.
        tapped({ text, usage: body as Json })
        tapped(body as Json)
        streamed(text)
      }),
    )
  })
})

describe('tap of a stream', () => {
  it('reads usage from the last event', () => {
    const events = [
      { type: 'transcript.text.delta', delta: 'Hel' },
      { type: 'transcript.text.done', text: 'Hello.', usage: tokens },
    ]
    expect(streamed(...events)).toEqual({ usage: { input: 4, audioIn: 10, output: 45 }, complete: true })
    expect(streamed({ type: 'transcription.done', text: 'Hello.', usage: { prompt_audio_seconds: 3 } })).toEqual({
      usage: { audioSeconds: 3 },
      complete: true,
    })
  })

  it('is not complete when it was cut, nor after an error', () => {
    expect(streamed({ type: 'transcript.text.delta', delta: 'Hel' })).toEqual({ complete: false })
    expect(streamed({ error: { message: 'down' } })).toMatchObject({ complete: false, error: { message: 'down' } })
  })
})

describe('openai-translations', () => {
  it('is the same wire under its own name', () => {
    expect(openaiTranslations).toMatchObject({ name: 'openai-translations', task: 'translations', requestBody: 'form' })
    expect(openaiTranslations.tap).toBe(wire.tap)
  })
})
