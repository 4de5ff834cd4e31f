import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checksum, HEADER_BYTES, parseIntentWeights } from './intent-weights.ts'
import { readIntentFile } from './read-weights.fixture.ts'
import { encodeIntentWeights } from './training/encode-intent-weights.ts'

function tinyFile(): ArrayBuffer {
  const numbers = (count: number): Float32Array =>
    Float32Array.from({ length: count }, (_, at) => ((at * 7) % 11) / 5 - 1)
  return encodeIntentWeights({
    shape: { buckets: 16, minGram: 3, maxGram: 4 },
    model: { dimension: 3, embeddings: numbers(48), outputs: numbers(9), biases: numbers(3) },
    labels: ['größe', 'weather'],
    temperature: 0.5,
    outOfScope: [1, 2, 3, 4, 5, 6, 7],
    knownWords: new Uint8Array(8).fill(5),
  })
}

/** A copy of the tiny file with one header field changed. */
function withField(index: number, value: number): ArrayBuffer {
  const file = tinyFile()
  new DataView(file).setUint32(index * 4, value, true)
  return file
}

/** A copy with a changed body and the checksum made to fit, as a hostile author would. */
function resealed(change: (bytes: Uint8Array) => void): ArrayBuffer {
  const file = tinyFile()
  change(new Uint8Array(file))
  new DataView(file).setUint32(36, checksum(file), true)
  return file
}

function problem(file: ArrayBuffer): string {
  const result = parseIntentWeights(file)
  return result.ok ? 'accepted' : result.error
}

describe('parseIntentWeights', () => {
  it('reads back what the trainer wrote, within half a step of eight bits', () => {
    const result = parseIntentWeights(tinyFile())
    if (!result.ok) throw new Error(result.error)
    const weights = result.value
    expect(weights.labels).toEqual(['größe', 'weather'])
    expect(weights.shape).toEqual({ buckets: 16, minGram: 3, maxGram: 4 })
    expect([...weights.outOfScope]).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(weights.knownWords).toHaveLength(8)
    weights.embeddings.forEach((level, at) => {
      const scale = weights.embeddingScales[Math.floor(at / 3)] ?? 0
      expect(Math.abs(level * scale - (((at * 7) % 11) / 5 - 1))).toBeLessThanOrEqual(scale / 2 + 1e-6)
    })
  })

  it('says which part of a wrong header is wrong', () => {
    expect(problem(new ArrayBuffer(0))).toMatch(/0 bytes, fewer than its 40-byte header/)
    expect(problem(withField(0, 1))).toMatch(/not an intent weight file/)
    expect(problem(withField(1, 9))).toMatch(/format 9 is not 1/)
    expect(problem(withField(2, 15))).toMatch(/15 buckets/)
    expect(problem(withField(2, 0x80000000))).toMatch(/buckets is not a power of two up to/)
    expect(problem(withField(3, 0))).toMatch(/dimension 0/)
    expect(problem(withField(4, 0xffffffff))).toMatch(/4294967295 labels/)
    expect(problem(withField(5, 0))).toMatch(/word pieces of 0 to 0/)
    expect(problem(withField(7, 0xffffffff))).toMatch(/bytes of label names/)
    expect(problem(withField(8, 24))).toMatch(/known-word bits/)
    expect(problem(withField(2, 1 << 20))).toMatch(/its header promises/)
  })

  it('notices any changed byte after the header', () => {
    const length = tinyFile().byteLength
    fc.assert(
      fc.property(fc.integer({ min: HEADER_BYTES, max: length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const file = tinyFile()
        const bytes = new Uint8Array(file)
        bytes[at] = (bytes[at] ?? 0) ^ flip
        expect(problem(file)).toMatch(/damaged/)
      }),
    )
  })

  it('refuses names and numbers that are wrong behind a right checksum', () => {
    const floatAt = (offset: number, value: number) =>
      resealed((bytes) => new DataView(bytes.buffer).setFloat32(offset, value, true))
    expect(problem(floatAt(HEADER_BYTES + 16, Number.NaN))).toMatch(/not finite/)
    expect(problem(floatAt(HEADER_BYTES + 16, Number.POSITIVE_INFINITY))).toMatch(/not finite/)
    expect(problem(floatAt(24, 0))).toMatch(/temperature/)
    expect(problem(resealed((bytes) => bytes.fill(0xff, HEADER_BYTES, HEADER_BYTES + 4)))).toMatch(/different labels/)
    expect(problem(resealed((bytes) => bytes.fill(0x41, HEADER_BYTES, HEADER_BYTES + 15)))).toMatch(/different labels/)
  })

  it('never throws: any bytes, any header counts, any cut of a good file', () => {
    const real = new Uint8Array(readIntentFile())
    const words = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 10, maxLength: 60 })
    fc.assert(
      fc.property(words, fc.boolean(), (values, signed) => {
        const file = Uint32Array.from(values)
        if (signed) file.set(new Uint32Array(tinyFile()).subarray(0, 2))
        expect(parseIntentWeights(file.buffer).ok).toBe(false)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: real.length - 1 }), (length) => {
        expect(parseIntentWeights(Uint8Array.from(real.subarray(0, length)).buffer).ok).toBe(false)
      }),
      { numRuns: 30 },
    )
  })
})
