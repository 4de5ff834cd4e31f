/** The intent classifier: weights in, a function from text to label, score and out-of-scope verdict out. */

import { ok, type Result } from '../ground/result.ts'
import type { Classification, EdgeCard, EdgeClassifier } from './edge-model.ts'
import { type IntentSignals, readIntentSignals } from './intent-signals.ts'
import { type IntentWeights, parseIntentWeights } from './intent-weights.ts'
import { stableExp, stableSigmoid } from './stable-math.ts'

/** The label of a text that no intent fits. */
export const OUT_OF_SCOPE = 'oos'

/** Labels returned when the caller does not say how many. */
export const DEFAULT_TOP = 5

/**
 * Builds a classifier from a weight file; the error says what is wrong with the file. Scores of intents are calibrated
 * probabilities given that the text is in scope. `outOfScope` is 0.5 at the operating point written on the card; from
 * there on the label is `oos`, its score is `outOfScope`, and the intents follow it in `ranked`. A text without one
 * known word (empty, another script, key mashing) is surely out of scope.
 */
export function loadIntentClassifier(file: ArrayBuffer, card: EdgeCard): Result<EdgeClassifier, string> {
  const parsed = parseIntentWeights(file)
  if (!parsed.ok) return parsed
  const weights = parsed.value
  return ok({
    card,
    labels: [...weights.labels, OUT_OF_SCOPE],
    classify: (text, top = DEFAULT_TOP) => verdict(weights, readIntentSignals(weights, text), top),
  })
}

function verdict(weights: IntentWeights, read: IntentSignals, top: number): Classification {
  const outOfScope = read.knownWords === 0 ? 1 : stableSigmoid(weigh(weights.outOfScope, read.signals))
  const scores = probabilities(read.logits, weights.temperature)
  const ranked = weights.labels
    .map((label, index) => ({ label, score: scores[index] ?? 0 }))
    .sort((a, b) => b.score - a.score)
  if (outOfScope >= 0.5) ranked.unshift({ label: OUT_OF_SCOPE, score: outOfScope })
  const best = ranked[0] ?? { label: OUT_OF_SCOPE, score: outOfScope }
  return {
    label: best.label,
    score: best.score,
    outOfScope,
    ranked: ranked.slice(0, Math.max(1, top)),
    inputTokens: read.inputTokens,
  }
}

function weigh(head: Float32Array, signals: readonly number[]): number {
  let sum = head[signals.length] ?? 0
  signals.forEach((signal, index) => {
    sum += signal * (head[index] ?? 0)
  })
  return sum
}

/** Softmax at a temperature. */
export function probabilities(logits: Float64Array, temperature: number): Float64Array {
  let best = Number.NEGATIVE_INFINITY
  for (const logit of logits) best = Math.max(best, logit)
  const values = logits.map((logit) => stableExp((logit - best) / temperature))
  let total = 0
  for (const value of values) total += value
  return values.map((value) => value / total)
}
