/** What a translation could not carry: never silence, always one of these on the reply and in the row. */

export interface Warning {
  /** The field or feature at stake, in the client's naming: `logit_bias`, `tools[2].strict`. */
  readonly feature: string
  /** `dropped`: lost. `changed`: carried in another form. */
  readonly effect: 'dropped' | 'changed'
  /** One plain sentence. */
  readonly detail: string
}

/** A translated value together with what was lost on the way. */
export interface Encoded<T> {
  readonly value: T
  readonly warnings: Warning[]
}

/** Warnings as one header value: `feature:effect` pairs, comma-separated, visible ASCII only. */
export function warningsHeader(warnings: readonly Warning[]): string {
  return warnings
    .slice(0, 20)
    .map((warning) => `${warning.feature}:${warning.effect}`.replace(/[^\x21-\x7e]|[,;"]/g, '_'))
    .join(', ')
}
