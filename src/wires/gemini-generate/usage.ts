/** `usageMetadata` <-> the hub's disjoint units. */

import { asArray, asNumber, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { totalInput, type Usage, type UsageUnit } from '../../ground/usage.ts'

/**
 * Undefined when nothing is counted. The prompt includes what was read from a cache; candidates exclude thoughts; prompts
 * of tools that Google ran are counted apart and belong to the input.
 */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  if (!isObject(value)) return undefined
  const prompt = count(value.promptTokenCount)
  const written = count(value.candidatesTokenCount)
  const thoughts = count(value.thoughtsTokenCount)
  if (prompt === undefined && written === undefined && thoughts === undefined) return undefined
  const cached = Math.min(count(value.cachedContentTokenCount) ?? 0, prompt ?? 0)
  const heard = byModality(value.promptTokensDetails, 'AUDIO') - byModality(value.cacheTokensDetails, 'AUDIO')
  const audioIn = Math.min(Math.max(0, heard), (prompt ?? 0) - cached)
  const audioOut = Math.min(byModality(value.candidatesTokensDetails, 'AUDIO'), written ?? 0)
  const imageOut = Math.min(byModality(value.candidatesTokensDetails, 'IMAGE'), (written ?? 0) - audioOut)
  const units: readonly (readonly [UsageUnit, number])[] = [
    ['input', (prompt ?? 0) - cached - audioIn + (count(value.toolUsePromptTokenCount) ?? 0)],
    ['cacheRead', cached],
    ['audioIn', audioIn],
    ['output', (written ?? 0) - audioOut - imageOut],
    ['audioOut', audioOut],
    ['imageOut', imageOut],
    ['reasoning', thoughts ?? 0],
  ]
  const usage: Usage = {}
  for (const [unit, tokens] of units) if (tokens > 0) usage[unit] = tokens
  // Counted and nothing found is not the same as not counted.
  return Object.keys(usage).length > 0 ? usage : { input: 0 }
}

/** As `usageMetadata`; empty when nobody counted. */
export function encodeUsage(usage: Usage | undefined): { usageMetadata?: JsonObject } {
  if (!usage) return {}
  const prompt = totalInput(usage)
  const { cacheRead = 0, output = 0, audioOut = 0, imageOut = 0, reasoning = 0 } = usage
  const written = output + audioOut + imageOut
  return {
    usageMetadata: {
      promptTokenCount: prompt,
      ...(cacheRead > 0 && { cachedContentTokenCount: cacheRead }),
      candidatesTokenCount: written,
      ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
      totalTokenCount: prompt + written + reasoning,
      ...details('promptTokensDetails', { AUDIO: usage.audioIn ?? 0 }, prompt),
      ...details('candidatesTokensDetails', { AUDIO: audioOut, IMAGE: imageOut }, written),
    },
  }
}

function details(name: string, parts: Readonly<Record<string, number>>, total: number): JsonObject {
  const special = Object.entries(parts).filter(([, tokens]) => tokens > 0)
  if (special.length === 0) return {}
  const rest = total - special.reduce((sum, [, tokens]) => sum + tokens, 0)
  const all: [string, number][] = rest > 0 ? [['TEXT', rest], ...special] : special
  return { [name]: all.map(([modality, tokenCount]) => ({ modality, tokenCount })) }
}

function byModality(value: Json | undefined, modality: string): number {
  return asArray(value).reduce<number>((sum, entry) => {
    const detail = asObject(entry)
    return asString(detail?.modality) === modality ? sum + (count(detail?.tokenCount) ?? 0) : sum
  }, 0)
}

function count(value: Json | undefined): number | undefined {
  const number = asNumber(value)
  return number !== undefined && Number.isFinite(number) && number >= 0 ? Math.round(number) : undefined
}
