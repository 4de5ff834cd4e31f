/** Says where a translated reply departs from the original, by the proof's own dialects: nothing comes from `src/wires`. */

import { parseJson } from '../../src/ground/json.ts'
import type { Dialect } from './dialects/dialect.ts'
import type { ChoiceReading, Reading, ToolCallReading, UsageReading } from './dialects/reading.ts'

/** One departure. */
export interface Difference {
  /** What was compared: `text`, `finish`, `usage`. */
  readonly check: string
  readonly detail: string
}

/** Differences between a reply as its own SDK reads it and the same reply translated to another wire. */
export function compareTranslated(from: Dialect, to: Dialect, original: Reading, translated: Reading): Difference[] {
  const differences: Difference[] = []
  const differ = (check: string, expected: unknown, actual: unknown): void => {
    const [want, got] = [JSON.stringify(expected), JSON.stringify(actual)]
    if (want !== got) differences.push({ check, detail: `expected ${clip(want, got)}, got ${clip(got, want)}` })
  }
  // Most formats have one answer a reply; the others are named in a warning.
  const wanted = original.choices[0]
  const seen = translated.choices[0]
  if (!wanted || !seen) {
    differ('choices', original.choices.length, translated.choices.length)
    return differences
  }
  compareText(wanted, seen, to, differ)
  if (!to.lacks.has('tool calls')) compareCalls(wanted.toolCalls, seen.toolCalls, from, to, differ)
  const words = expectedFinish(from, to, wanted)
  if (!words.includes(seen.finish)) differ('finish', `${wanted.finish} as ${words.join(' or ')}`, seen.finish)
  if (original.usage) differ('usage', usageIn(original.usage, to), translated.usage && usageIn(translated.usage, to))
  return differences
}

type Differ = (check: string, expected: unknown, actual: unknown) => void

/** A format without words of refusal says them as text, and one without thinking leaves it out, with a warning. */
function compareText(wanted: ChoiceReading, seen: ChoiceReading, to: Dialect, differ: Differ): void {
  const text = to.lacks.has('refusal') ? wanted.text + wanted.refusal : wanted.text
  if (!sameJson(text, seen.text)) differ('text', text, seen.text)
  if (!to.lacks.has('refusal')) differ('refusal', wanted.refusal, seen.refusal)
  if (!to.lacks.has('thinking')) differ('thinking', wanted.thinking, seen.thinking)
  if (!to.lacks.has('signatures')) differ('signatures', wanted.signatures, seen.signatures)
  if (!to.lacks.has('redacted')) differ('redacted thinking', wanted.redacted, seen.redacted)
}

function compareCalls(
  wanted: readonly ToolCallReading[],
  seen: readonly ToolCallReading[],
  from: Dialect,
  to: Dialect,
  differ: Differ,
): void {
  differ(
    'tool names',
    wanted.map((call) => call.name),
    seen.map((call) => call.name),
  )
  const idsMatter = !from.lacks.has('tool ids') && !to.lacks.has('tool ids')
  for (const [index, call] of wanted.entries()) {
    const other = seen[index]
    if (!other) continue
    if (!sameJson(argumentsOf(call), argumentsOf(other))) differ('tool arguments', call.arguments, other.arguments)
    if (call.id && idsMatter) differ('tool ids', call.id, other.id)
    else if (!other.id && !to.lacks.has('tool ids')) differ('tool ids', 'an id made by the gateway', other.id)
  }
}

/** Some models say nothing or `null` where a tool takes no arguments; apps parse an object. */
function argumentsOf(call: ToolCallReading): string {
  return call.arguments === 'null' ? '{}' : call.arguments || '{}'
}

/** Apps run tools on the word for tools, which some providers do not say. */
function expectedFinish(from: Dialect, to: Dialect, choice: ChoiceReading): readonly string[] {
  const meaning = from.means[choice.finish]
  if (!meaning) return [`a word for "${choice.finish}"`]
  // Words of refusal end an ordinary answer at OpenAI itself: corpus README, item 24.
  if (choice.refusal && meaning === 'done') return to.says.refused
  if (choice.toolCalls.length && meaning === 'done' && !to.lacks.has('tool calls')) return to.says.tools
  return to.says[meaning]
}

function usageIn(usage: UsageReading, to: Dialect): UsageReading {
  return to.lacks.has('cached') ? { ...usage, cached: 0 } : usage
}

/** Equal as text or as JSON values; whitespace and key order inside JSON carry no meaning. */
function sameJson(a: string, b: string): boolean {
  if (a === b) return true
  const [left, right] = [parseJson(a), parseJson(b)]
  return left !== undefined && right !== undefined && typeof left === 'object' && canonical(left) === canonical(right)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** The part of a long text around the first character that differs. */
export function clip(text: string | undefined, other: string | undefined): string {
  if (text === undefined) return 'nothing'
  if (text.length <= 160) return text
  let at = 0
  while (other !== undefined && at < text.length && text[at] === other[at]) at += 1
  return `…${text.slice(Math.max(0, at - 40), at + 100)}… (${text.length} characters)`
}
