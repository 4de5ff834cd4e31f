/** Accounts behind a network that fails in every way a remote call can. */

import type { AccountStore, Accounts } from '../../src/ports/accounts.ts'
import type { Timers } from '../../src/services/timers.ts'

/**
 * What happens to one call. `lost`: it never arrives. `unanswered`: done, but the answer is lost. `twice`: delivered twice.
 * `slow`: takes a second. `crawling`: takes
 * seven, longer than anyone waits. `late`: fails now and arrives in ten seconds. `hangs`: done, but neither answer nor error comes.
 */
export type Weather = 'fine' | 'lost' | 'unanswered' | 'twice' | 'slow' | 'crawling' | 'late' | 'hangs'
export const WEATHER: readonly Weather[] = ['fine', 'lost', 'unanswered', 'twice', 'slow', 'crawling', 'late', 'hangs']

export class ShakyAccounts {
  /** What happens to the next calls; then all is fine. */
  forecast: Weather[] = []
  /** Nothing arrives any more: the isolate is gone. */
  dead = false
  readonly calls = { openLease: 0, sync: 0 }
  readonly #timers: Timers

  constructor(timers: Timers) {
    this.#timers = timers
  }

  wrap(accounts: Accounts): Accounts {
    return (organisation, team) => {
      const account = accounts(organisation, team)
      const wrapped: AccountStore = {
        openLease: (want) => {
          this.calls.openLease++
          return this.#deliver(() => account.openLease(want))
        },
        sync: (report) => {
          this.calls.sync++
          const sent = structuredClone(report)
          return this.#deliver(() => account.sync(sent))
        },
        rows: (query) => account.rows(query),
        costs: (groupBy, range) => account.costs(groupBy, range),
        rate: (rating) => account.rate(rating),
        arms: (query) => account.arms(query),
        reprice: (calls, rehearse) => account.reprice(calls, rehearse),
        unreported: () => account.unreported(),
        counters: () => account.counters(),
        alerts: (query) => account.alerts(query),
        sharedAlerts: (query) => account.sharedAlerts(query),
      }
      return wrapped
    }
  }

  async #deliver<T>(call: () => Promise<T>): Promise<T> {
    if (this.dead) return never()
    const weather = this.forecast.shift() ?? 'fine'
    switch (weather) {
      case 'fine':
        return call()
      case 'lost':
        throw new Error('the call was lost')
      case 'unanswered':
        await call()
        throw new Error('the answer was lost')
      case 'twice':
        await call()
        return call()
      case 'slow':
      case 'crawling':
        return new Promise((resolve, reject) => {
          this.#timers.after(weather === 'slow' ? 1000 : 7000, () => void call().then(resolve, reject))
        })
      case 'late':
        this.#timers.after(10_000, () => void call())
        throw new Error('the call timed out')
      case 'hangs':
        await call()
        return never()
    }
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined)
}
