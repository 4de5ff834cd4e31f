/** The intent classifier's card as people read it: the same facts as the JSON, as Markdown. */

import type { EdgeCard } from '../edge-model.ts'
import type { Evaluation, OperatingPoint, WeakIntent } from './evaluate-intent.ts'
import type { Share } from './statistics.ts'
import type { IntentRecipe } from './train-intent.ts'

export interface IntentCard extends EdgeCard {
  readonly summary: string
  readonly format: string
  readonly labels: number
  readonly data: {
    readonly trainedOn: string
    readonly attribution: string
    readonly license: string
    readonly changes: string
    readonly rows: Readonly<Record<string, number>>
    readonly split: string
    readonly measuredOn: string
  }
  readonly recipe: IntentRecipe
  readonly temperature: number
  readonly threshold: string
  readonly evaluation: readonly Evaluation[]
  readonly operatingPoints: readonly OperatingPoint[]
  readonly weakestIntents: readonly WeakIntent[]
  /** Median over the test rows, on the machine that trained; a scale, not a promise. */
  readonly cpuMicrosecondsPerText: number
  readonly limits: string
}

/** The card as a Markdown page. */
export function cardPage(card: IntentCard): string {
  const { data } = card
  return `# edge/${card.model} ${card.version}

${card.summary}

| | |
|---|---|
| task | ${card.task}, ${card.labels} labels with \`oos\` |
| file | ${card.bytes} bytes, sha256 \`${card.sha256}\` |
| format | ${card.format} |
| CPU | about ${card.cpuMicrosecondsPerText} µs a text (median, one core of the training machine) |
| threshold | ${card.threshold} |

## Data

${data.trainedOn} Licence: ${data.license}. ${data.attribution} ${data.changes}

Rows: ${Object.entries(data.rows)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')}. ${data.split}

${data.measuredOn}

## Evaluation

Each share is followed by its 95 % Wilson interval and n.

| set | best intent right | right with \`oos\` allowed | in scope called \`oos\` | out of scope caught | AUC | calibration error |
|---|---|---|---|---|---|---|
${card.evaluation.map(evaluationLine).join('\n')}

Out-of-scope recall at other thresholds on the test rows:

| in scope refused | threshold on \`out_of_scope\` | out of scope caught |
|---|---|---|
${card.operatingPoints.map((point) => `| ${percent(point.falseAlarmBudget)} | ${point.threshold} | ${shareText(point.oosRecall)} |`).join('\n')}

The ten weakest intents of the test rows:

| intent | right | answered instead |
|---|---|---|
${card.weakestIntents.map((weak) => `| ${weak.intent} | ${shareText(weak.recall)} | ${weak.insteadOf} |`).join('\n')}

## Limits

${card.limits}

## Recipe

${Object.entries(card.recipe)
  .map(([name, value]) => `- ${name}: ${value}`)
  .join('\n')}
- temperature: ${card.temperature}
`
}

function evaluationLine(row: Evaluation): string {
  const shares = [row.accuracy, row.accuracyWithOos, row.falseAlarms, row.oosRecall].map(shareText)
  return `| ${row.set} | ${shares.join(' | ')} | ${row.oosAuc} | ${row.calibrationError} |`
}

function shareText({ share, low, high, n }: Share): string {
  return n === 0 ? '–' : `${percent(share)} (${percent(low)}–${percent(high)}, n ${n})`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
