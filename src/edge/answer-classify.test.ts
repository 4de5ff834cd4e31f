import { describe, expect, it } from 'vitest'
import { decodeClassifyRequest, encodeClassifyReply, MAX_CLASSIFY_INPUTS } from './answer-classify.ts'
import { shippedIntent } from './read-weights.fixture.ts'

function problem(body: unknown): { message: string; param: string | undefined } {
  const result = decodeClassifyRequest(body)
  return result.ok
    ? { message: 'accepted', param: undefined }
    : { message: result.error.message, param: result.error.param }
}

describe('decodeClassifyRequest', () => {
  it('takes one text or a list', () => {
    expect(decodeClassifyRequest({ model: 'edge/intent', input: 'hi' })).toEqual({
      ok: true,
      value: { model: 'edge/intent', inputs: ['hi'], top: 5 },
    })
    expect(decodeClassifyRequest({ model: 'm', input: ['a', ''], top: 20 })).toMatchObject({
      value: { inputs: ['a', ''], top: 20 },
    })
    expect(decodeClassifyRequest({ model: 'm', input: Array(MAX_CLASSIFY_INPUTS).fill('a') }).ok).toBe(true)
  })

  it('names the field at fault', () => {
    expect(problem(null).message).toMatch(/JSON object/)
    expect(problem({ input: 'a' }).param).toBe('model')
    expect(problem({ model: 'm' }).param).toBe('input')
    expect(problem({ model: 'm', input: [] }).param).toBe('input')
    expect(problem({ model: 'm', input: ['a', 3] })).toEqual({
      message: '"input[1]" must be a string',
      param: 'input[1]',
    })
    expect(problem({ model: 'm', input: Array(257).fill('a') }).message).toMatch(/257 texts; send at most 256/)
    for (const top of [0, 21, 1.5, '3', null]) expect(problem({ model: 'm', input: 'a', top }).param).toBe('top')
    expect(problem({ model: 'm', input: 'a', inputs: 'a' }).message).toMatch(/"inputs" is not a field/)
  })
})

describe('encodeClassifyReply', () => {
  it('lists a verdict for each text with its runners-up and counts the tokens', () => {
    const intent = shippedIntent()
    const verdicts = ['how is the weather', 'who wrote macbeth'].map((text) => intent.classify(text, 3))
    const reply = encodeClassifyReply('edge/intent', verdicts, 3)
    expect(reply).toMatchObject({
      object: 'list',
      model: 'edge/intent',
      data: [
        { object: 'classification', index: 0, label: 'weather', alternatives: [{}, {}] },
        { object: 'classification', index: 1, label: 'oos' },
      ],
      usage: { input_tokens: 7, total_tokens: 7 },
    })
    expect(encodeClassifyReply('m', verdicts, 1)).toMatchObject({ data: [{ alternatives: [] }, { alternatives: [] }] })
  })
})
