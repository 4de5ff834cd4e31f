/** The weight file of the intent classifier: its layout, and a reader that trusts nothing in it. */

import { err, ok, type Result } from '../ground/result.ts'
import type { FeatureShape } from './token-features.ts'

/** Signals that the out-of-scope decision weighs, in file order. */
export const SIGNAL_COUNT = 6

/** Everything the classifier computes with. Typed arrays are views on the file, not copies. */
export interface IntentWeights {
  readonly shape: FeatureShape
  readonly dimension: number
  /** In-scope labels in file order; the last output row, which has no name here, is out of scope. */
  readonly labels: readonly string[]
  /** Divides logits before they become probabilities. */
  readonly temperature: number
  /** One weight a signal, then the bias; 0 after weighing is the operating point. */
  readonly outOfScope: Float32Array
  readonly embeddingScales: Float32Array
  readonly embeddings: Int8Array
  /** `labels.length + 1` rows. */
  readonly outputScales: Float32Array
  readonly outputs: Int8Array
  readonly biases: Float32Array
  /** One bit a word seen in training. */
  readonly knownWords: Uint8Array
}

export const MAGIC = 0x4e494c53 // "SLIN" read as little-endian
export const FORMAT_VERSION = 1
export const HEADER_BYTES = 40
const LIMITS = { buckets: 1 << 20, dimension: 512, labels: 4096, labelBytes: 1 << 18, knownWordBits: 1 << 22 }

export interface Layout {
  readonly labelsAt: number
  readonly headAt: number
  readonly embeddingScalesAt: number
  readonly outputScalesAt: number
  readonly biasesAt: number
  readonly knownWordsAt: number
  readonly embeddingsAt: number
  readonly outputsAt: number
  readonly end: number
}

export interface Counts {
  readonly buckets: number
  readonly dimension: number
  readonly labels: number
  readonly labelBytes: number
  readonly knownWordBits: number
}

/** Where each section of a file with these counts begins; four-byte sections come first and stay aligned. */
export function layoutOf(counts: Counts): Layout {
  const labelsAt = HEADER_BYTES
  const headAt = labelsAt + Math.ceil(counts.labelBytes / 4) * 4
  const embeddingScalesAt = headAt + (SIGNAL_COUNT + 1) * 4
  const outputScalesAt = embeddingScalesAt + counts.buckets * 4
  const biasesAt = outputScalesAt + (counts.labels + 1) * 4
  const knownWordsAt = biasesAt + (counts.labels + 1) * 4
  const embeddingsAt = knownWordsAt + counts.knownWordBits / 8
  const outputsAt = embeddingsAt + counts.buckets * counts.dimension
  const end = outputsAt + (counts.labels + 1) * counts.dimension
  return {
    labelsAt,
    headAt,
    embeddingScalesAt,
    outputScalesAt,
    biasesAt,
    knownWordsAt,
    embeddingsAt,
    outputsAt,
    end: Math.ceil(end / 4) * 4,
  }
}

/** Checks magic, version, counts, size, checksum and numbers before anything is built; the error says which was wrong. */
export function parseIntentWeights(file: ArrayBuffer): Result<IntentWeights, string> {
  const bytes = file.byteLength
  if (bytes < HEADER_BYTES) return err(`the weight file has ${bytes} bytes, fewer than its ${HEADER_BYTES}-byte header`)
  const header = new DataView(file, 0, HEADER_BYTES)
  const field = (index: number): number => header.getUint32(index * 4, true)
  if (field(0) !== MAGIC) return err('not an intent weight file: it does not begin with "SLIN"')
  if (field(1) !== FORMAT_VERSION) return err(`weight file format ${field(1)} is not ${FORMAT_VERSION}; train it again`)
  const counts = {
    buckets: field(2),
    dimension: field(3),
    labels: field(4),
    labelBytes: field(7),
    knownWordBits: field(8),
  }
  const grams = { minGram: field(5) & 0xff, maxGram: field(5) >>> 8 }
  const problem = countProblem(counts, grams.minGram, grams.maxGram)
  if (problem) return err(problem)
  const layout = layoutOf(counts)
  if (layout.end !== bytes) return err(`the weight file has ${bytes} bytes, but its header promises ${layout.end}`)
  if (checksum(file) !== field(9)) return err('the weight file is damaged: its checksum does not match')
  return readSections(file, counts, { buckets: counts.buckets, ...grams }, header.getFloat32(24, true))
}

/** FNV-1a over the 32-bit words after the header. The file's length must be a multiple of four. */
export function checksum(file: ArrayBuffer): number {
  const words = new Uint32Array(file, HEADER_BYTES)
  let hash = 2166136261
  for (let at = 0; at < words.length; at++) hash = Math.imul(hash ^ (words[at] ?? 0), 16777619)
  return hash >>> 0
}

function countProblem(counts: Counts, minGram: number, maxGram: number): string | undefined {
  const { buckets, knownWordBits, dimension, labels, labelBytes } = counts
  if (!isPowerOfTwo(buckets) || buckets > LIMITS.buckets) return `${buckets} buckets is not a power of two up to 2^20`
  if (!isPowerOfTwo(knownWordBits) || knownWordBits < 32 || knownWordBits > LIMITS.knownWordBits)
    return `${knownWordBits} known-word bits is not a power of two from 32 to 2^22`
  if (dimension < 1 || dimension > LIMITS.dimension) return `dimension ${dimension} is not between 1 and 512`
  if (labels < 1 || labels > LIMITS.labels) return `${labels} labels is not between 1 and 4096`
  if (labelBytes > LIMITS.labelBytes) return `${labelBytes} bytes of label names is over 262144`
  if (minGram < 1 || maxGram < minGram || maxGram > 8)
    return `word pieces of ${minGram} to ${maxGram} are not within 1 to 8`
  return undefined
}

function readSections(file: ArrayBuffer, counts: Counts, shape: FeatureShape, temperature: number) {
  const layout = layoutOf(counts)
  const rows = counts.labels + 1
  const names = readNames(new Uint8Array(file, layout.labelsAt, counts.labelBytes))
  if (names?.length !== counts.labels || new Set(names).size !== names.length || names.includes(''))
    return err(`the weight file does not name ${counts.labels} different labels`)
  // Every platform that runs JavaScript engines of today is little-endian, as the file is.
  const weights: IntentWeights = {
    shape,
    dimension: counts.dimension,
    labels: names,
    temperature,
    outOfScope: new Float32Array(file, layout.headAt, SIGNAL_COUNT + 1),
    embeddingScales: new Float32Array(file, layout.embeddingScalesAt, counts.buckets),
    embeddings: new Int8Array(file, layout.embeddingsAt, counts.buckets * counts.dimension),
    outputScales: new Float32Array(file, layout.outputScalesAt, rows),
    outputs: new Int8Array(file, layout.outputsAt, rows * counts.dimension),
    biases: new Float32Array(file, layout.biasesAt, rows),
    knownWords: new Uint8Array(file, layout.knownWordsAt, counts.knownWordBits / 8),
  }
  if (!(temperature > 0.01 && temperature < 100)) return err('the weight file has a temperature outside 0.01 to 100')
  const numbers = [weights.outOfScope, weights.embeddingScales, weights.outputScales, weights.biases]
  // A bound well inside the range of numbers keeps every later sum finite.
  if (!numbers.every((section) => section.every((value) => Math.abs(value) < 1e6)))
    return err('the weight file holds numbers that are not finite or are absurdly large')
  return ok(weights)
}

function readNames(bytes: Uint8Array): string[] | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).split('\n')
  } catch {
    // Not UTF-8: the caller reports names it cannot read.
    return undefined
  }
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0
}
