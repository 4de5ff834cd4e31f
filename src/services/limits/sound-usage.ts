/** Holds a reported usage against what the call could have used at all, and estimates one where nobody reported any. */

import { totalInput, totalOutput, USAGE_UNITS, type Usage, type UsageSource } from '../../ground/usage.ts'

export interface UsageBand {
  /** Prompt and completion tokens of the call, at most. */
  readonly inputTokens: number
  readonly outputTokens: number
  /** Our own count of the prompt and of what came back. */
  guessInput(): number
  readonly seenOutput: number
}

export interface SoundUsage {
  readonly usage: Usage
  readonly source: UsageSource
  /** What was put right: `usage.input`, `usage.output`, `usage`. */
  readonly corrected: readonly string[]
}

/**
 * Vendors add prompts of their own, count pictures in their own way and read files we never see; only what no model can take or
 * give is nonsense.
 */
const INPUT_SLACK = 4
const MORE_INPUT = 3_000_000
const OUTPUT_SLACK = 2
const MORE_OUTPUT = 1_000_000
/** Some formats say each piece five times over, and escapes make text six times as long: only far below our count is nonsense. */
const DENSEST = 50

/** A usage nobody needs to doubt. Never below what is known, for calls that were cut as for others. */
export function soundUsage(
  reported: Usage | undefined,
  source: UsageSource,
  cut: boolean,
  band: UsageBand,
): SoundUsage {
  const corrected: string[] = []
  const usage = reported && wholeUnits(reported, corrected)
  const nothing = !usage || (totalInput(usage) === 0 && totalOutput(usage) === 0 && !hasPieces(usage))
  if (nothing && (!usage || corrected.length > 0 || band.seenOutput > 0)) {
    if (reported) corrected.push('usage')
    return { usage: withoutZero({ input: band.guessInput(), output: band.seenOutput }), source: 'estimated', corrected }
  }
  const kept: Usage = { ...usage }
  clamp(kept, INPUTS, 'input', band.inputTokens * INPUT_SLACK + MORE_INPUT, band.inputTokens, corrected)
  clamp(kept, OUTPUTS, 'output', band.outputTokens * OUTPUT_SLACK + MORE_OUTPUT, band.outputTokens, corrected)
  if (!cut && !hasPieces(kept)) raise(kept, band, corrected)
  if (cut) {
    // The provider's last word may be its first: what came after it is ours to count.
    if (totalInput(kept) === 0) kept.input = band.guessInput()
    const missing = band.seenOutput - totalOutput(kept)
    if (missing > 0) kept.output = (kept.output ?? 0) + missing
  }
  return { usage: withoutZero(kept), source: corrected.length > 0 ? 'estimated' : source, corrected }
}

const INPUTS = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'audioIn', 'imageIn'] as const
const OUTPUTS = ['output', 'reasoning', 'audioOut', 'imageOut'] as const

function clamp(
  usage: Usage,
  units: readonly (keyof Usage)[],
  into: 'input' | 'output',
  most: number,
  instead: number,
  corrected: string[],
): void {
  const total = units.reduce((sum, unit) => sum + (usage[unit] ?? 0), 0)
  if (total <= most) return
  for (const unit of units) delete usage[unit]
  usage[into] = instead
  corrected.push(`usage.${into}`)
}

/** A prompt of nothing, or an answer far shorter than the one that came, was never so. */
function raise(usage: Usage, band: UsageBand, corrected: string[]): void {
  const input = totalInput(usage) === 0 ? band.guessInput() : 0
  if (input > 0) {
    usage.input = input
    note('usage.input', corrected)
  }
  if (totalOutput(usage) * DENSEST >= band.seenOutput) return
  for (const unit of OUTPUTS) delete usage[unit]
  usage.output = band.seenOutput
  note('usage.output', corrected)
}

function note(name: string, corrected: string[]): void {
  if (!corrected.includes(name)) corrected.push(name)
}

/** Units that are whole and not negative; others are left out and named. */
function wholeUnits(usage: Usage, corrected: string[]): Usage {
  const kept: Usage = {}
  for (const unit of USAGE_UNITS) {
    const value = usage[unit]
    if (value === undefined) continue
    if (Number.isFinite(value) && value >= 0) kept[unit] = Math.ceil(value)
    else corrected.push(`usage.${unit}`)
  }
  return kept
}

function hasPieces({ search, images, audioSeconds, characters }: Usage): boolean {
  return [search, images, audioSeconds, characters].some((count) => (count ?? 0) > 0)
}

function withoutZero(usage: Usage): Usage {
  const kept: Usage = {}
  for (const unit of USAGE_UNITS) if (usage[unit]) kept[unit] = usage[unit]
  return kept
}
