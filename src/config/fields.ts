/** Field types that several documents share: names, references, times and sizes. */

import * as z from 'zod'
import { DURATION_PATTERN, durationMs, formatBytes, formatDuration, SIZE_PATTERN, sizeBytes } from './units.ts'

const MAX_DURATION_MS = 24 * 3_600_000
const DURATION_WORDS = 'must be a time with its unit, such as 500ms, 30s, 5m or 1h'
const MAX_SIZE_BYTES = 100 * 1024 * 1024

/** A name for teams, policies, providers and the like. */
export function nameField(): z.ZodString {
  return z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      'must be a name of at most 64 letters, digits and . _ -, beginning with a letter or digit',
    )
}

/** A time with its unit, as milliseconds. */
export function durationField(): z.ZodType<number, string> {
  return z
    .string({ error: DURATION_WORDS })
    .regex(DURATION_PATTERN, DURATION_WORDS)
    .transform((text, context) => {
      const ms = durationMs(text) ?? 0
      if (ms >= 1 && ms <= MAX_DURATION_MS) return ms
      const message = `must be longer than zero and at most ${formatDuration(MAX_DURATION_MS)}`
      context.issues.push({ code: 'custom', message, input: text })
      return z.NEVER
    })
}

/** A size with its unit, or a number of bytes, as bytes. */
export function sizeField(): z.ZodType<number, string | number> {
  const message = 'must be a size with its unit, such as 500 KiB or 20 MiB, or a number of bytes'
  return z
    .union([z.string().regex(SIZE_PATTERN, message), z.number()], { error: message })
    .transform((size, context) => {
      const bytes = typeof size === 'number' ? size : (sizeBytes(size) ?? 0)
      if (Number.isInteger(bytes) && bytes >= 1 && bytes <= MAX_SIZE_BYTES) return bytes
      const range = `must be a whole number of bytes from 1 byte to ${formatBytes(MAX_SIZE_BYTES)}`
      context.issues.push({ code: 'custom', message: range, input: size })
      return z.NEVER
    })
}
