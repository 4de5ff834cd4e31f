/** Times and sizes as people write them: `30s`, `5m`, `20 MiB`. */

const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

const SIZE_BYTES = {
  b: 1,
  kb: 1000,
  mb: 1_000_000,
  kib: 1024,
  mib: 1024 ** 2,
} as const

/** What a duration looks like; kept as a pattern so that editors can check it too. */
export const DURATION_PATTERN = /^\d{1,9}(?:\.\d{1,3})? ?(?:ms|s|m|h)$/
export const SIZE_PATTERN = /^\d{1,9}(?:\.\d{1,3})? ?(?:[kK][iI]?|[mM][iI]?)?[bB]$/

/** Milliseconds of a text that fits DURATION_PATTERN; undefined otherwise. */
export function durationMs(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined
  const [, amount = '', unit = ''] = /^([\d.]+) ?(\w+)$/.exec(text) ?? []
  return Math.round(Number(amount) * DURATION_MS[unit as keyof typeof DURATION_MS]) // the pattern allows only these units
}

/** Bytes of a text that fits SIZE_PATTERN; undefined otherwise. */
export function sizeBytes(text: string): number | undefined {
  if (!SIZE_PATTERN.test(text)) return undefined
  const [, amount = '', unit = ''] = /^([\d.]+) ?(\w+)$/.exec(text) ?? []
  return Math.round(Number(amount) * SIZE_BYTES[unit.toLowerCase() as keyof typeof SIZE_BYTES]) // as above
}

const COUNT_FACTOR = { '': 1, k: 1e3, m: 1e6, g: 1e9 } as const

/** What a large count looks like: `60`, `100k`, `1.5M`. */
export const COUNT_PATTERN = /^\d{1,9}(?:\.\d{1,3})?[kKMG]?$/

/** The number of a text that fits COUNT_PATTERN; undefined otherwise. */
export function countOf(text: string): number | undefined {
  if (!COUNT_PATTERN.test(text)) return undefined
  const [, amount = '', unit = ''] = /^([\d.]+)(\w?)$/.exec(text) ?? []
  return Math.round(Number(amount) * COUNT_FACTOR[unit.toLowerCase() as keyof typeof COUNT_FACTOR] * 1000) / 1000 // as above
}

/** `20 MiB`, `2 KiB`, `17 bytes`: the largest unit that gives a whole number. */
export function formatBytes(bytes: number): string {
  if (bytes % SIZE_BYTES.mib === 0) return `${bytes / SIZE_BYTES.mib} MiB`
  return bytes % SIZE_BYTES.kib === 0 ? `${bytes / SIZE_BYTES.kib} KiB` : `${bytes} bytes`
}

/** `2m`, `90s`, `250ms`: the largest unit that gives a whole number. */
export function formatDuration(ms: number): string {
  if (ms % DURATION_MS.h === 0) return `${ms / DURATION_MS.h}h`
  if (ms % DURATION_MS.m === 0) return `${ms / DURATION_MS.m}m`
  return ms % DURATION_MS.s === 0 ? `${ms / DURATION_MS.s}s` : `${ms}ms`
}
