/** Replies and stream events of the API's first version -> the same in its second, so that one reading serves both. */

import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'

/** A whole reply. What only the first version says (`chat_history`…) stays beside. Undefined for one of the second version. */
export function modernReply(body: JsonObject): JsonObject | undefined {
  if (body.message !== undefined || typeof body.text !== 'string') return undefined
  const { generation_id, text, finish_reason, meta, tool_calls, citations, ...rest } = body
  const { billed_units, tokens, cached_tokens, ...about } = asObject(meta) ?? {}
  return {
    ...rest,
    ...(Object.keys(about).length > 0 && { meta: about }),
    id: generation_id ?? body.response_id,
    message: {
      role: 'assistant',
      content: text ? [{ type: 'text', text }] : [],
      tool_calls: modernCalls(tool_calls),
      citations: asArray(citations),
    },
    finish_reason,
    ...(meta !== undefined && { usage: { billed_units, tokens, cached_tokens } }),
  }
}

/** One event as events of the second version; undefined for an event of that version. */
export function modernEvents(event: JsonObject): JsonObject[] | undefined {
  switch (event.event_type) {
    case undefined:
      return undefined
    case 'stream-start':
      return [{ type: 'message-start', id: event.generation_id, delta: {} }]
    case 'text-generation':
      return [{ type: 'content-delta', index: 0, delta: { message: { content: { text: event.text } } } }]
    case 'citation-generation':
      return asArray(event.citations).map((citations, index) => ({
        type: 'citation-start',
        index,
        delta: { message: { citations } },
      }))
    case 'tool-calls-generation':
      return modernCalls(event.tool_calls).flatMap((call, index) => [
        { type: 'tool-call-start', index, delta: { message: { tool_calls: call } } },
        { type: 'tool-call-end', index },
      ])
    case 'stream-end': {
      const { message: _, id: __, ...delta } = modernReply(asObject(event.response) ?? {}) ?? {}
      return [{ type: 'message-end', delta: { ...delta, finish_reason: event.finish_reason } }]
    }
    default:
      return [{ ...event, type: asString(event.event_type) ?? '' }]
  }
}

/** Calls had a name and `parameters`, and no id. */
function modernCalls(calls: Json | undefined): JsonObject[] {
  return asArray(calls)
    .filter(isObject)
    .map(({ name, parameters }) => ({ type: 'function', function: { name, arguments: parameters ?? null } }))
}
