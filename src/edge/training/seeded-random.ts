/** Repeatable randomness for training: the same seed gives the same run on every machine. */

/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A shuffled copy: sorted by one random key an item. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

/** A number around 0 with variance 1 (sum of six uniforms; no logarithm, so the same bits everywhere). */
export function bellNumber(random: () => number): number {
  let sum = 0
  for (let draw = 0; draw < 6; draw++) sum += random()
  return (sum - 3) * Math.SQRT2
}
