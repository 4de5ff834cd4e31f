/** The hub of calls that are not chat: what any API can ask of embeddings, rerankers and token counters, in one vocabulary. */

import type { Json } from './json.ts'
import type { Usage } from './usage.ts'

/** What an embedding is for, where a model makes a difference of it. */
export type EmbedPurpose = 'query' | 'document' | 'similarity' | 'classification' | 'clustering'

export interface EmbedCall {
  /** The name the app sent: a route. */
  model: string
  /** Texts, or token ids where the client's wire allows them. Never empty. */
  inputs: readonly (string | readonly number[])[]
  /** The client sent one input on its own, not a list. */
  single: boolean
  dimensions?: number
  purpose?: EmbedPurpose
  /** How the client wants its vectors. */
  encoding: 'float' | 'base64'
  /** What to do with an input over the model's length; undefined: the provider's default. */
  truncate?: boolean
  user?: string
  extras?: { wire: string; fields: Record<string, Json> }
}

export interface EmbedReply {
  /** The model that answered, as the provider names it; empty when it did not say. */
  model: string
  /** One vector an input, in the inputs' order. */
  vectors: readonly (readonly number[])[]
  usage?: Usage
}

export interface RerankCall {
  model: string
  query: string
  documents: readonly string[]
  topN?: number
  /** The client wants each document's text back. */
  returnDocuments: boolean
  extras?: { wire: string; fields: Record<string, Json> }
}

export interface RerankReply {
  id?: string
  model: string
  /** Best first. */
  results: readonly { index: number; score: number; document?: string }[]
  usage?: Usage
}

export interface TokenCount {
  inputTokens: number
}
