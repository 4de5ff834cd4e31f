/** Collects what one translation could not carry; each feature is told once per effect. */

import type { Warning } from '../ground/warning.ts'

export class Losses {
  readonly warnings: Warning[] = []

  dropped(feature: string, detail: string): void {
    this.#add({ feature, effect: 'dropped', detail })
  }

  changed(feature: string, detail: string): void {
    this.#add({ feature, effect: 'changed', detail })
  }

  #add(warning: Warning): void {
    const known = this.warnings.some((other) => other.feature === warning.feature && other.effect === warning.effect)
    if (!known) this.warnings.push(warning)
  }
}
