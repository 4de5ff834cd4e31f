/** "Did you mean": the nearest known word to one that is not known. */

import { quote } from './clear-secret.ts'

/** `did you mean "model"?`, or undefined when no candidate is near enough to be a slip. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word, candidates)
  return near === undefined ? undefined : `did you mean ${quote(near)}?`
}

/** `did you mean …`, and else the words that are known. */
export function didYouMeanOrOneOf(word: string, candidates: Iterable<string>, label: string): string | undefined {
  const all = [...new Set(candidates)]
  return didYouMean(word, all) ?? (all.length ? `${label} ${all.join(', ')}` : undefined)
}

/** The candidate that differs least, if it differs by no more than a slip. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3))
  let best: string | undefined
  let bestDistance = limit + 1
  // Sorted, so that a tie does not depend on the order of files.
  for (const candidate of [...new Set(candidates)].sort()) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Insertions, deletions, replacements and swaps of neighbours. Long words are cut: a slip shows early. */
function editDistance(left: string, right: string): number {
  const a = left.slice(0, 64)
  const b = right.slice(0, 64)
  let older: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, changed)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (older[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    older = previous
    previous = row
  }
  return previous[b.length] ?? 0
}
