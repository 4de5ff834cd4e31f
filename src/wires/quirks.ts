/** How a vendor's dialect departs from its wire, as data that a provider row fills in and a wire reads. */

import type { EmbedPurpose } from '../ground/tasks.ts'

export interface Quirks {
  /** Usage in streams: sent unasked, only when asked (`stream_options.include_usage`), or never. */
  readonly streamUsage: 'always' | 'on-request' | 'never'
  /** Name of the output limit field in openai-chat requests. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens'
  /** Whether `completion_tokens` already contains reasoning tokens (xAI chat: no). */
  readonly completionIncludesReasoning: boolean
  /** Name under which assistant reasoning is sent back upstream in openai-chat messages; none: it must be dropped. */
  readonly reasoningField: 'reasoning_content' | 'reasoning' | 'thinking-blocks' | 'none'
  /** How reasoning effort is asked for. */
  readonly reasoningRequest: 'reasoning_effort' | 'reasoning-object' | 'none'
  /** Whether the `developer` role is understood; otherwise it is sent as `system`. */
  readonly developerRole: boolean
  /** Exact length required of tool-call ids (Mistral: 9). */
  readonly toolIdLength?: number
  /** Structured output support: schema, plain JSON mode only, or none. */
  readonly structuredOutput: 'json-schema' | 'json' | 'none'
  /** `tool_choice` word for "must call some tool". */
  readonly toolChoiceRequired: 'required' | 'any'
  /** openai-chat request fields this vendor rejects; they are dropped with a warning when translating. */
  readonly unsupportedFields: readonly string[]
  /** openai-chat: content parts and tools may carry `cache_control` (OpenRouter, Databricks); otherwise it is dropped. */
  readonly cacheControl?: boolean
  /** openai-chat: the content part that holds a document; OpenAI's `file` unless said otherwise (Mistral: `document_url`). */
  readonly documentPart?: 'file' | 'document_url'
  /** Each stream chunk repeats the whole message so far in `message`; only `delta` may be read (Perplexity). */
  readonly cumulativeMessage: boolean
  /**
   * How anthropic-messages asks for an effort that another wire's client named: a thinking budget in tokens (default),
   * or `adaptive` thinking with `output_config.effort`, which newer models want.
   */
  readonly thinkingRequest?: 'budget' | 'adaptive'
  /** max_tokens must be present (Anthropic); used when the client set none. */
  readonly defaultMaxTokens?: number
  /** bedrock-converse: what model families want in `additionalModelRequestFields`; the first whose pattern fits counts. */
  readonly modelFamilies?: readonly ModelFamily[]
  /** gemini-count-tokens: the request to count stands in the body itself, not in `generateContentRequest` (Vertex AI). */
  readonly flatCountRequest?: boolean
  /** openai-embeddings: how this vendor's embeddings depart from OpenAI's. */
  readonly embeddings?: EmbeddingsQuirks
}

/** How models of one family are asked for what the Converse API has no words of its own for. */
export interface ModelFamily {
  /** Fits the model names of this family, with or without a region's prefix. */
  readonly models: RegExp
  /**
   * Where a request to think goes. `thinking`: `{type, budget_tokens}`, or adaptive with `output_config.effort` if
   * `thinkingRequest` says so (Claude). `reasoningConfig`: `{type, maxReasoningEffort}` (Nova). `reasoning_effort`: a word
   * (gpt-oss). Absent: it is dropped with a warning.
   */
  readonly reasoning?: 'thinking' | 'reasoningConfig' | 'reasoning_effort'
  /** Overrides the provider's `thinkingRequest` for these models. */
  readonly thinkingRequest?: 'budget' | 'adaptive'
  /** Path of the top-k setting; absent: it is dropped with a warning. */
  readonly topK?: 'top_k' | 'inferenceConfig.topK'
  /** These models refuse temperature and top-p together: only the temperature is sent. */
  readonly oneSampling?: boolean
}

export interface EmbeddingsQuirks {
  /** The field that sets the length of vectors; `dimensions` unless said otherwise (Voyage, Mistral: `output_dimension`). */
  readonly dimensionsField?: 'dimensions' | 'output_dimension'
  /** The vendor's words in `input_type` for what a text is for; absent: it cannot be told. */
  readonly purposeWords?: Readonly<Partial<Record<EmbedPurpose, string>>>
  /** Whether `truncation` says what to do with an input that is too long (Voyage). */
  readonly truncation?: boolean
  /** What the bytes of base64 vectors are; 32-bit floats unless said otherwise. Perplexity sends signed bytes unasked. */
  readonly vectorBytes?: 'float32' | 'int8'
}

/** An upstream that follows OpenAI's own chat API to the letter. */
export const STANDARD_QUIRKS: Quirks = {
  streamUsage: 'on-request',
  maxTokensField: 'max_tokens',
  completionIncludesReasoning: true,
  reasoningField: 'none',
  reasoningRequest: 'reasoning_effort',
  developerRole: false,
  structuredOutput: 'json-schema',
  toolChoiceRequired: 'required',
  unsupportedFields: [],
  cumulativeMessage: false,
}
