/** One call of a Durable Object's method as text, for gateways whose objects live in another process. */

export interface RemoteCall {
  readonly namespace: string
  readonly name: string
  readonly method: string
  readonly args: readonly unknown[]
}

/** Without `error` it went well; a value of `undefined` is absent. */
export interface RemoteAnswer {
  readonly value?: unknown
  readonly error?: string
  readonly retryable?: boolean
}

/** Path of the process that has the objects at which calls arrive. */
export const REMOTE_PATH = '/fleet/call'

/** Bytes stand as `{"$bytes": base64}`. */
export function writeRemote(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each instanceof Uint8Array ? { $bytes: btoa(String.fromCharCode(...each)) } : each,
  )
}

export function readRemote(text: string): unknown {
  return JSON.parse(text, (_, each: unknown) => {
    if (typeof each !== 'object' || each === null || !('$bytes' in each)) return each
    return Uint8Array.from(atob(String(each.$bytes)), (character) => character.charCodeAt(0))
  })
}
