/**
 * How providers' formats and dialects differ where translation goes wrong, with a recording of each. Numbers and pointers
 * are those of the corpus; `ours` says what Sluice does about it. Each has at least one test named `difference NN: …`.
 */

export interface Difference {
  readonly number: number
  readonly ours: string
  /** A recording below the corpus folder; absent where none was recorded. */
  readonly recording?: string
}

const OC = 'openai/openai-chat'
const OR = 'openai/openai-responses'
const AM = 'anthropic/anthropic-messages'
const GG = 'gemini/gemini-generate'
const BC = 'bedrock/bedrock-converse'

export const DIFFERENCES: readonly Difference[] = [
  {
    number: 1,
    ours: 'events may end with CRLF CRLF',
    recording: `${GG}/stream-tool-call/fantasy--gemini-2.5-pro-thinking-streaming--0`,
  },
  {
    number: 2,
    ours: 'a stream may be one JSON array',
    recording: `${GG}/stream-tool-call/llm-gemini--test_gemini-test_tools--0`,
  },
  {
    number: 3,
    ours: 'comment lines are no events',
    recording: 'openrouter/openai-chat/stream-tool-call/fantasy--glm-tool_streaming--0',
  },
  {
    number: 4,
    ours: '[DONE] ends some streams and is never sent to apps whose SDK would throw',
    recording: 'openrouter/anthropic-messages/stream-max-tokens/rig--streaming-gateway_message_delta_metadata--0',
  },
  {
    number: 5,
    ours: 'blank lines before the first event are nothing',
    recording: 'doubleword/openai-chat/stream-tool-call/rig--conformance-streaming_tool--0',
  },
  {
    number: 6,
    ours: 'padding is never text',
    recording: 'mistral/openai-chat/stream-plain/prism--mistral-stream-with-tools-1-2--0',
  },
  {
    number: 7,
    ours: 'pings may come anywhere',
    recording: `${AM}/stream-refusal/ai--anthropic-anthropic-refusal.chunks--0`,
  },
  {
    number: 8,
    ours: 'usage may come after the stop, and text blocks without a start',
    recording: `${BC}/stream-parallel-tool-calls/opentelemetry-python-contrib--opentelemetry-instrumentation-botocore-test_converse_stream_no_content_tool_call--0`,
  },
  {
    number: 9,
    ours: 'InvokeModel wraps events in base64',
    recording:
      'bedrock/bedrock-invoke/stream-max-tokens/dd-trace-js--model_us.anthropic.claude-sonnet-4-20250514-v1_0_invoke-with-response-stream_post_4b5b3e7d--0',
  },
  {
    number: 10,
    ours: 'a stream may be lines of JSON',
    recording: 'ollama/ollama-chat/stream-plain/langchaingo--ollama-TestWithThink--0',
  },
  {
    number: 11,
    ours: 'no usage means unknown, not zero',
    recording: `${OC}/stream-plain/openllmetry--test_lcel-test_invoke--1`,
  },
  {
    number: 12,
    ours: 'counts in message_delta are totals: the last one counts',
    recording: `${AM}/stream-server-tool/llm-anthropic--test_anthropic-test_web_search--0`,
  },
  {
    number: 13,
    ours: 'prompt counts with and without cached tokens become the same units',
    recording: `${BC}/cache-usage/ruby_llm--chat_prompt_cache_round-trip_bedrock_claude-haiku-4-5_writes_then_reads_the_prompt_cache--0`,
  },
  { number: 14, ours: 'cache writes are counted by how long they live' },
  {
    number: 15,
    ours: 'reasoning may be counted on top of completion tokens',
    recording: 'xai/openai-chat/reasoning/fantasy--xai-grok-4-fast-simple--0',
  },
  {
    number: 16,
    ours: 'candidates exclude thoughts, and usage repeats on every chunk',
    recording: `${GG}/stream-server-tool/openinference--test_instrumentation-test_validate_token_counts_stream--0`,
  },
  {
    number: 17,
    ours: 'usage that is repeated is not summed',
    recording: 'groq/openai-chat/stream-plain/fantasy--groq-kimi-k2-simple_streaming--0',
  },
  {
    number: 18,
    ours: 'usage on every chunk with nulls, and another vendor’s cache fields in it',
    recording:
      'databricks/openai-chat/stream-tool-call/chatlas--test_provider_databricks-test_databricks_tool_variations--0',
  },
  {
    number: 19,
    ours: 'cached tokens have many names; billed units are not tokens',
    recording: 'cohere/cohere-chat/stream-cache-usage/openllmetry--test_chains-test_stream--0',
  },
  {
    number: 20,
    ours: 'a finish reason repeated with the usage is one finish; the billed cost is kept',
    recording: 'openrouter/openai-chat/stream-tool-call/fantasy--glm-tool_streaming--0',
  },
  {
    number: 21,
    ours: 'work beside the reply is counted, and the model that answered sets the price',
    recording: `${AM}/stream-tool-call/dd-trace-js--claude-agent-sdk-claude-agent-sdk_v1_messages_beta_true_post_3da17772--0`,
  },
  { number: 22, ours: 'each vocabulary of stop reasons is understood' },
  {
    number: 23,
    ours: 'tool calls that end with "stop" are told as tool calls',
    recording: 'ollama/ollama-chat/stream-tool-call/prism--ollama-stream-with-tools-2--0',
  },
  {
    number: 24,
    ours: 'a refusal that ends with "stop", and a filter that ends with an error',
    recording: `${OC}/refusal/openllmetry--test_chat_parse-test_parsed_refused_completion--0`,
  },
  {
    number: 25,
    ours: 'arguments cut by the token limit arrive as they are',
    recording:
      'deepseek/openai-chat/stream-max-tokens/rig--truncation_matrix-streaming_parallel_calls_keep_the_complete_one--0',
  },
  { number: 26, ours: 'ids of tool calls survive, are made where there are none, and shortened where they must be' },
  {
    number: 27,
    ours: 'no arguments are {}',
    recording: `${AM}/stream-parallel-tool-calls/llm-anthropic--test_anthropic-test_tools--0`,
  },
  {
    number: 28,
    ours: 'arguments may be text or objects, and a call may lack its type',
    recording: 'mistral/openai-chat/stream-parallel-tool-calls/prism--mistral-stream-with-tools-1-1--0',
  },
  {
    number: 29,
    ours: 'arguments may come in pieces addressed by path',
    recording: `${GG}/stream-tool-call/ai--google-google-stream-tool-call-arguments.chunks--0`,
  },
  {
    number: 30,
    ours: 'a tool plan is not content',
    recording: `${BC}/tool-result/opentelemetry-python-contrib--opentelemetry-instrumentation-botocore-test_converse_tool_call_no_content--1`,
  },
  {
    number: 31,
    ours: 'a call named "parallel" is passed on as the model wrote it',
    recording: `${OR}/tool-call/ai--responses-parallel-tool-call-wrapper.1--0`,
  },
  {
    number: 32,
    ours: 'thinking is read from every place where it stands',
    recording: 'mistral/openai-chat/stream-plain/prism--mistral-stream-reasoning-model-1-1--0',
  },
  {
    number: 33,
    ours: 'signatures come back as they were',
    recording: `${AM}/tool-result/ellmer--testthat-anthropic-tool--2`,
  },
  {
    number: 34,
    ours: 'items are followed by their place, as some servers change their ids',
    recording: `${OR}/stream-reasoning/ai--responses-github-copilot-id-rotation.1.chunks--0`,
  },
  { number: 35, ours: 'every envelope of errors gives its sentence' },
  {
    number: 36,
    ours: 'a bad key is a bad key whatever the status',
    recording:
      'xai/openai-responses/error-400/ruby_llm--chat_error_handling_with_xai_grok-4-1-fast-non-reasoning_raises_appropriate_auth_error--0',
  },
  {
    number: 37,
    ours: 'an error after status 200 is no success',
    recording: 'openrouter/openai-chat/stream-error/req_llm--google_gemini_2_5_flash_lite-object_streaming--0',
  },
  {
    number: 38,
    ours: 'content that is an object is JSON text',
    recording:
      'workers-ai/openai-chat/structured-output/chatlas--test_provider_cloudflare-test_cloudflare_data_extraction--0',
  },
  { number: 39, ours: 'native Workers AI replies and errors are understood' },
  { number: 40, ours: 'repeated ids of tool calls keep their pairs' },
  {
    number: 41,
    ours: 'a first chunk without a model names none',
    recording: 'azure/openai-chat/stream-plain/openllmetry--test_azure-test_chat_streaming--1',
  },
  {
    number: 42,
    ours: 'messages that repeat are not doubled, and large numbers not rounded',
    recording: 'together/openai-chat/stream-plain/openinference--test_instrumentor-test_async_chat_stream--0',
  },
  {
    number: 43,
    ours: 'citations keep their addresses',
    recording: `${AM}/stream-server-tool/fantasy--TestAnthropicWebSearch-stream--0`,
  },
  {
    number: 44,
    ours: 'embeddings in every shape',
    recording: 'openai/embeddings/embeddings/ai-gateway--testopenai-embeddings-base64--0',
  },
]
