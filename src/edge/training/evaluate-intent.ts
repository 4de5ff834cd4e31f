/** Measures an intent classifier on rows it has not seen: the table on its card, bad rows included. */

import type { Classification, EdgeClassifier } from '../edge-model.ts'
import { OUT_OF_SCOPE } from '../intent-classifier.ts'
import type { IntentRow } from './intent-row.ts'
import type { OtherSet } from './other-sets.ts'
import { areaUnderCurve, calibrationError, quantile, round, type Share, wilson } from './statistics.ts'

export interface Evaluation {
  readonly set: string
  /** In-scope rows whose best intent is right, ignoring the out-of-scope verdict. */
  readonly accuracy: Share
  /** In-scope rows answered right when `oos` is a possible answer. */
  readonly accuracyWithOos: Share
  /** In-scope rows called `oos`. */
  readonly falseAlarms: Share
  /** Out-of-scope rows called `oos`. */
  readonly oosRecall: Share
  readonly oosAuc: number
  /** Expected calibration error of the best intent's score, on in-scope rows. */
  readonly calibrationError: number
}

/** Recall on out-of-scope rows if the threshold were moved to let so many in-scope rows be refused. */
export interface OperatingPoint {
  readonly falseAlarmBudget: number
  readonly threshold: number
  readonly oosRecall: Share
}

export interface WeakIntent {
  readonly intent: string
  readonly recall: Share
  /** What was answered instead, most often first: `todo_list_update 3, oos 1`. */
  readonly insteadOf: string
}

interface Verdict {
  readonly row: IntentRow
  readonly right: readonly string[]
  readonly verdict: Classification
}

/** Classifies a set whose labels are the classifier's own. */
export function judge(classifier: EdgeClassifier, rows: readonly IntentRow[]): Verdict[] {
  return rows.map((row) => ({ row, right: [row.label], verdict: classifier.classify(row.text, 2) }))
}

/** Classifies a set with foreign labels; rows whose label is only half covered are left out. */
export function judgeOther(classifier: EdgeClassifier, rows: readonly IntentRow[], set: OtherSet): Verdict[] {
  return rows.flatMap((row) => {
    const right = set.outOfScope.includes(row.label) ? [OUT_OF_SCOPE] : set.intents[row.label]
    return right ? [{ row, right, verdict: classifier.classify(row.text, 2) }] : []
  })
}

/** One row of the card's table. */
export function evaluate(set: string, verdicts: readonly Verdict[]): Evaluation {
  const inScope = verdicts.filter(isInScope)
  const outside = verdicts.filter((verdict) => !isInScope(verdict))
  const forced = inScope.map(({ right, verdict }) => {
    const best = verdict.ranked.find(({ label }) => label !== OUT_OF_SCOPE)
    return { score: best?.score ?? 0, hit: right.includes(best?.label ?? '') }
  })
  const count = (among: readonly Verdict[], test: (one: Verdict) => boolean): Share =>
    wilson(among.filter(test).length, among.length)
  return {
    set,
    accuracy: wilson(forced.filter(({ hit }) => hit).length, forced.length),
    accuracyWithOos: count(inScope, ({ right, verdict }) => right.includes(verdict.label)),
    falseAlarms: count(inScope, calledOutside),
    oosRecall: count(outside, calledOutside),
    oosAuc: areaUnderCurve(outside.map(outsideScore), inScope.map(outsideScore)),
    calibrationError: calibrationError(forced),
  }
}

/** Recall at other thresholds on the same rows; the thresholds are read off these very rows, so take them as a curve. */
export function operatingPoints(verdicts: readonly Verdict[], budgets: readonly number[]): OperatingPoint[] {
  const inScope = verdicts.filter(isInScope).map(outsideScore)
  const outside = verdicts.filter((verdict) => !isInScope(verdict)).map(outsideScore)
  return budgets.map((budget) => {
    const threshold = quantile(inScope, 1 - budget)
    const recall = wilson(outside.filter((score) => score >= threshold).length, outside.length)
    return { falseAlarmBudget: budget, threshold: round(threshold), oosRecall: recall }
  })
}

/** The intents most often missed, worst first, ties by name. */
export function weakestIntents(verdicts: readonly Verdict[], count: number): WeakIntent[] {
  const byIntent = Map.groupBy(verdicts.filter(isInScope), ({ row }) => row.label)
  return [...byIntent]
    .map(([intent, members]) => {
      const missed = members.filter(({ verdict }) => verdict.label !== intent)
      return { intent, recall: wilson(members.length - missed.length, members.length), insteadOf: confusions(missed) }
    })
    .sort((a, b) => a.recall.share - b.recall.share || (a.intent < b.intent ? -1 : 1))
    .slice(0, count)
}

function confusions(missed: readonly Verdict[]): string {
  return [...Map.groupBy(missed, ({ verdict }) => verdict.label)]
    .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .map(([label, members]) => `${label} ${members.length}`)
    .join(', ')
}

function isInScope({ right }: Verdict): boolean {
  return !right.includes(OUT_OF_SCOPE)
}

function calledOutside({ verdict }: Verdict): boolean {
  return verdict.label === OUT_OF_SCOPE
}

function outsideScore({ verdict }: Verdict): number {
  return verdict.outOfScope
}
