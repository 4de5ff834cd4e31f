import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factsDigest, factsText } from './cache-digest.ts'

describe('the digest of facts', () => {
  it('differs when a letter moves from one fact into the next', async () => {
    const seen = await Promise.all(
      [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], ['"a"', 'bc'], ['4:"ab"', 'c']].map(factsDigest),
    )
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen[0]).toMatch(/^[0-9a-f]{64}$/)
  })

  it('tells halves of surrogate pairs apart, which UTF-8 does not', async () => {
    expect(await factsDigest(['\ud800'])).not.toBe(await factsDigest(['\ud801']))
    expect(await factsDigest(['\ud800'])).not.toBe(await factsDigest(['\ufffd']))
  })

  it('can be read back, so no two lists share a text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 6 }), (facts) => {
        expect(readFacts(factsText(facts)).slice(1)).toEqual(facts)
      }),
    )
  })
})

function readFacts(text: string): string[] {
  const facts: string[] = []
  for (let rest = text; rest !== ''; ) {
    const colon = rest.indexOf(':')
    const end = colon + 1 + Number(rest.slice(0, colon))
    facts.push(JSON.parse(rest.slice(colon + 1, end)) as string)
    rest = rest.slice(end)
  }
  return facts
}
