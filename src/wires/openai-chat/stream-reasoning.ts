/** Thinking in the deltas of one choice: the same words may come under three names at once, and are shown once. */

import type { Part } from '../../ground/chat-reply.ts'
import { asArray, asString, isObject, type JsonObject } from '../../ground/json.ts'
import { decodeThinkingPart } from './decode-content.ts'
import { readDetail } from './reasoning.ts'

interface Piece {
  readonly text: string
  readonly signature?: string | undefined
  readonly redacted?: string | undefined
}

export class StreamReasoning {
  readonly #choice: number
  /** What was thought since the last block was closed: LiteLLM's closing block repeats it whole. */
  #open = ''

  constructor(choice: number) {
    this.#choice = choice
  }

  push(delta: JsonObject): Part[] {
    const plain = asString(delta.reasoning_content) || asString(delta.reasoning) || ''
    const detailed = piecesOf(delta)
    const parts: Part[] = []
    // The plain field repeats what the detailed ones say, so it is read only when they bring no words.
    const repeated = detailed.some((piece) => piece.text !== '')
    if (plain && !repeated) this.#think(plain, parts)
    for (const piece of detailed) {
      if (piece.text && piece.text !== this.#open) this.#think(piece.text, parts)
      if (piece.signature) {
        this.#open = ''
        parts.push({ type: 'reasoning-signature', choice: this.#choice, signature: piece.signature })
      }
      if (piece.redacted !== undefined) {
        this.#open = ''
        parts.push({ type: 'reasoning-redacted', choice: this.#choice, data: piece.redacted })
      }
    }
    return parts
  }

  #think(text: string, parts: Part[]): void {
    this.#open += text
    parts.push({ type: 'reasoning-delta', choice: this.#choice, text })
  }
}

function piecesOf(delta: JsonObject): Piece[] {
  const blocks = asArray(delta.thinking_blocks).filter(isObject).map(readBlock)
  if (blocks.length > 0) return blocks
  return asArray(delta.reasoning_details).filter(isObject).map(readDetail)
}

function readBlock(value: JsonObject): Piece {
  if (value.type === 'redacted_thinking') return { text: '', redacted: asString(value.data) ?? '' }
  const { text, signature } = decodeThinkingPart(value)
  return { text, signature }
}
