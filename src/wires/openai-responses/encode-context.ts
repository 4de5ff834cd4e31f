/** What the parts of one request's translation share. */

import type { Losses } from '../losses.ts'
import type { Quirks } from '../quirks.ts'

/** Made once for each request. */
export interface EncodeContext {
  readonly losses: Losses
  readonly quirks: Quirks
  /** The call came in on this wire too: the client's own forms are kept. */
  readonly native: boolean
}
