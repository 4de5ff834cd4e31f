/** Timers as an argument, so that tests decide when time passes. */

export interface Timers {
  /** Runs `action` once after `delayMs`; gives a function that prevents it. */
  after(delayMs: number, action: () => void): () => void
}

/** The platform's timers. In workerd one lives only as long as the request in which it was set. */
export const systemTimers: Timers = {
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `delayMs`. */
export function sleep(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve)
  })
}

/** The promise's value, or undefined if it takes longer than `limitMs`; the promise itself goes on. */
export async function within<T>(timers: Timers, limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  let cancel = (): void => undefined
  const late = new Promise<undefined>((resolve) => {
    cancel = timers.after(limitMs, () => resolve(undefined))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    cancel()
  }
}
