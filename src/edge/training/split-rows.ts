/** Splits labelled texts into train, calibration and test, label by label, with near-duplicates kept on one side. */

import { readTokens } from '../text-tokens.ts'
import type { IntentRow } from './intent-row.ts'
import { seededRandom, shuffled } from './seeded-random.ts'

export interface Shares {
  readonly test: number
  readonly calibration: number
}

export interface RowSplit {
  readonly train: IntentRow[]
  readonly calibration: IntentRow[]
  readonly test: IntentRow[]
}

/** Two texts of one label whose sets of tokens overlap this much (Jaccard) stay together. */
export const NEAR_DUPLICATE = 0.8

/** Deterministic for a seed. `sharesOf` says how much of a label's rows test and calibration get. */
export function splitRows(rows: readonly IntentRow[], seed: number, sharesOf: (label: string) => Shares): RowSplit {
  const random = seededRandom(seed)
  const split: RowSplit = { train: [], calibration: [], test: [] }
  const byLabel = Map.groupBy(rows, (row) => row.label)
  for (const label of [...byLabel.keys()].sort((a, b) => (a < b ? -1 : 1))) {
    const members = byLabel.get(label) ?? []
    const shares = sharesOf(label)
    const wanted = { test: shares.test * members.length, calibration: shares.calibration * members.length }
    let test = 0
    let calibration = 0
    for (const group of shuffled(nearDuplicateGroups(members), random)) {
      if (test < wanted.test) {
        split.test.push(...group)
        test += group.length
      } else if (calibration < wanted.calibration) {
        split.calibration.push(...group)
        calibration += group.length
      } else split.train.push(...group)
    }
  }
  return split
}

/** Rows joined, transitively, with every row that is nearly the same. */
export function nearDuplicateGroups(rows: readonly IntentRow[]): IntentRow[][] {
  const tokens = rows.map((row) => new Set(readTokens(row.text)))
  const leader = rows.map((_, index) => index)
  const find = (index: number): number => {
    let at = index
    for (let next = leader[at]; next !== undefined && next !== at; next = leader[at]) at = next
    return at
  }
  tokens.forEach((own, index) => {
    for (let other = 0; other < index; other++) {
      if (overlap(own, tokens[other] ?? new Set()) >= NEAR_DUPLICATE) leader[find(index)] = find(other)
    }
  })
  return [...Map.groupBy(rows.keys(), find).values()].map((group) => group.flatMap((index) => rows[index] ?? []))
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const token of a) if (b.has(token)) shared++
  const all = a.size + b.size - shared
  return all === 0 ? 1 : shared / all
}
