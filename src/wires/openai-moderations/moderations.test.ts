/** The openai-moderations wire: what its tap reads, in general and in every recording. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asObject, type Json, parseJson } from '../../ground/json.ts'
import { STANDARD_QUIRKS } from '../quirks.ts'
import { openaiModerations as wire } from './index.ts'

const corpus = join(process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const replies = existsSync(corpus) ? globSync(`${corpus}/*/moderations/*/*.response.json`).sort() : []

function tapped(body: Json) {
  const tap = wire.tap(STANDARD_QUIRKS, {})
  tap.body(body)
  return tap.result()
}

describe('openai-moderations', () => {
  it('reads model and id; usage stays unknown unless it is stated', () => {
    const body = { id: 'modr-1', model: 'omni', results: [{ flagged: false }] }
    expect(tapped(body)).toEqual({ model: 'omni', replyId: 'modr-1', complete: true })
    expect(tapped({ ...body, usage: { prompt_tokens: 9, completion_tokens: 0, total_tokens: 9 } }).usage).toEqual({
      input: 9,
    })
  })

  it('takes what has no results for an error', () => {
    expect(tapped({ error: { message: 'No.', type: 'invalid_request_error' } })).toMatchObject({
      complete: false,
      error: { kind: 'invalid-request' },
    })
    expect(tapped('Bad gateway').error?.message).toBe('Bad gateway')
  })

  it('writes the model over whatever the client named, or did not name', () => {
    expect(wire.patchRequest({ input: 'x' }, 'omni-moderation-latest')).toEqual({ model: 'omni-moderation-latest' })
  })

  it('leaves texts and pictures of one request alone', () => {
    const input = [
      { type: 'text', text: 'Is this harmful?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    ]
    expect(wire.patchRequest({ model: 'route', input }, 'omni')).toEqual({ model: 'omni' })
    const results = [{ flagged: true, category_applied_input_types: { violence: ['text', 'image'] } }]
    expect(tapped({ id: 'modr-2', model: 'omni', results })).toEqual({
      model: 'omni',
      replyId: 'modr-2',
      complete: true,
    })
  })
})

const title = replies.length === 0 ? 'corpus: skipped, no corpus' : 'corpus'
describe.skipIf(replies.length === 0)(title, () => {
  it('reads every recorded reply as complete, with its model', () => {
    for (const file of replies) {
      const body = parseJson(readFileSync(file, 'utf8')) ?? null
      expect.soft(tapped(body), file).toEqual({
        model: asObject(body)?.model,
        replyId: asObject(body)?.id,
        complete: true,
      })
    }
    expect(replies.length).toBeGreaterThan(2)
  })
})
