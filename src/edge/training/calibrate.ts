/** Fits what turns raw network output into honest numbers: the temperature and the out-of-scope decision. */

import { probabilities } from '../intent-classifier.ts'
import type { IntentSignals } from '../intent-signals.ts'
import { stableLog, stableSigmoid } from '../stable-math.ts'
import { quantile } from './statistics.ts'

/** The temperature, on a grid from 0.3 to 2, under which in-scope rows are least surprising. */
export function fitTemperature(rows: readonly { logits: Float64Array; label: number }[]): number {
  let best = { temperature: 1, loss: Number.POSITIVE_INFINITY }
  for (let step = 0; step <= 34; step++) {
    const temperature = 0.3 + step * 0.05
    let loss = 0
    for (const { logits, label } of rows)
      loss += stableLog(1 / Math.max(1e-9, probabilities(logits, temperature)[label] ?? 0))
    if (loss < best.loss) best = { temperature, loss }
  }
  return best.temperature
}

/**
 * Logistic regression of "out of scope" on the signals, both classes weighing the same, then shifted so that 0 is the
 * point at which `falseAlarms` of the in-scope rows would be refused. Returns one weight a signal and the bias.
 */
export function fitOutOfScope(
  inScope: readonly IntentSignals[],
  outOfScope: readonly IntentSignals[],
  falseAlarms: number,
): number[] {
  const rows = [
    ...inScope.map(({ signals }) => ({ signals, target: 0, weight: 0.5 / inScope.length })),
    ...outOfScope.map(({ signals }) => ({ signals, target: 1, weight: 0.5 / outOfScope.length })),
  ]
  const { means, spreads } = spreadOf(rows.map((row) => row.signals))
  const scaled = rows.map((row) => ({
    ...row,
    x: row.signals.map((s, at) => (s - (means[at] ?? 0)) / (spreads[at] ?? 1)),
  }))
  const weights = means.map(() => 0)
  let bias = 0
  for (let round = 0; round < 3000; round++) {
    const slopes = weights.map((weight) => 1e-3 * weight)
    let biasSlope = 0
    for (const { x, target, weight } of scaled) {
      const error = (stableSigmoid(dot(weights, x) + bias) - target) * weight
      x.forEach((value, at) => {
        slopes[at] = (slopes[at] ?? 0) + error * value
      })
      biasSlope += error
    }
    slopes.forEach((slope, at) => {
      weights[at] = (weights[at] ?? 0) - slope
    })
    bias -= biasSlope
  }
  const raw = weights.map((weight, at) => weight / (spreads[at] ?? 1))
  const scores = inScope.map(({ signals }) => dot(raw, signals))
  return [...raw, -quantile(scores, 1 - falseAlarms)]
}

function spreadOf(rows: readonly (readonly number[])[]): { means: number[]; spreads: number[] } {
  const width = rows[0]?.length ?? 0
  const means = Array.from(
    { length: width },
    (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length,
  )
  const spreads = means.map((mean, at) => {
    const variance = rows.reduce((sum, row) => sum + ((row[at] ?? 0) - mean) ** 2, 0) / rows.length
    return Math.sqrt(variance) || 1
  })
  return { means, spreads }
}

function dot(weights: readonly number[], values: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * (values[at] ?? 0), 0)
}
