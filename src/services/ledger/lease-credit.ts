/** All credit of one lease: calls hold from it at once where there is enough, and settle what they really used. */

import type { CounterName, CounterTerms, CreditGrant, CreditReport } from '../../ports/credit.ts'
import { CreditLine } from './credit-line.ts'

/** What one call needs of one counter. */
export interface Need {
  readonly terms: CounterTerms
  /** The most the call may use. */
  readonly amount: number
  /** The least it can do with; `amount` where it cannot do with less. */
  readonly least: number
}

/** What one call holds, need by need. */
export interface Held {
  readonly amounts: readonly number[]
  /** What was left of each counter for everybody, this call not included; undefined where the account has not said. */
  readonly left: readonly (number | undefined)[]
  /** What all calls together had used or held of each counter when the account last spoke; undefined before that. */
  readonly known: readonly (number | undefined)[]
  /** Gives back what is held beyond these amounts. */
  shrink(amounts: readonly number[]): void
  /** Counts what was really used, need by need, and frees the rest. Later calls do nothing. */
  settle(used: readonly number[]): void
}

/** Counters in one report; more wait for the next. */
const MAX_REPORTS = 2000
/** A lease with more counters than this is given up for a fresh one. */
const MAX_LINES = 5000

export interface SentCredit {
  readonly reports: readonly (readonly [CreditLine, CreditReport])[]
  /** The last question that this report answers. */
  readonly asked: number
}

export class LeaseCredit {
  readonly #lines = new Map<string, CreditLine>()
  #asked = 0
  /** The last question the account has answered. */
  answered = 0

  /** Holds what all needs ask for, or nothing. `least`: also with less than the full amounts. */
  take(needs: readonly Need[], nowMs: number, options: { strict: boolean; least: boolean }): Held | undefined {
    const lines = needs.map(({ terms }) => this.#line(terms, options.strict))
    const amounts: number[] = []
    for (const [index, line] of lines.entries()) {
      const need = needs[index]
      if (!need || (!options.least && line.awaited && need.terms.bound !== undefined)) return undefined
      const fits = line.fits(options.least ? need.least : need.amount, need.amount)
      if (fits === undefined) return undefined
      amounts.push(fits)
    }
    for (const [index, line] of lines.entries()) line.hold(amounts[index] ?? 0, nowMs)
    let settled = false
    return {
      amounts,
      left: lines.map((line) => line.left),
      known: lines.map(({ known }) => known && known.spent + known.reserved),
      shrink: (smaller) => {
        for (const [index, line] of lines.entries()) {
          const excess = (amounts[index] ?? 0) - (smaller[index] ?? 0)
          if (settled || excess <= 0) continue
          line.settle(excess, 0)
          amounts[index] = (amounts[index] ?? 0) - excess
        }
      },
      settle: (used) => {
        if (settled) return
        settled = true
        for (const [index, line] of lines.entries()) line.settle(amounts[index] ?? 0, used[index] ?? 0)
      },
    }
  }

  /** Puts needs into the next report; gives the number of the question and a way to take it back. */
  wait(needs: readonly Need[], strict: boolean): { question: number; done(): void } {
    const waiter = {}
    const lines = needs.map((need) => {
      const line = this.#line(need.terms, strict)
      if (need.terms.bound !== undefined) line.wait(waiter, need.least, need.amount)
      return line
    })
    return {
      question: ++this.#asked,
      done: () => {
        for (const line of lines) line.stopWaiting(waiter)
      },
    }
  }

  /** The need that the account had too little for, with what it knows of its counter. */
  shortage(needs: readonly Need[]): { need: Need; known: { spent: number; reserved: number } | undefined } | undefined {
    for (const need of needs) {
      const line = this.#lines.get(textOf(need.terms))
      if (line && line.fits(need.least, need.amount) === undefined) return { need, known: line.known }
    }
    return undefined
  }

  /** The last report was too short for all that there was to say. */
  dirty = false

  get full(): boolean {
    return this.#lines.size > MAX_LINES
  }

  /** What goes with the next report. `last`: the lease admits no more calls. */
  send(nowMs: number, last: boolean): SentCredit & { complete: boolean } {
    const reports: [CreditLine, CreditReport][] = []
    let complete = true
    for (const [text, line] of this.#lines) {
      if (line.isOver(nowMs)) {
        this.#lines.delete(text)
        continue
      }
      if (reports.length >= MAX_REPORTS) {
        complete = false
        break
      }
      const report = line.report(nowMs, last)
      if (report) reports.push([line, report])
    }
    this.dirty = !complete
    return { reports, asked: complete ? this.#asked : this.answered, complete }
  }

  acknowledge(sent: SentCredit, grants: readonly CreditGrant[]): void {
    for (const [index, [line, report]] of sent.reports.entries()) line.acknowledge(report, grants[index])
    this.answered = Math.max(this.answered, sent.asked)
  }

  #line(terms: CounterTerms, strict: boolean): CreditLine {
    const text = textOf(terms)
    let line = this.#lines.get(text)
    if (line) line.renew(terms, strict)
    else {
      line = new CreditLine(terms, strict)
      this.#lines.set(text, line)
    }
    return line
  }
}

function textOf({ limit, scope, startMs }: CounterName): string {
  return `${limit.length}:${limit}${startMs}:${scope}`
}
