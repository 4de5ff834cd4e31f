/** How a vendor's dialect departs from its wire, as data that a provider row fills in and a wire reads. */

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
