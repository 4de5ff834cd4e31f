/** What the parts of one request's translation share. */

import type { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'
import type { ToolIds } from './tool-ids.ts'

export interface EncodeContext {
  readonly losses: Losses
  readonly quirks: Quirks
  readonly toolIds: ToolIds
  /** The call came in on this wire too: the client's own forms are kept. */
  readonly native: boolean
  /** Content parts and tools may carry `cache_control`. */
  readonly withCache: boolean
}
