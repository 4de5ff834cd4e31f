import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../ground/sha256.ts'
import { hashedEmbedder } from './hashed-embedder.ts'

function likeness(one: string, other: string): number {
  const [a, b] = [hashedEmbedder.embed(one), hashedEmbedder.embed(other)]
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}

describe('the embedded embedder', () => {
  it('gives vectors of length one, and nothing for a text without words', () => {
    const vector = hashedEmbedder.embed('Where is my parcel?')
    expect(vector).toHaveLength(hashedEmbedder.dimensions)
    expect(vector.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5)
    expect(hashedEmbedder.embed('  ').every((value) => value === 0)).toBe(true)
  })

  it('finds texts alike that have the same words, and others not', () => {
    expect(likeness('Where is my parcel?', 'where is my parcel')).toBeGreaterThan(0.97)
    expect(likeness('Where is my parcel?', 'Hi, where is the parcel of mine?')).toBeGreaterThan(0.6)
    expect(likeness('Where is my parcel?', 'How do I bake bread?')).toBeLessThan(0.3)
  })

  it('gives the same bits everywhere', async () => {
    const vector = hashedEmbedder.embed('The same bits: 1, 2 — naïve café 日本語?')
    expect(await sha256Hex(new Uint8Array(vector.buffer as ArrayBuffer))).toMatchInlineSnapshot(
      `"bca6fdfc6a3da0ac3ed6a61eb28275c727328b5195fe2cbef0af6bc69959fde8"`,
    )
  })
})
