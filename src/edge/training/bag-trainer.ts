/** Trains the intent network: an embedding bag and a softmax, one row at a time, with dropout at three levels. */

import { stableExp, stableLog } from '../stable-math.ts'
import { AdamStep } from './adam-step.ts'
import { bellNumber, seededRandom, shuffled } from './seeded-random.ts'

export interface BagOptions {
  readonly buckets: number
  readonly dimension: number
  readonly epochs: number
  /** Step of the embedding rows (AdaGrad with one sum a row). */
  readonly embeddingRate: number
  /** Step of the output layer (Adam over small batches). */
  readonly outputRate: number
  readonly batch: number
  /** Chance that a token, a feature of a token, or a unit of the pooled vector is left out of one step. */
  readonly tokenDropout: number
  readonly featureDropout: number
  readonly unitDropout: number
  readonly labelSmoothing: number
  readonly seed: number
}

/** A row as the network sees it: per token the embedding rows it touches, and the index of its label. */
export interface BagRow {
  readonly features: readonly Int32Array[]
  readonly label: number
}

export interface BagModel {
  readonly dimension: number
  readonly embeddings: Float32Array
  readonly outputs: Float32Array
  readonly biases: Float32Array
}

export interface EpochReport {
  readonly epoch: number
  readonly epochs: number
  readonly loss: number
  readonly accuracy: number
}

/** Trains for `options.epochs`; deterministic for a seed. Rows without features are skipped. */
export function trainBag(
  rows: readonly BagRow[],
  labels: number,
  options: BagOptions,
  onEpoch: (report: EpochReport) => void,
): BagModel {
  const trainer = new BagTrainer(labels, options)
  const usable = rows.filter((row) => row.features.length > 0)
  let step = 0
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    for (const row of shuffled(usable, trainer.random)) {
      const progress = step / (options.epochs * usable.length)
      trainer.learn(row, Math.min(1, (progress + 1e-3) * 20) * (1 - progress) + 1e-4)
      step++
    }
    onEpoch({ epoch, epochs: options.epochs, ...trainer.takeTally() })
  }
  return trainer.model
}

class BagTrainer {
  readonly model: BagModel
  readonly random: () => number
  readonly #options: BagOptions
  readonly #rowSums: Float32Array
  readonly #outputStep: AdamStep
  readonly #biasStep: AdamStep
  readonly #hidden: Float64Array
  readonly #hiddenGradient: Float64Array
  readonly #unitScale: Float64Array
  readonly #probabilities: Float64Array
  #pending = 0
  #tally = { loss: 0, hits: 0, rows: 0 }

  constructor(labels: number, options: BagOptions) {
    const { buckets, dimension } = options
    this.#options = options
    this.random = seededRandom(options.seed)
    this.model = {
      dimension,
      embeddings: new Float32Array(buckets * dimension).map(() => bellNumber(this.random) * 0.05),
      outputs: new Float32Array(labels * dimension).map(() => (bellNumber(this.random) * 0.5) / Math.sqrt(dimension)),
      biases: new Float32Array(labels),
    }
    this.#rowSums = new Float32Array(buckets)
    this.#outputStep = new AdamStep(this.model.outputs)
    this.#biasStep = new AdamStep(this.model.biases)
    this.#hidden = new Float64Array(dimension)
    this.#hiddenGradient = new Float64Array(dimension)
    this.#unitScale = new Float64Array(dimension)
    this.#probabilities = new Float64Array(labels)
  }

  /** One step on one row; `rate` scales both step sizes. */
  learn(row: BagRow, rate: number): void {
    const kept = this.#dropOut(row.features)
    this.#pool(kept)
    this.#predict()
    this.#tallyRow(row.label)
    this.#backToHidden(row.label)
    this.#backToEmbeddings(kept, rate * this.#options.embeddingRate)
    this.#pending++
    if (this.#pending === this.#options.batch) {
      this.#outputStep.apply(rate * this.#options.outputRate, this.#pending)
      this.#biasStep.apply(rate * this.#options.outputRate, this.#pending)
      this.#pending = 0
    }
  }

  /** Mean loss and accuracy, under dropout, since the last call. */
  takeTally(): { loss: number; accuracy: number } {
    const { loss, hits, rows } = this.#tally
    this.#tally = { loss: 0, hits: 0, rows: 0 }
    return { loss: loss / Math.max(1, rows), accuracy: hits / Math.max(1, rows) }
  }

  #dropOut(features: readonly Int32Array[]): Int32Array[] {
    const { tokenDropout, featureDropout, unitDropout } = this.#options
    const tokens = features.filter(() => this.random() >= tokenDropout)
    const kept = (tokens.length > 0 ? tokens : features).map((rows) => {
      const some = rows.filter(() => this.random() >= featureDropout)
      return some.length > 0 ? some : rows
    })
    const keptScale = 1 / (1 - unitDropout)
    for (let at = 0; at < this.#unitScale.length; at++)
      this.#unitScale[at] = this.random() < unitDropout ? 0 : keptScale
    return kept
  }

  /** The same sum as `readIntentSignals`, with units dropped. */
  #pool(tokens: readonly Int32Array[]): void {
    const { dimension, embeddings } = this.model
    const hidden = this.#hidden.fill(0)
    for (const rows of tokens) {
      const scale = 1 / Math.sqrt(rows.length * tokens.length)
      for (const row of rows) {
        const start = row * dimension
        for (let at = 0; at < dimension; at++) hidden[at] = (hidden[at] ?? 0) + (embeddings[start + at] ?? 0) * scale
      }
    }
    for (let at = 0; at < dimension; at++) hidden[at] = (hidden[at] ?? 0) * (this.#unitScale[at] ?? 0)
  }

  #predict(): void {
    const { dimension, outputs, biases } = this.model
    const values = this.#probabilities
    let best = Number.NEGATIVE_INFINITY
    for (let label = 0; label < values.length; label++) {
      let sum = biases[label] ?? 0
      const start = label * dimension
      for (let at = 0; at < dimension; at++) sum += (outputs[start + at] ?? 0) * (this.#hidden[at] ?? 0)
      values[label] = sum
      if (sum > best) best = sum
    }
    let total = 0
    for (let label = 0; label < values.length; label++) {
      const value = stableExp((values[label] ?? 0) - best)
      values[label] = value
      total += value
    }
    for (let label = 0; label < values.length; label++) values[label] = (values[label] ?? 0) / total
  }

  #tallyRow(label: number): void {
    const values = this.#probabilities
    const own = values[label] ?? 0
    this.#tally.rows++
    this.#tally.loss += stableLog(1 / Math.max(own, 1e-9))
    if (values.every((value) => value <= own)) this.#tally.hits++
  }

  /** Adds this row's output gradients and leaves the gradient of the pooled vector. */
  #backToHidden(label: number): void {
    const { dimension, outputs } = this.model
    const smoothing = this.#options.labelSmoothing
    const background = smoothing / this.#probabilities.length
    const gradient = this.#hiddenGradient.fill(0)
    const outputGradient = this.#outputStep.gradient
    const biasGradient = this.#biasStep.gradient
    for (let other = 0; other < this.#probabilities.length; other++) {
      const wanted = background + (other === label ? 1 - smoothing : 0)
      const error = (this.#probabilities[other] ?? 0) - wanted
      biasGradient[other] = (biasGradient[other] ?? 0) + error
      const start = other * dimension
      for (let at = 0; at < dimension; at++) {
        gradient[at] = (gradient[at] ?? 0) + error * (outputs[start + at] ?? 0)
        outputGradient[start + at] = (outputGradient[start + at] ?? 0) + error * (this.#hidden[at] ?? 0)
      }
    }
    for (let at = 0; at < dimension; at++) gradient[at] = (gradient[at] ?? 0) * (this.#unitScale[at] ?? 0)
  }

  #backToEmbeddings(tokens: readonly Int32Array[], rate: number): void {
    const { dimension, embeddings } = this.model
    const gradient = this.#hiddenGradient
    let meanSquare = 0
    for (const value of gradient) meanSquare += (value * value) / dimension
    for (const rows of tokens) {
      const scale = 1 / Math.sqrt(rows.length * tokens.length)
      for (const row of rows) {
        const sum = (this.#rowSums[row] ?? 0) + meanSquare * scale * scale
        this.#rowSums[row] = sum
        const step = (rate * scale) / (Math.sqrt(sum) + 1e-6)
        const start = row * dimension
        for (let at = 0; at < dimension; at++)
          embeddings[start + at] = (embeddings[start + at] ?? 0) - step * (gradient[at] ?? 0)
      }
    }
  }
}
