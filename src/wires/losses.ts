/** Collects what one translation could not carry; each feature is told once per effect. */

import type { Warning } from '../ground/warning.ts'

const DIAGNOSTIC_FIELDS: ReadonlySet<string> = new Set([
  'system_fingerprint',
  'service_tier',
  'metrics',
  'total_duration',
  'load_duration',
  'prompt_eval_duration',
  'eval_duration',
  'prompt_filter_results',
  'x_groq',
  'usage_breakdown',
  'responseId',
  'modelVersion',
  'trace',
])

export class Losses {
  readonly warnings: Warning[] = []

  dropped(feature: string, detail: string): void {
    this.#add({ feature, effect: 'dropped', detail })
  }

  changed(feature: string, detail: string): void {
    this.#add({ feature, effect: 'changed', detail })
  }

  /** A field of a provider's reply that this API has no place for. What only its operator would read is not missed. */
  replyField(field: string, detail: string): void {
    if (!DIAGNOSTIC_FIELDS.has(field)) this.dropped(field, detail)
  }

  #add(warning: Warning): void {
    const known = this.warnings.some((other) => other.feature === warning.feature && other.effect === warning.effect)
    if (!known) this.warnings.push(warning)
  }
}

/** `an image block`, `A text block`. */
export function aBlock(type: string, article: 'a' | 'A' = 'a'): string {
  return `${article}${/^[aeiou]/.test(type) ? 'n' : ''} ${type} block`
}
