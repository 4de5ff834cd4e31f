/** Writes the weight file of the intent classifier from trained numbers, in eight bits a weight. */

import {
  type Counts,
  checksum,
  FORMAT_VERSION,
  HEADER_BYTES,
  layoutOf,
  MAGIC,
  SIGNAL_COUNT,
} from '../intent-weights.ts'
import type { FeatureShape } from '../token-features.ts'
import type { BagModel } from './bag-trainer.ts'

export interface TrainedIntent {
  readonly shape: FeatureShape
  readonly model: BagModel
  /** In-scope labels in the order of the output rows; the row after them is out of scope. */
  readonly labels: readonly string[]
  readonly temperature: number
  /** `SIGNAL_COUNT` weights and a bias. */
  readonly outOfScope: readonly number[]
  readonly knownWords: Uint8Array
}

/** The bytes of a weight file that `parseIntentWeights` accepts. The same numbers give the same bytes. */
export function encodeIntentWeights(trained: TrainedIntent): ArrayBuffer {
  const { model, shape, labels } = trained
  const names = new TextEncoder().encode(labels.join('\n'))
  const counts: Counts = {
    buckets: shape.buckets,
    dimension: model.dimension,
    labels: labels.length,
    labelBytes: names.length,
    knownWordBits: trained.knownWords.length * 8,
  }
  const layout = layoutOf(counts)
  const file = new ArrayBuffer(layout.end)
  new Uint8Array(file, layout.labelsAt).set(names)
  new Float32Array(file, layout.headAt, SIGNAL_COUNT + 1).set(trained.outOfScope)
  new Float32Array(file, layout.biasesAt, labels.length + 1).set(model.biases)
  new Uint8Array(file, layout.knownWordsAt).set(trained.knownWords)
  quantise(model.embeddings, model.dimension, {
    scales: new Float32Array(file, layout.embeddingScalesAt, shape.buckets),
    values: new Int8Array(file, layout.embeddingsAt, model.embeddings.length),
  })
  quantise(model.outputs, model.dimension, {
    scales: new Float32Array(file, layout.outputScalesAt, labels.length + 1),
    values: new Int8Array(file, layout.outputsAt, model.outputs.length),
  })
  writeHeader(file, counts, trained)
  return file
}

function writeHeader(file: ArrayBuffer, counts: Counts, { shape, temperature }: TrainedIntent): void {
  const header = new DataView(file, 0, HEADER_BYTES)
  const fields = [MAGIC, FORMAT_VERSION, counts.buckets, counts.dimension, counts.labels]
  fields.forEach((value, index) => {
    header.setUint32(index * 4, value, true)
  })
  header.setUint32(20, shape.minGram | (shape.maxGram << 8), true)
  header.setFloat32(24, temperature, true)
  header.setUint32(28, counts.labelBytes, true)
  header.setUint32(32, counts.knownWordBits, true)
  header.setUint32(36, checksum(file), true)
}

/** Row by row: the largest weight of a row becomes 127. */
function quantise(weights: Float32Array, dimension: number, into: { scales: Float32Array; values: Int8Array }): void {
  for (let row = 0; row * dimension < weights.length; row++) {
    const start = row * dimension
    let largest = 0
    for (const weight of weights.subarray(start, start + dimension)) largest = Math.max(largest, Math.abs(weight))
    const scale = Math.fround(largest / 127)
    into.scales[row] = scale
    if (scale === 0) continue
    for (let at = start; at < start + dimension; at++) {
      const level = Math.round((weights[at] ?? 0) / scale)
      into.values[at] = Math.max(-127, Math.min(127, level))
    }
  }
}
