/** The hub's reply: whole (`ChatReply`) or as a stream of `Part`s that, gathered, give the same reply. */

import type { Block, Citation, ReasoningBlock } from './chat-call.ts'
import type { GatewayError } from './error.ts'
import type { Json, JsonObject } from './json.ts'
import type { Usage } from './usage.ts'

/**
 * Why a choice ended. `refusal`: the model declined. `content-filter`: a filter cut it. `pause`: the provider wants the
 * turn continued. `unknown`: a word we do not know, kept in `rawFinish`.
 */
export type FinishReason =
  | 'stop'
  | 'length'
  | 'tool-calls'
  | 'stop-sequence'
  | 'content-filter'
  | 'refusal'
  | 'pause'
  | 'error'
  | 'unknown'

export interface TokenLogprob {
  token: string
  logprob: number
  bytes?: number[] | null
  top?: { token: string; logprob: number; bytes?: number[] | null }[]
}

/** One alternative answer. */
export interface Choice {
  content: Block[]
  finish: FinishReason
  /** The provider's own word. */
  rawFinish?: string
  /** Which stop sequence matched. */
  stopSequence?: string
  logprobs?: { content?: TokenLogprob[]; refusal?: TokenLogprob[] }
}

export interface ChatReply {
  id: string
  /** The model that answered, as the provider names it. */
  model: string
  /** Seconds since 1970, when the provider says. */
  createdSeconds?: number
  choices: Choice[]
  usage?: Usage
  /** Fields only the upstream wire knows (system_fingerprint, container…). */
  extras?: { wire: string; fields: Record<string, Json> }
}

/** Streamed pieces, noun-verb. `choice` is the index of the alternative; `block` counts content blocks within it. */
export type Part =
  | {
      type: 'reply-start'
      id: string
      model: string
      createdSeconds?: number
      usage?: Usage
      extras?: { wire: string; fields: Record<string, Json> }
    }
  | { type: 'text-delta'; choice: number; text: string; logprobs?: TokenLogprob[] }
  | { type: 'text-citation'; choice: number; citation: Citation }
  /** `raw` is that of the block the text belongs to, repeated on every delta or on its first alone. */
  | { type: 'reasoning-delta'; choice: number; text: string; raw?: NonNullable<ReasoningBlock['raw']> }
  /** Ends the reasoning block it belongs to; `redacted` stands alone as its own block. */
  | { type: 'reasoning-signature'; choice: number; signature: string }
  | { type: 'reasoning-redacted'; choice: number; data: string }
  | { type: 'tool-call-start'; choice: number; index: number; id: string; name: string }
  | { type: 'tool-call-delta'; choice: number; index: number; arguments: string }
  | { type: 'tool-call-end'; choice: number; index: number }
  | { type: 'refusal-delta'; choice: number; text: string; logprobs?: TokenLogprob[] }
  /** A block that only one wire knows, once complete. */
  | { type: 'opaque-block'; choice: number; wire: string; value: JsonObject }
  /** The text block under way is over and another begins (keeps Anthropic block boundaries). */
  | { type: 'block-break'; choice: number }
  | {
      type: 'choice-finish'
      choice: number
      finish: FinishReason
      rawFinish?: string
      stopSequence?: string
      /** Reply fields only the upstream wire knows and says at the end (stop_details, container…). */
      extras?: { wire: string; fields: Record<string, Json> }
    }
  /** The truth so far; the last one counts. */
  | { type: 'usage'; usage: Usage }
  | { type: 'reply-error'; error: GatewayError }
  /** The provider said the stream is complete. */
  | { type: 'reply-end' }
