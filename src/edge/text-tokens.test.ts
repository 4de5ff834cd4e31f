import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countTokens, firstTokens, MAX_INPUT_CHARACTERS, readTokens } from './text-tokens.ts'

describe('readTokens', () => {
  it('lowers case, folds compatibility forms and splits signs from words', () => {
    expect(readTokens("What's the  ＷＥＡＴＨＥＲ?")).toEqual(['what', "'", 's', 'the', 'weather', '?'])
    expect(readTokens('cafe\u0301 2½')).toEqual(['café', '21', '⁄', '2'])
    expect(readTokens(' \n\t')).toEqual([])
  })

  it('reads and counts only the stated number of characters, without splitting a surrogate pair', () => {
    expect(readTokens('a '.repeat(5000))).toHaveLength(MAX_INPUT_CHARACTERS / 2)
    expect(readTokens(`${'a'.repeat(MAX_INPUT_CHARACTERS - 1)}😀`)).toEqual(['a'.repeat(MAX_INPUT_CHARACTERS - 1)])
    // One sign that normalises to eighteen letters may not multiply the work.
    expect(readTokens('ﷺ'.repeat(2000)).join('').length).toBeLessThanOrEqual(MAX_INPUT_CHARACTERS)
  })

  it('takes any text, lone surrogates too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        for (const token of readTokens(text)) expect(token).not.toBe('')
      }),
    )
    expect(() => readTokens('\ud800\udc00\ud800')).not.toThrow()
  })
})

describe('firstTokens', () => {
  it('keeps as many tokens as asked and the text between them', () => {
    expect(firstTokens('{"a": 1}', 4)).toBe('{"a"')
    expect(firstTokens('a b', 9)).toBe('a b')
    fc.assert(
      fc.property(fc.string(), fc.nat(20), (text, tokens) => {
        const kept = firstTokens(text, tokens)
        expect(text.startsWith(kept)).toBe(true)
        expect(countTokens(kept)).toBe(Math.min(tokens, countTokens(text)))
      }),
    )
  })
})
