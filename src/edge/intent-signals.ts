/** Runs the intent network on a text: one logit a label, and the signals that tell whether any label fits. */

import { type IntentWeights, SIGNAL_COUNT } from './intent-weights.ts'
import { stableExp, stableLog } from './stable-math.ts'
import { readTokens } from './text-tokens.ts'
import { isWord, knownWordBit, tokenFeatures } from './token-features.ts'

export interface IntentSignals {
  /** One for each in-scope label. */
  readonly logits: Float64Array
  /** What the out-of-scope decision weighs, `SIGNAL_COUNT` numbers. */
  readonly signals: readonly number[]
  /** Words of the text that training knew. None means that the logits are noise. */
  readonly knownWords: number
  readonly inputTokens: number
}

/** Reads a text with these weights. Sums run in one fixed order in double precision, so results do not vary by engine. */
export function readIntentSignals(weights: IntentWeights, text: string): IntentSignals {
  const tokens = readTokens(text)
  const hidden = pool(weights, tokens)
  const all = project(weights, hidden)
  const logits = all.subarray(0, weights.labels.length)
  const words = tokens.filter(isWord)
  const bits = weights.knownWords.length * 8
  const knownWords = words.filter((word) => hasBit(weights.knownWords, knownWordBit(word, bits))).length
  const signals = signalsOf(logits, all[weights.labels.length] ?? 0, words.length, knownWords)
  return { logits, signals, knownWords, inputTokens: tokens.length }
}

function signalsOf(logits: Float64Array, outOfScope: number, words: number, knownWords: number): number[] {
  let best = Number.NEGATIVE_INFINITY
  let second = Number.NEGATIVE_INFINITY
  for (const logit of logits) {
    if (logit > best) {
      second = best
      best = logit
    } else if (logit > second) second = logit
  }
  let total = 0
  for (const logit of logits) total += stableExp(logit - best)
  const energy = best + stableLog(total)
  const margin = logits.length > 1 ? best - second : 0
  const unknownShare = words === 0 ? 1 : 1 - knownWords / words
  const signals = [outOfScope - energy, best, energy, margin, unknownShare, 1 / Math.sqrt(words + 1)]
  return signals.slice(0, SIGNAL_COUNT)
}

/** Sum over tokens of each token's rows, every sum divided by the root of its count. */
function pool(weights: IntentWeights, tokens: readonly string[]): Float64Array {
  const { dimension, embeddings, embeddingScales } = weights
  const hidden = new Float64Array(dimension)
  const perText = 1 / Math.sqrt(Math.max(1, tokens.length))
  for (const rows of tokenFeatures(tokens, weights.shape)) {
    const perToken = perText / Math.sqrt(rows.length)
    for (const row of rows) {
      const scale = (embeddingScales[row] ?? 0) * perToken
      const start = row * dimension
      for (let at = 0; at < dimension; at++) hidden[at] = (hidden[at] ?? 0) + (embeddings[start + at] ?? 0) * scale
    }
  }
  return hidden
}

function project(weights: IntentWeights, hidden: Float64Array): Float64Array {
  const { dimension, outputs, outputScales, biases } = weights
  const logits = new Float64Array(biases.length)
  for (let row = 0; row < logits.length; row++) {
    let sum = 0
    const start = row * dimension
    for (let at = 0; at < dimension; at++) sum += (outputs[start + at] ?? 0) * (hidden[at] ?? 0)
    logits[row] = sum * (outputScales[row] ?? 0) + (biases[row] ?? 0)
  }
  return logits
}

function hasBit(set: Uint8Array, bit: number): boolean {
  return (((set[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1
}
