/** What a transcript says it consumed -> the hub's disjoint units. */

import { asNumber, asObject, type JsonObject } from '../../ground/json.ts'
import type { Usage, UsageUnit } from '../../ground/usage.ts'
import { statedCount } from '../task-tap.ts'

/**
 * Tokens (`usage.type` is `tokens`), or the length of the sound (`duration`, or that of a verbose reply without usage),
 * of which a part of a second counts as one. Mistral states both.
 */
export function decodeTranscriptUsage(body: JsonObject): Usage | undefined {
  const usage = asObject(body.usage)
  if (!usage) return units([['audioSeconds', seconds(body.duration)]])
  const output = statedCount(usage.output_tokens) ?? statedCount(usage.completion_tokens)
  return units([
    ...inputUnits(usage, output ?? 0),
    ['output', output],
    ['audioSeconds', seconds(usage.seconds) ?? seconds(usage.prompt_audio_seconds)],
  ])
}

function inputUnits(usage: JsonObject, output: number): [UsageUnit, number | undefined][] {
  const input = statedCount(usage.input_tokens)
  if (input !== undefined) {
    const details = asObject(usage.input_token_details) ?? {}
    const audio = Math.min(statedCount(details.audio_tokens) ?? 0, input)
    return [
      ['input', input - audio],
      ['audioIn', audio || undefined],
    ]
  }
  const prompt = statedCount(usage.prompt_tokens)
  // Mistral: 4 prompt + 635 completion of 3264 in total; the rest is sound.
  const rest = (statedCount(usage.total_tokens) ?? 0) - (prompt ?? 0) - output
  return [
    ['input', prompt],
    ['audioIn', rest > 0 ? rest : undefined],
  ]
}

function seconds(value: unknown): number | undefined {
  const length = asNumber(value)
  return length === undefined || length < 0 ? undefined : Math.ceil(length)
}

function units(entries: readonly (readonly [UsageUnit, number | undefined])[]): Usage | undefined {
  const usage: Usage = {}
  for (const [unit, value] of entries) if (value !== undefined) usage[unit] = value
  return Object.keys(usage).length > 0 ? usage : undefined
}
