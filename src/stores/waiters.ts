/** Wakes those who wait for something to change, each by a name. */

export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>()

  /** Resolves when `wake` is called with the name, or after `limitMs`. */
  wait(name: string, limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(name) ?? new Set()
      this.#waiting.set(name, waiting)
      const done = (): void => {
        clearTimeout(timer)
        waiting.delete(done)
        if (waiting.size === 0 && this.#waiting.get(name) === waiting) this.#waiting.delete(name)
        resolve()
      }
      const timer = setTimeout(done, limitMs)
      waiting.add(done)
    })
  }

  wake(name: string): void {
    for (const done of [...(this.#waiting.get(name) ?? [])]) done()
  }
}
