/** Keeps retries from making a bad day worse: they may add a fifth to the load, not more. */

const SHARE = 0.2
/** What a quiet time may save up, so that a few retries are possible at once. */
const MOST_SAVED = 10

/** One for an isolate. */
export class RetryBudget {
  #saved = MOST_SAVED

  /** A call came in. */
  earn(): void {
    this.#saved = Math.min(MOST_SAVED, this.#saved + SHARE)
  }

  /** False when there have been too many lately. */
  spend(): boolean {
    if (this.#saved < 1) return false
    this.#saved--
    return true
  }
}
