/** OpenAI chat completions, asked with the `openai` SDK. */

import type OpenAI from 'openai'
import { asArray, asObject, asString, type Json, type JsonObject, parseJson } from '../../../src/ground/json.ts'
import { type Dialect, LACKS_NOTHING, type Question } from './dialect.ts'
import { openaiClient } from './openai-client.ts'
import { readOpenai } from './read-openai.ts'
import { addText, callLine, type RequestReading, resultLine, stopOf, textOf } from './request-reading.ts'

export const openaiChat: Dialect = {
  wire: 'openai-chat',
  ask,
  isStrict: true,
  read: readOpenai,
  ends: (objects) => readOpenai(objects)?.choices.every((choice) => choice.finish) ?? true,
  means: {
    stop: 'done',
    // Together's older models say this for stop: corpus 6d6f745d89c889c8.
    eos: 'done',
    length: 'length',
    model_length: 'length',
    tool_calls: 'tools',
    function_call: 'tools',
    content_filter: 'filtered',
  },
  says: {
    done: ['stop'],
    tools: ['tool_calls'],
    'stop-word': ['stop'],
    length: ['length'],
    filtered: ['content_filter'],
    refused: ['content_filter', 'stop'],
    paused: ['stop'],
    failed: [],
  },
  lacks: LACKS_NOTHING,
  readRequest,
  least: (model, stream, usage) => ({
    model,
    messages: [{ role: 'user', content: 'Hello.' }],
    stream,
    ...(stream && usage && { stream_options: { include_usage: true } }),
  }),
  isRequest: (body) => Array.isArray(body.messages),
}

async function ask(question: Question, fetch: typeof globalThis.fetch, objects: unknown[]): Promise<void> {
  const client = openaiClient(question, fetch)
  // The body is a recording of some client's request, so it is whatever that client sent.
  const body = question.body as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming
  if (!question.stream) {
    objects.push(await client.chat.completions.create(body))
  } else if (question.strict) {
    const stream = client.chat.completions.stream({ ...body, stream: true })
    for await (const chunk of stream) objects.push(chunk)
    await stream.finalChatCompletion()
  } else {
    for await (const chunk of await client.chat.completions.create({ ...body, stream: true })) objects.push(chunk)
  }
}

function readRequest(body: JsonObject, stream: boolean): RequestReading {
  const system: string[] = []
  const turns: string[] = []
  for (const json of asArray(body.messages)) {
    const message = asObject(json)
    const role = asString(message?.role) ?? ''
    if (role === 'system' || role === 'developer') system.push(textOf(message?.content))
    else if (role === 'tool') turns.push(resultLine(message?.tool_call_id, textOf(message?.content)))
    else {
      addText(turns, role, partsText(message?.content))
      for (const call of asArray(message?.tool_calls)) {
        const called = asObject(asObject(call)?.function)
        turns.push(callLine(asObject(call)?.id, called?.name, parseJson(asString(called?.arguments) || '{}')))
      }
    }
  }
  return {
    stream,
    system: system.join('\n'),
    turns,
    tools: asArray(body.tools).flatMap((tool) => asString(asObject(asObject(tool)?.function)?.name) ?? []),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    stop: stopOf(body.stop),
  }
}

/** Text parts only: pictures and files are not compared here. */
function partsText(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return textOf(asArray(content).filter((part) => asObject(part)?.type === 'text'))
}
