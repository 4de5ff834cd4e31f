/** What a fault case is: a fault, the behaviour required of the gateway, and a way to look. */

import type { FaultRig } from './rig.ts'

export interface Figure {
  readonly ok: boolean
  /** The measured figure, for people. */
  readonly figure: string
}

export interface FaultCase {
  /** As in the project's fault catalogue. */
  readonly id: string
  readonly fault: string
  readonly required: string
  /** Repeats the fault `runs` times where repeating shows more. */
  run(rig: FaultRig, runs: number): Promise<Figure>
}

/** `good of n`. */
export function share(good: number, n: number, more = ''): Figure {
  return { ok: good === n, figure: `${good} of ${n}${more}` }
}

/** Runs `one` so often, a few at a time, and counts those that gave true. */
export async function count(runs: number, atOnce: number, one: (run: number) => Promise<boolean>): Promise<number> {
  let next = 0
  let good = 0
  const work = async (): Promise<void> => {
    while (next < runs) if (await one(next++)) good++
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, runs) }, work))
  return good
}

/** The value below which `part` of the values lie. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

/** The words a stream said, without what they were wrapped in. */
export function said(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => line.startsWith('data:') && !line.includes('[DONE]'))
    .map((line) => {
      try {
        const event = JSON.parse(line.slice(5)) as { choices?: { delta?: { content?: string } }[] }
        return event.choices?.[0]?.delta?.content ?? ''
      } catch {
        return ''
      }
    })
    .join('')
}
