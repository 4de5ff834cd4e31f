/** The recipe of the intent classifier: labelled texts in, a weight file and the split it was made with out. */

import { OUT_OF_SCOPE } from '../intent-classifier.ts'
import { readIntentSignals } from '../intent-signals.ts'
import { parseIntentWeights } from '../intent-weights.ts'
import { readTokens } from '../text-tokens.ts'
import { isWord, knownWordBit, tokenFeatures } from '../token-features.ts'
import { authoredNegatives } from './authored-negatives.ts'
import { type BagModel, type BagOptions, type EpochReport, trainBag } from './bag-trainer.ts'
import { fitOutOfScope, fitTemperature } from './calibrate.ts'
import { encodeIntentWeights } from './encode-intent-weights.ts'
import { type IntentRow, withoutRepeats } from './intent-row.ts'
import { withNames } from './name-noise.ts'
import { type RowSplit, splitRows } from './split-rows.ts'

export interface IntentRecipe extends BagOptions {
  readonly minGram: number
  readonly maxGram: number
  readonly knownWordBits: number
  /** Share of in-scope calibration rows, copies with names among them, that may be called out of scope. */
  readonly falseAlarms: number
}

/** What the shipped weights are trained with. */
export const INTENT_RECIPE: IntentRecipe = {
  buckets: 1 << 14,
  dimension: 96,
  minGram: 3,
  maxGram: 5,
  epochs: 8,
  embeddingRate: 0.3,
  outputRate: 0.003,
  batch: 16,
  tokenDropout: 0.1,
  featureDropout: 0.3,
  unitDropout: 0.4,
  labelSmoothing: 0.1,
  knownWordBits: 1 << 17,
  falseAlarms: 0.05,
  seed: 20_26,
}

export interface TrainedIntentFile {
  readonly file: ArrayBuffer
  readonly split: RowSplit
  readonly temperature: number
  readonly rows: { readonly given: number; readonly withoutRepeats: number; readonly authored: number }
}

interface Numbers {
  readonly temperature: number
  readonly outOfScope: readonly number[]
}

/**
 * Trains twice: on the train rows, to fit temperature and threshold on the calibration rows; then on train and
 * calibration rows together, keeping those two, for the file that ships. The test rows are never seen.
 */
export function trainIntent(
  rows: readonly IntentRow[],
  recipe: IntentRecipe,
  progress: (stage: string, report: EpochReport) => void,
): TrainedIntentFile {
  const distinct = withoutRepeats(rows)
  const labels = [...new Set(distinct.map((row) => row.label))].filter((label) => label !== OUT_OF_SCOPE)
  labels.sort((a, b) => (a < b ? -1 : 1))
  // Out-of-scope rows are few: the test keeps almost half of them, or its recall would say nothing.
  const split = splitRows(distinct, recipe.seed, (label) =>
    label === OUT_OF_SCOPE ? { test: 0.45, calibration: 0.25 } : { test: 0.15, calibration: 0.15 },
  )
  const fit = {
    train: authoredNegatives('train', recipe.seed),
    calibration: authoredNegatives('calibration', recipe.seed),
  }
  const build = (stage: string, texts: readonly IntentRow[], numbers: Numbers): ArrayBuffer => {
    const noisy = [...texts, ...withNames(texts, 'train', recipe.seed)]
    const network = trainNetwork(noisy, labels, recipe, (report) => progress(stage, report))
    const knownWords = knownWordSet(texts, recipe.knownWordBits)
    return encodeIntentWeights({ shape: recipe, model: network, labels, knownWords, ...numbers })
  }
  const neutral = { temperature: 1, outOfScope: [1, 0, 0, 0, 0, 0, 0] }
  const trial = build('trial', [...split.train, ...fit.train], neutral)
  const held = [...split.calibration, ...fit.calibration]
  const numbers = calibrate(trial, [...held, ...withNames(held, 'calibration', recipe.seed)], recipe.falseAlarms)
  const file = build('final', [...split.train, ...split.calibration, ...fit.train, ...fit.calibration], numbers)
  const authored = fit.train.length + fit.calibration.length
  return {
    file,
    split,
    temperature: numbers.temperature,
    rows: { given: rows.length, withoutRepeats: distinct.length, authored },
  }
}

function trainNetwork(
  texts: readonly IntentRow[],
  labels: readonly string[],
  recipe: IntentRecipe,
  onEpoch: (report: EpochReport) => void,
): BagModel {
  const indexOf = new Map(labels.map((label, index) => [label, index]))
  const rows = texts.map(({ text, label }) => ({
    features: tokenFeatures(readTokens(text), recipe),
    label: indexOf.get(label) ?? labels.length,
  }))
  return trainBag(rows, labels.length + 1, recipe, onEpoch)
}

/** Words of the in-scope rows: what an intent was never asked with says nothing about an intent. */
function knownWordSet(texts: readonly IntentRow[], bits: number): Uint8Array {
  const set = new Uint8Array(bits / 8)
  for (const { text, label } of texts) {
    if (label === OUT_OF_SCOPE) continue
    for (const token of readTokens(text).filter(isWord)) {
      const bit = knownWordBit(token, bits)
      set[bit >> 3] = (set[bit >> 3] ?? 0) | (1 << (bit & 7))
    }
  }
  return set
}

function calibrate(trial: ArrayBuffer, texts: readonly IntentRow[], falseAlarms: number): Numbers {
  const weights = parseIntentWeights(trial)
  if (!weights.ok) throw new Error(`the trainer wrote a file it cannot read: ${weights.error}`)
  const read = texts.map(({ text, label }) => ({
    label: weights.value.labels.indexOf(label),
    ...readIntentSignals(weights.value, text),
  }))
  const inScope = read.filter(({ label }) => label >= 0)
  const outOfScope = read.filter(({ label, knownWords }) => label < 0 && knownWords > 0)
  return {
    temperature: fitTemperature(inScope),
    outOfScope: fitOutOfScope(inScope, outOfScope, falseAlarms),
  }
}
