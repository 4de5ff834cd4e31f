/** Calls a Durable Object method the careful way: repeated once if the runtime says so, and with its result disposed. */

/**
 * Awaits `call` and gives its plain data. An error marked `retryable` is tried once more on a fresh stub, unless the object
 * is `overloaded`; so `call` must be idempotent and make its own stub.
 */
export async function callObject<T>(call: () => Promise<T>): Promise<T> {
  try {
    return released(await call())
  } catch (error) {
    if (!mayRetry(error)) throw error
    return released(await call())
  }
}

/** Remote results carry a disposer; without a call to it workerd warns. Plain data stays readable afterwards. */
function released<T>(value: T): T {
  if (typeof value === 'object' && value !== null && Symbol.dispose in value) {
    const dispose = value[Symbol.dispose]
    if (typeof dispose === 'function') dispose.call(value)
  }
  return value
}

function mayRetry(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  return 'retryable' in error && error.retryable === true && !('overloaded' in error && error.overloaded === true)
}
