/** What a reader sees in a chat request, whatever its format: the words every comparison of requests uses. */

import { asArray, asObject, asString, type Json } from '../../../src/ground/json.ts'

export interface RequestReading {
  stream: boolean
  system: string
  /** Text, calls and results in order, one line each. */
  turns: string[]
  tools: string[]
  maxTokens: Json
  temperature: Json
  topP: Json
  stop: string[]
}

export function callLine(id: Json | undefined, name: Json | undefined, input: Json | undefined): string {
  return `call ${String(id)} ${String(name)} ${JSON.stringify(input ?? {})}`
}

export function resultLine(id: Json | undefined, text: string): string {
  return `result ${String(id)}: ${text}`
}

/** White space alone says nothing, and some APIs refuse it. */
export function addText(turns: string[], role: string, text: string): void {
  if (text.trim()) turns.push(`${role}: ${text}`)
}

/** The text of a string, or of a list of objects that have one. */
export function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return asArray(content)
    .map((block) => asString(asObject(block)?.text) ?? '')
    .join('')
}

export function stopOf(stop: Json | undefined): string[] {
  return typeof stop === 'string' ? [stop] : asArray(stop).flatMap((word) => asString(word) ?? [])
}

/** Calls and results without ids belong together by their name and order. */
export function unnamedIds(): { called(name: Json | undefined): string; answered(name: Json | undefined): string } {
  const counts = new Map<string, number>()
  const next = (kind: string, name: Json | undefined): string => {
    const key = `${kind} ${String(name)}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
    return `${String(name)}-${counts.get(key)}`
  }
  return { called: (name) => next('call', name), answered: (name) => next('result', name) }
}
