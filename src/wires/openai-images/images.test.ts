/** The two wires of pictures: what their tap reads of whole replies and streams. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../ground/json.ts'
import { openaiImageEdits } from '../openai-image-edits/index.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { openaiImages as wire } from './index.ts'

const usage = {
  input_tokens: 60,
  output_tokens: 272,
  total_tokens: 332,
  input_tokens_details: { text_tokens: 10, image_tokens: 50 },
}

function tapped(body: Json) {
  const tap = wire.tap(STANDARD_QUIRKS, {})
  tap.body(body)
  return tap.result()
}

function streamed(...bodies: (JsonObject | string)[]) {
  const tap = wire.tap(STANDARD_QUIRKS, {})
  for (const body of bodies) {
    if (typeof body === 'string') tap.event({ event: '', data: body })
    else tap.event({ event: String(body.type), data: JSON.stringify(body) })
  }
  return tap.result()
}

describe('tap of a whole reply', () => {
  it('takes text and pictures of the prompt apart', () => {
    expect(tapped({ created: 1, data: [{ b64_json: 'AA==' }], usage })).toEqual({
      usage: { input: 10, imageIn: 50, imageOut: 272 },
      complete: true,
    })
    const details = { text_tokens: 10, image_tokens: 50, cached_tokens: 4 }
    const more = { ...usage, input_tokens_details: details, output_tokens_details: { text_tokens: 72 } }
    expect(tapped({ data: [], usage: more }).usage).toEqual({
      input: 6,
      cacheRead: 4,
      imageIn: 50,
      output: 72,
      imageOut: 200,
    })
  })

  it('counts the pictures where no tokens are stated', () => {
    expect(tapped({ created: 1, data: [{ url: 'https://a.example/1' }, { url: 'https://a.example/2' }] })).toEqual({
      usage: { images: 2 },
      complete: true,
    })
    expect(tapped({ data: [{}], usage: { cost_in_usd_ticks: 200_000_000 } })).toEqual({
      usage: { images: 1 },
      billedNano: 20_000_000n,
      complete: true,
    })
  })

  it('tells an error', () => {
    expect(tapped({ error: { message: 'Blocked.', code: 'moderation_blocked' } })).toMatchObject({
      complete: false,
      error: { message: 'Blocked.' },
    })
  })

  it('never counts a token twice and never throws', () => {
    const counts = fc.record({
      input_tokens: fc.nat(1000),
      output_tokens: fc.nat(1000),
      input_tokens_details: fc.record({
        text_tokens: fc.nat(1000),
        image_tokens: fc.nat(1000),
        cached_tokens: fc.nat(1000),
      }),
    })
    fc.assert(
      fc.property(counts, (stated) => {
        const units = Object.values(tapped({ data: [], usage: stated }).usage ?? {})
        expect(units.reduce((sum, tokens) => sum + tokens, 0)).toBe(stated.input_tokens + stated.output_tokens)
        expect(units.every((tokens) => tokens >= 0)).toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (body, text) => {
        // fast-check's JSON values are JSON; its type says unknown.
        tapped(body as Json)
        streamed(text)
      }),
    )
  })
})

describe('tap of a stream', () => {
  const piece = { type: 'image_generation.partial_image', b64_json: 'AA==', partial_image_index: 0 }

  it('reads usage from the event that ends a picture', () => {
    expect(streamed(piece, { ...piece, type: 'image_generation.completed', usage })).toEqual({
      usage: { input: 10, imageIn: 50, imageOut: 272 },
      complete: true,
    })
    expect(streamed({ type: 'image_edit.completed', b64_json: 'AA==' })).toEqual({
      usage: { images: 1 },
      complete: true,
    })
  })

  it('adds up several pictures', () => {
    const done = { type: 'image_generation.completed', usage }
    expect(streamed(done, done, '[DONE]').usage).toEqual({ input: 20, imageIn: 100, imageOut: 544 })
  })

  it('is not complete when it was cut, and not after an error', () => {
    expect(streamed(piece)).toEqual({ complete: false })
    expect(streamed(piece, { type: 'error', error: { message: 'Out of memory.' } })).toMatchObject({
      complete: false,
      error: { message: 'Out of memory.' },
    })
  })

  it('does not parse pieces of pictures', () => {
    expect(streamed('{"type":"image_generation.partial_image","b64_json":"cut')).toEqual({ complete: false })
  })
})

describe('openai-image-edits', () => {
  it('is the same wire with a form for its request', () => {
    expect(openaiImageEdits).toMatchObject({ name: 'openai-image-edits', task: 'image-edits', requestBody: 'form' })
    expect(openaiImageEdits.tap).toBe(wire.tap)
  })
})
