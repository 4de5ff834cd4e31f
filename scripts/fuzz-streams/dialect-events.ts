/** Events that vendors send and our encoders never write, so that the fuzzer reaches the code that reads them. */

import type { Json } from '../../src/ground/json.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'

interface SeedEvent {
  readonly event: string
  readonly body: Json
}

const chat = (delta: Json, more: Json = {}): SeedEvent => ({
  event: '',
  body: { id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, ...Object(more) }] },
})
const named = (event: string, fields: Json = {}): SeedEvent => ({ event, body: { type: event, ...Object(fields) } })

const EVENTS: Readonly<Partial<Record<ChatWireName, readonly SeedEvent[]>>> = {
  'openai-chat': [
    chat({ reasoning: 'a', reasoning_details: [{ type: 'reasoning.text', text: 'a', signature: 's', index: 0 }] }),
    chat({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'a' }] },
        { type: 'text', text: 'b' },
      ],
    }),
    chat({ content: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'a', signature: 's' }] }] }),
    chat({ function_call: { name: 'f', arguments: '{' } }),
    chat({ tool_calls: [{ index: 0, function: { name: 'f', arguments: { a: 1 } } }] }),
    chat({
      annotations: [{ type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 0, end_index: 1 } }],
    }),
    chat({ content: { response: 'an object' } }, { finish_reason: 'stop', stop_reason: 7 }),
    chat({ audio: { id: 'a', data: 'AAAA', transcript: 't' } }),
    chat({ content: 'a', refusal: null }, { content_filter_results: { hate: { filtered: true } } }),
    { event: '', body: { choices: [], x_groq: { id: 'r', usage: { prompt_tokens: 1, completion_tokens: 2 } } } },
    { event: '', body: { choices: [], prompt_filter_results: [{ prompt_index: 0 }], id: '', created: 0 } },
    {
      event: '',
      body: { error: { code: 502, message: 'm', metadata: { raw: '{"error":{"message":"x"}}' } }, choices: [] },
    },
    { event: '', body: { object: 'error', message: 'down', code: 40303 } },
  ],
  'openai-responses': [
    named('response.created', { response: { id: 'r', model: 'm', status: 'in_progress', output: [] } }),
    named('response.output_item.added', { output_index: 0, item: { type: 'reasoning', id: 'i', summary: [] } }),
    named('response.reasoning_text.delta', { item_id: 'i', output_index: 0, content_index: 0, delta: 'a' }),
    named('response.reasoning_summary_text.delta', { item_id: 'j', output_index: 0, summary_index: 0, delta: 'a' }),
    named('response.output_item.added', { output_index: 1, item: { type: 'web_search_call', id: 'w', status: 'x' } }),
    named('response.output_text.annotation.added', { output_index: 2, annotation: { type: 'url_citation', url: 'u' } }),
    named('response.incomplete', { response: { incomplete_details: { reason: 'max_output_tokens' }, output: [] } }),
    named('response.failed', { response: { error: { code: 'server_error', message: 'm' } } }),
    named('error', { code: 'rate_limit_exceeded', message: 'm', param: null }),
  ],
  'anthropic-messages': [
    named('ping'),
    named('content_block_start', {
      index: 0,
      content_block: { type: 'server_tool_use', id: 's', name: 'n', input: {} },
    }),
    named('content_block_start', {
      index: 1,
      content_block: { type: 'web_search_tool_result', content: [{ type: 'x' }] },
    }),
    named('content_block_delta', { index: 0, delta: { type: 'citations_delta', citation: { type: 'char_location' } } }),
    named('content_block_delta', { index: 0, delta: { type: 'compaction_delta', content: 'a' } }),
    named('message_delta', { delta: { stop_reason: 'refusal', stop_details: {} }, usage: { iterations: [{}] } }),
    named('error', { error: { type: 'overloaded_error', message: 'm' } }),
  ],
  'gemini-generate': [
    {
      event: '',
      body: { candidates: [{ content: { parts: [{ thought: true, text: 'a', thoughtSignature: 's' }] } }] },
    },
    { event: '', body: { candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] } }] } },
    {
      event: '',
      body: {
        candidates: [
          {
            content: {
              parts: [
                {
                  functionCall: {
                    name: 'f',
                    partialArgs: [{ jsonPath: '$.a[0].b', stringValue: 'x', willContinue: true }],
                  },
                },
                { functionCall: {} },
                { executableCode: { language: 'PYTHON', code: '1' } },
                { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
              ],
            },
            groundingMetadata: {
              groundingChunks: [{ web: { uri: 'u', title: 't' } }],
              groundingSupports: [{ segment: { startIndex: 0, endIndex: 2, text: 'a' }, groundingChunkIndices: [0] }],
            },
          },
        ],
      },
    },
    { event: '', body: { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 1 } } },
    {
      event: '',
      body: {
        candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'm', index: 1 }],
        usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 2, thoughtsTokenCount: 3, totalTokenCount: 14 },
      },
    },
    { event: '', body: { error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '48s' }] } } },
  ],
  'cohere-chat': [
    named('tool-plan-delta', { delta: { message: { tool_plan: 'I will' } } }),
    named('citation-start', {
      index: 0,
      delta: { message: { citations: { start: 0, end: 2, text: 'a', sources: [{}] } } },
    }),
    named('message-end', { delta: { finish_reason: 'ERROR', error: 'm', usage: { billed_units: {}, tokens: {} } } }),
    { event: '', body: { event_type: 'text-generation', text: 'a' } },
    { event: '', body: { event_type: 'stream-end', finish_reason: 'COMPLETE', response: { meta: {} } } },
  ],
  'ollama-chat': [
    { event: '', body: { model: 'm', message: { role: 'assistant', thinking: 'a', content: '' }, done: false } },
    { event: '', body: { model: 'm', message: { tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] } } },
    { event: '', body: { error: 'model crashed' } },
  ],
  'ollama-generate': [
    { event: '', body: { model: 'm', response: 'a', thinking: 'b', done: false } },
    { event: '', body: { model: 'm', response: '', done: true, done_reason: 'load', context: [1, 2] } },
  ],
  'bedrock-converse': [
    { event: 'contentBlockStart', body: { contentBlockIndex: 0, start: { toolUse: { toolUseId: 't', name: 'n' } } } },
    {
      event: 'contentBlockDelta',
      body: { contentBlockIndex: 0, delta: { reasoningContent: { redactedContent: 'AAAA' } } },
    },
    {
      event: 'contentBlockDelta',
      body: { contentBlockIndex: 1, delta: { citation: { title: 't', location: { web: {} } } } },
    },
    {
      event: 'metadata',
      body: { usage: { inputTokens: 1, cacheDetails: [{ ttl: '1h', inputTokens: 2 }] }, trace: {} },
    },
    { event: 'exception:throttlingException', body: { message: 'm' } },
  ],
}

/** Healthy in form; where they stand in a stream is up to the fuzzer. */
export function dialectEvents(wire: ChatWireName): readonly SeedEvent[] {
  return EVENTS[wire] ?? []
}
