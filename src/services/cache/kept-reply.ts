/** What is kept of an answer, and which answers are. */

import type { ChatReply, FinishReason } from '../../ground/chat-reply.ts'
import { parseJson } from '../../ground/json.ts'
import type { Warning } from '../../ground/warning.ts'

/** Larger answers are not kept. In UTF-16 units of their JSON. */
export const MAX_KEPT_CHARACTERS = 1_000_000

/** Who made the answer and what it cost, for the rows of the calls that get it. */
export interface KeptOrigin {
  readonly target: string
  readonly provider: string
  readonly targetModel: string
  readonly answeredModel?: string
  /** Decimal digits of whole nano-dollars; absent: nobody knows. */
  readonly costNano?: string
  /** What the request lost on its way to that provider. */
  readonly warnings: readonly Warning[]
}

/** A chat reply in the hub's words, or a task's reply as the client's wire has it. */
export type KeptReply = KeptOrigin &
  ({ readonly kind: 'chat'; readonly reply: ChatReply } | { readonly kind: 'task'; readonly body: string })

/** The model came to its own end. Cut, filtered, refused, paused and unknown endings are not answers to give again. */
const GOOD_ENDINGS: ReadonlySet<FinishReason> = new Set(['stop', 'stop-sequence', 'tool-calls'])

/** Whether a complete reply may be given to others: every choice ended well, says something and refuses nothing. */
export function isKeepable({ choices }: ChatReply): boolean {
  return (
    choices.length > 0 &&
    choices.every(
      ({ finish, content }) =>
        GOOD_ENDINGS.has(finish) &&
        content.some((block) => block.type !== 'reasoning' && (block.type !== 'text' || block.text.trim() !== '')) &&
        !content.some((block) => block.type === 'refusal'),
    )
  )
}

/** Undefined when it is too large. */
export function writeKept(kept: KeptReply): string | undefined {
  const text = JSON.stringify(kept)
  return text.length > MAX_KEPT_CHARACTERS ? undefined : text
}

/** Undefined when it is damaged. */
export function readKept(text: string): KeptReply | undefined {
  const value: unknown = parseJson(text)
  return value === undefined ? undefined : (value as KeptReply) // written by writeKept only
}
