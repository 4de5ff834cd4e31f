/** What the encoders of one request share. */

import type { Json } from '../../ground/json.ts'
import type { ToolIds } from '../anthropic-messages/tool-ids.ts'
import type { Losses } from '../losses.ts'
import type { DocumentNames } from './document-names.ts'

export interface EncodeContext {
  readonly losses: Losses
  readonly toolIds: ToolIds
  readonly documentNames: DocumentNames
  /** The call came in on this wire: the client's own choices stand, the provider judges them. */
  readonly native: boolean
  /** Parts of a native request in the client's own form. */
  readonly asWritten: Readonly<Record<string, Json>>
}
