/** The alerts of one account in memory; they are kept and never delivered. */

import type { Alert, AlertType } from '../../ground/alert.ts'
import type { AlertQuery, AlertRecord } from '../../ports/alerts.ts'
import type { AlertTables } from '../alert-book.ts'

export class MemoryAlerts implements AlertTables {
  readonly #raised = new Map<string, Set<number>>()
  readonly #alerts: AlertRecord[] = []

  isRaised(once: string, startMs: number, sinceMs: number): boolean {
    const starts = this.#raised.get(once) ?? new Set()
    return sinceMs === startMs ? starts.has(startMs) : [...starts].some((start) => start >= sinceMs)
  }

  setRaised(once: string, startMs: number): void {
    this.#raised.set(once, (this.#raised.get(once) ?? new Set()).add(startMs))
  }

  countSince(type: AlertType, sinceMs: number): number {
    return this.#alerts.filter((alert) => alert.type === type && alert.createdAtMs >= sinceMs).length
  }

  add(alert: Alert, receivers: readonly string[]): void {
    const pending = { state: 'pending', attempts: 0, nextAtMs: alert.createdAtMs } as const
    this.#alerts.unshift({
      ...alert,
      deliveries: [...receivers].sort().map((destination) => ({ destination, ...pending })),
    })
  }

  list({ limit, type, state }: AlertQuery): AlertRecord[] {
    return this.#alerts
      .filter((alert) => type === undefined || alert.type === type)
      .filter((alert) => state === undefined || alert.deliveries.some((delivery) => delivery.state === state))
      .slice(0, limit)
  }
}
