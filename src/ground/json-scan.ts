/** Looks at JSON text without rebuilding it: top-level fields, depth, and replacing a field while every other byte stays. */

import type { Json } from './json.ts'

/** Where a top-level value stands in the text: `[start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface ScannedObject {
  readonly fields: ReadonlyMap<string, Span>
  /** Deepest nesting of objects and arrays; a flat object is 1. */
  readonly depth: number
  /** First key that stands twice at top level: which one a reader takes is anyone's guess. */
  readonly duplicate: string | undefined
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COLON = 0x3a
const COMMA = 0x2c

/** Scans the text of one JSON object. The text must already have been accepted by `JSON.parse` as an object. */
export function scanObject(text: string): ScannedObject {
  const fields = new Map<string, Span>()
  let duplicate: string | undefined
  let depth = 0
  let deepest = 0
  let key: string | undefined
  let lastString = ''
  let valueStart = -1
  const close = (end: number): void => {
    if (key === undefined) return
    if (fields.has(key)) duplicate ??= key
    fields.set(key, { start: valueStart, end: trimEnd(text, valueStart, end) })
    key = undefined
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = stringEnd(text, at)
      if (depth === 1 && key === undefined) lastString = text.slice(at, end + 1)
      at = end
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth++
      if (depth > deepest) deepest = depth
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 1) close(at)
      depth--
    } else if (depth === 1 && code === COLON) {
      key = JSON.parse(lastString) as string
      valueStart = skipSpace(text, at + 1)
    } else if (depth === 1 && code === COMMA) close(at)
  }
  return { fields, depth: deepest, duplicate }
}

/** The object without these top-level fields. Values keep their bytes; spaces between fields are lost if anything is removed. */
export function removeFields(text: string, scanned: ScannedObject, names: readonly string[]): string {
  if (!names.some((name) => scanned.fields.has(name))) return text
  const kept = [...scanned.fields].filter(([name]) => !names.includes(name))
  return `{${kept.map(([name, { start, end }]) => `${JSON.stringify(name)}:${text.slice(start, end)}`).join(',')}}`
}

/** The same text with these top-level fields replaced or, when absent, added at the end; all other bytes are kept. */
export function spliceFields(text: string, scanned: ScannedObject, fields: Record<string, Json>): string {
  const edits: { start: number; end: number; text: string }[] = []
  let added = ''
  for (const [name, value] of Object.entries(fields)) {
    const span = scanned.fields.get(name)
    if (span) edits.push({ start: span.start, end: span.end, text: JSON.stringify(value) })
    else added += `,${JSON.stringify(name)}:${JSON.stringify(value)}`
  }
  if (added) {
    const end = text.lastIndexOf('}')
    edits.push({ start: end, end, text: scanned.fields.size === 0 ? added.slice(1) : added })
  }
  edits.sort((a, b) => a.start - b.start)
  let result = ''
  let from = 0
  for (const edit of edits) {
    result += text.slice(from, edit.start) + edit.text
    from = edit.end
  }
  return result + text.slice(from)
}

/** Whether JSON text nests objects and arrays deeper than this; text with too few brackets for it is known at a glance. */
export function isDeeperThan(text: string, levels: number): boolean {
  if (text.length <= 2 * levels || !hasOpeners(text, levels)) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = stringEnd(text, at)
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > levels) return true
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--
  }
  return false
}

/** Whether more than `count` brackets open, inside strings or not. */
function hasOpeners(text: string, count: number): boolean {
  const openers = /[[{]/g
  for (let seen = 0; seen <= count; seen++) if (!openers.test(text)) return false
  return true
}

/** Index of the closing quote of the string that opens at `start`. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end > 0) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
  return text.length
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text.charCodeAt(at))) at++
  return at
}

function trimEnd(text: string, start: number, end: number): number {
  let at = end
  while (at > start && isSpace(text.charCodeAt(at - 1))) at--
  return at
}
