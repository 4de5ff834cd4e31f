/** What a wire is: one public API format, in both directions, pure. A client endpoint and a provider use it from opposite ends. */

import type { ChatCall } from '../ground/chat-call.ts'
import type { ChatReply, FinishReason, Part } from '../ground/chat-reply.ts'
import type { GatewayError } from '../ground/error.ts'
import type { Framing } from '../ground/framing.ts'
import type { Json, JsonObject } from '../ground/json.ts'
import type { Result } from '../ground/result.ts'
import type { SseEvent } from '../ground/sse.ts'
import type { Usage } from '../ground/usage.ts'
import type { Encoded } from '../ground/warning.ts'
import type { Quirks } from './quirks.ts'

export const CHAT_WIRE_NAMES = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'anthropic-messages',
  'gemini-generate',
  'cohere-chat',
  'ollama-chat',
  'ollama-generate',
  'bedrock-converse',
] as const
export type ChatWireName = (typeof CHAT_WIRE_NAMES)[number]

/** The price class a provider applied to a call; `standard` unless it said otherwise. */
export type ServiceClass = 'standard' | 'batch' | 'flex' | 'priority'

/** What an error looks like on the way out. */
export interface ErrorBody {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: JsonObject
}

/** What the usage tap has seen pass by. */
export interface Tapped {
  usage?: Usage
  /** The model that answered. */
  model?: string
  finish?: FinishReason
  /** The stream ended as the wire says it must ([DONE], message_stop), or the body was whole. */
  complete: boolean
  /** An error came inside a reply that began with status 200. */
  error?: GatewayError
  /** The provider's id of the reply, by which a later call may refer to it. */
  replyId?: string
  serviceClass?: ServiceClass
  /** How much a search put into the prompt, where the fee of a call depends on it (Perplexity: low, medium, high). */
  searchContext?: 'low' | 'medium' | 'high'
  /** What the provider says it charged, in nano-dollars, where it says so (xAI, OpenRouter, Perplexity). */
  billedNano?: bigint
}

/** Reads usage, model and finish from same-wire bytes without changing them. Cheap: parses only events it needs. */
export interface UsageTap {
  /** One event of a stream. Returns true if this event exists only because we asked for usage (the client did not). */
  event(event: SseEvent): boolean
  /** A whole, parsed reply body. */
  body(body: Json): void
  result(): Tapped
}

export interface StreamDecoder {
  push(event: SseEvent): Part[]
  /** The upstream closed; gives an error part if it closed before the wire's own end. */
  end(): Part[]
}

export interface StreamEncoder {
  /** Bytes-to-be for these parts, coalesced into one string; may be empty. */
  push(parts: readonly Part[]): string
  /** Closes whatever is open. After a `reply-error` no success terminator is sent. */
  end(): string
  readonly warnings: Encoded<string>['warnings']
}

export interface StreamEncoderOptions {
  /** From the client's call: whether usage is to be shown in the stream. */
  readonly includeUsage: boolean
  /** Model name to show when the upstream gave none. */
  readonly model: string
  /** Fallback for ids and times the upstream did not send. */
  readonly id: string
  readonly createdSeconds: number
  /** One of the wire's `framings`; the first unless said. */
  readonly framing?: Framing
}

export interface ReplyDefaults {
  readonly id: string
  readonly model: string
  readonly createdSeconds: number
}

/** A chat wire. Decoders never throw; encoders say what they could not carry. */
export interface ChatWire {
  readonly name: ChatWireName
  /** How its streams may be framed; the first is the one used unless a client or provider asks for another. */
  readonly framings: readonly [Framing, ...Framing[]]
  /** Where a request says which model it means and whether it streams: in the body's `model` and `stream`, or in the URL. */
  readonly address: 'body' | 'path'
  /** What a body without `stream` means (Ollama: true). */
  readonly streamsByDefault: boolean
  /** What may be sent between the events of an SSE stream to show that the connection stands; absent where clients would stumble over it. */
  readonly keepAlive?: string
  /** For wires whose provider keeps replies: the id of the earlier reply a request builds on. */
  refersTo?(body: JsonObject): string | undefined
  /** The provider will keep the reply to this request, so that its id is worth keeping; absent: never. */
  keepsReply?(body: JsonObject): boolean
  /**
   * Client body -> hub. Errors name the field (`messages[2].content`). With `address: 'path'`, `model` comes back empty and
   * `stream` false: the journey fills both in.
   */
  decodeRequest(body: JsonObject): Result<ChatCall, GatewayError>
  /** Hub -> upstream body. `call.model` is already the upstream's model name. */
  encodeRequest(call: ChatCall, quirks: Quirks): Encoded<JsonObject>
  decodeReply(body: Json, quirks: Quirks): Result<ChatReply, GatewayError>
  encodeReply(reply: ChatReply, defaults: ReplyDefaults): Encoded<JsonObject>
  decodeStream(quirks: Quirks): StreamDecoder
  encodeStream(options: StreamEncoderOptions): StreamEncoder
  /** Same-wire passthrough tap. `askedUsage`: we added the request for usage, so its extra event is ours to hide. */
  tap(quirks: Quirks, askedUsage: boolean): UsageTap
  /** Same-wire request patch: only the fields to overwrite at top level (model, stream_options, limits). */
  patchRequest(
    body: JsonObject,
    patch: RequestPatch,
    quirks: Quirks,
  ): { fields: Record<string, Json>; askedUsage: boolean }
  /** Upstream error -> GatewayError. `body` is parsed JSON or raw text. */
  decodeError(status: number, headers: Headers, body: Json): GatewayError
  encodeError(error: GatewayError, requestId: string): ErrorBody
  /** Headers that say what is left of a limit, where they are not OpenAI's `x-ratelimit-*`. */
  rateLimitHeaders?(state: RateLimitState): [name: string, value: string][]
  /** An error after the stream began, as text of this wire; never followed by a success terminator. */
  encodeStreamError(error: GatewayError, requestId: string, framing?: Framing): string
}

/** What is left of a limit on requests or tokens. */
export interface RateLimitState {
  readonly unit: 'requests' | 'tokens' | 'input-tokens' | 'output-tokens'
  readonly amount: number
  readonly remaining: number
  readonly resetAtMs: number
}

export interface RequestPatch {
  readonly model: string
  /** Upper bound from policy; the wire lowers the client's own limit to it or sets it. */
  readonly maxOutputTokens?: number
}
