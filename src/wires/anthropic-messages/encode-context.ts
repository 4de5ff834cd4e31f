/** What the encoders of one request share. */

import type { Losses } from '../losses.ts'
import type { ToolIds } from './tool-ids.ts'

export interface EncodeContext {
  readonly losses: Losses
  readonly toolIds: ToolIds
  /** The call came in on this wire: the client's own choices stand, the provider judges them. */
  readonly native: boolean
}
