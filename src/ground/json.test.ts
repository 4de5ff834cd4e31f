/** parseJson: every JSON text that could be written again, and nothing else. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './json.ts'

describe('parseJson', () => {
  it('reads what JSON.parse reads, and takes the rest for no JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
    for (const text of ['', '{', '{"a":1}}', 'undefined', "{'a':1}", '\ufeff{}'])
      expect(parseJson(text)).toBeUndefined()
  })

  it('takes nesting for no JSON that could not be written again', () => {
    const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`
    expect(JSON.stringify(parseJson(nested(500)))).toBe(nested(500))
    expect(parseJson(nested(502))).toBeUndefined()
    expect(parseJson(nested(200_000))).toBeUndefined()
    expect(parseJson('['.repeat(1_000_000))).toBeUndefined()
  })

  it('is not deceived by brackets in strings or beside each other', () => {
    const text = JSON.stringify({ brackets: '[{"\\'.repeat(5000), wide: Array.from({ length: 3000 }, () => [{}]) })
    expect(JSON.stringify(parseJson(text))).toBe(text)
  })
})
