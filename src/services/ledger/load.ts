/** What an isolate holds in memory for all its accounts. */

/** Against a limit on calls and rows together. */
export interface Load {
  calls: number
  waitingRows: number
  readonly limit: number
}

/** Whether no call may be admitted until rows have been stored. */
export function isFull(load: Load): boolean {
  return load.calls + load.waitingRows >= load.limit
}
