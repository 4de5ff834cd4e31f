/** The hub's request: what any chat API can ask for, in one vocabulary that every wire decodes to and encodes from. */

import type { Json, JsonObject } from './json.ts'

/** Prompt-cache breakpoint on a block, tool or message. */
export interface CacheHint {
  readonly ttl: '5m' | '1h'
}

export type MediaSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'file'; readonly fileId: string }
  | { readonly kind: 'text'; readonly mediaType: string; readonly text: string }
  | { readonly kind: 'blocks'; readonly blocks: Block[] }

export interface TextBlock {
  type: 'text'
  text: string
  citations?: Citation[]
  cache?: CacheHint
}
export interface ImageBlock {
  type: 'image'
  source: MediaSource
  detail?: string
  cache?: CacheHint
}
export interface DocumentBlock {
  type: 'document'
  source: MediaSource
  title?: string
  context?: string
  citations?: boolean
  cache?: CacheHint
}
export interface AudioBlock {
  type: 'audio'
  format: string
  data: string
}
/** Thinking. `signature` and `redacted` must round-trip unchanged to the provider that made them. */
export interface ReasoningBlock {
  type: 'reasoning'
  text: string
  signature?: string
  /** Encrypted thinking without readable text. */
  redacted?: string
  /** The provider's own object, for the same wire. */
  raw?: { wire: string; value: JsonObject }
}
export interface ToolCallBlock {
  type: 'tool-call'
  id: string
  name: string
  /** JSON text as the model wrote it; may be truncated. `{}` for no arguments, never empty. */
  arguments: string
  cache?: CacheHint
}
export interface ToolResultBlock {
  type: 'tool-result'
  id: string
  name?: string
  content: Block[]
  isError?: boolean
  cache?: CacheHint
}
export interface RefusalBlock {
  type: 'refusal'
  text: string
}
/** A block only one wire knows (server tools, containers): carried whole to the same wire, warned about elsewhere. */
export interface OpaqueBlock {
  type: 'opaque'
  wire: string
  value: JsonObject
}

export type Block =
  | TextBlock
  | ImageBlock
  | DocumentBlock
  | AudioBlock
  | ReasoningBlock
  | ToolCallBlock
  | ToolResultBlock
  | RefusalBlock
  | OpaqueBlock

/** A source the model points to. Wire-neutral fields first; `raw` is the provider's own object for the same wire. */
export interface Citation {
  url?: string
  title?: string
  quote?: string
  /** Character span in the text the citation is attached to, when the provider gives one. */
  start?: number
  end?: number
  raw?: { wire: string; value: JsonObject }
}

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool'

export interface Message {
  role: Role
  content: Block[]
  name?: string
}

export interface FunctionTool {
  kind: 'function'
  name: string
  description?: string
  parameters?: JsonObject
  strict?: boolean
  cache?: CacheHint
}
/** A tool that runs at the provider (web search, code execution…): same wire only. */
export interface ProviderTool {
  kind: 'provider'
  wire: string
  value: JsonObject
}
export type Tool = FunctionTool | ProviderTool

export type ToolChoice =
  | { readonly type: 'auto' | 'none' | 'required' }
  | { readonly type: 'tool'; readonly name: string }

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema'
      readonly name?: string
      readonly description?: string
      readonly schema: JsonObject
      readonly strict?: boolean
    }

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

export interface ReasoningRequest {
  effort?: ReasoningEffort
  budgetTokens?: number
  /** The provider chooses how much to think. */
  adaptive?: boolean
}

export interface ChatCall {
  /** The name the app sent: a route. */
  model: string
  messages: Message[]
  tools?: Tool[]
  toolChoice?: ToolChoice
  parallelToolCalls?: boolean
  stream: boolean
  /** The client asked for usage inside the stream (openai-chat), or its wire always has it. */
  streamUsage?: boolean
  maxOutputTokens?: number
  temperature?: number
  topP?: number
  topK?: number
  minP?: number
  frequencyPenalty?: number
  presencePenalty?: number
  seed?: number
  stop?: string[]
  /** How many choices to make (n). */
  choices?: number
  /** Log-probabilities of the chosen tokens, with this many alternatives. */
  logprobs?: { top: number }
  logitBias?: Record<string, number>
  format?: ResponseFormat
  reasoning?: ReasoningRequest
  /** The app's end user, for the provider's abuse tracking and our reports. */
  user?: string
  metadata?: Record<string, string>
  serviceTier?: string
  /** Fields of the client's wire that the hub has no word for: kept for the same wire, warned about elsewhere. */
  extras?: {
    wire: string
    fields: Record<string, Json>
    /** Fields that the hub carries too, as the client wrote them: the same wire prefers this form, others ignore it. */
    asWritten?: Record<string, Json>
  }
}
