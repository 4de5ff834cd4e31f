/** Says where a translated reply departs from the original. The tables here are the proof's own: none comes from `src/wires`. */

import { parseJson } from '../../src/ground/json.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { ChoiceReading, Reading, ToolCallReading } from './reading.ts'

/** One departure. */
export interface Difference {
  /** What was compared: `text`, `finish`, `usage`. */
  readonly check: string
  readonly detail: string
}

/** What an app of the other wire must see for each finish word; several where both are honest. */
const FINISH: Record<ChatWireName, Record<string, readonly string[]>> = {
  'openai-chat': {
    stop: ['end_turn'],
    // Together's older models say this for stop: corpus 6d6f745d89c889c8.
    eos: ['end_turn'],
    length: ['max_tokens'],
    model_length: ['max_tokens', 'model_context_window_exceeded'],
    tool_calls: ['tool_use'],
    function_call: ['tool_use'],
    content_filter: ['refusal'],
  },
  'anthropic-messages': {
    end_turn: ['stop'],
    stop_sequence: ['stop'],
    max_tokens: ['length'],
    model_context_window_exceeded: ['length'],
    tool_use: ['tool_calls'],
    pause_turn: ['stop'],
    refusal: ['content_filter'],
  },
}

/** Differences between a reply as its own SDK reads it and the same reply translated to the other wire. */
export function compareTranslated(from: ChatWireName, original: Reading, translated: Reading): Difference[] {
  const differences: Difference[] = []
  const differ = (check: string, expected: unknown, actual: unknown): void => {
    const [want, got] = [JSON.stringify(expected), JSON.stringify(actual)]
    if (want !== got) differences.push({ check, detail: `expected ${clip(want, got)}, got ${clip(got, want)}` })
  }
  // The Messages API has one answer a reply; the others are named in a warning.
  const wanted = original.choices[0]
  const seen = translated.choices[0]
  if (!wanted || !seen) {
    differ('choices', original.choices.length, translated.choices.length)
    return differences
  }
  compareText(wanted, seen, differ)
  compareCalls(wanted.toolCalls, seen.toolCalls, differ)
  const words = expectedFinish(from, wanted, seen)
  if (!words.includes(seen.finish)) differ('finish', `${wanted.finish} as ${words.join(' or ')}`, seen.finish)
  if (original.usage) differ('usage', original.usage, translated.usage)
  return differences
}

type Differ = (check: string, expected: unknown, actual: unknown) => void

function compareText(wanted: ChoiceReading, seen: ChoiceReading, differ: Differ): void {
  if (!sameJson(wanted.text, seen.text)) differ('text', wanted.text, seen.text)
  // Words of refusal stand in `message.refusal` at OpenAI and in `stop_details.explanation` at Anthropic.
  differ('refusal', wanted.refusal, seen.refusal)
  differ('thinking', wanted.thinking, seen.thinking)
  differ('signatures', wanted.signatures, seen.signatures)
  differ('redacted thinking', wanted.redacted, seen.redacted)
}

function compareCalls(wanted: readonly ToolCallReading[], seen: readonly ToolCallReading[], differ: Differ): void {
  differ(
    'tool names',
    wanted.map((call) => call.name),
    seen.map((call) => call.name),
  )
  for (const [index, call] of wanted.entries()) {
    const other = seen[index]
    if (!other) continue
    if (!sameJson(call.arguments || '{}', other.arguments || '{}'))
      differ('tool arguments', call.arguments, other.arguments)
    if (call.id) differ('tool ids', call.id, other.id)
    else if (!other.id) differ('tool ids', 'an id made by the gateway', other.id)
  }
}

/** Apps of the Messages API run tools only on `tool_use`, and some vendors end tool calls with `stop`. */
function expectedFinish(from: ChatWireName, choice: ChoiceReading, seen: ChoiceReading): readonly string[] {
  if (from === 'openai-chat' && choice.refusal) return ['refusal']
  if (from === 'openai-chat' && choice.toolCalls.length && choice.finish === 'stop') return ['tool_use']
  // A refusal with words is `message.refusal` and ends with `stop` at OpenAI itself: corpus README, item 24.
  if (choice.finish === 'refusal' && seen.refusal) return ['stop']
  return FINISH[from][choice.finish] ?? [`a word for "${choice.finish}"`]
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
function clip(text: string | undefined, other: string | undefined): string {
  if (text === undefined) return 'nothing'
  if (text.length <= 160) return text
  let at = 0
  while (other !== undefined && at < text.length && text[at] === other[at]) at += 1
  return `…${text.slice(Math.max(0, at - 40), at + 100)}… (${text.length} characters)`
}
