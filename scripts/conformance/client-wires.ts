/** The chat formats that apps may speak: every one that some path of the gateway takes. */

import { CALL_ROWS } from '../../src/surfaces/http/call-doors.ts'
import { chatWires } from '../../src/wires/index.ts'
import type { ChatWire } from '../../src/wires/wire.ts'

const spoken = new Set(
  CALL_ROWS.flatMap(({ door }) => (door.kind === 'chat' ? door.wire : door.kind === 'gemini' ? 'gemini-generate' : [])),
)

export const CLIENT_WIRES: readonly ChatWire[] = Object.values(chatWires).filter(({ name }) => spoken.has(name))
