/** Anthropic messages, asked with `@anthropic-ai/sdk`. */

import Anthropic from '@anthropic-ai/sdk'
import { asArray, asObject, asString, type Json, type JsonObject } from '../../../src/ground/json.ts'
import { type Dialect, LACKS_NOTHING, type Question } from './dialect.ts'
import { TIMEOUT_MS } from './openai-client.ts'
import { readAnthropic } from './read-anthropic.ts'
import { addText, callLine, type RequestReading, resultLine, stopOf, textOf } from './request-reading.ts'

export const anthropicMessages: Dialect = {
  wire: 'anthropic-messages',
  ask,
  isStrict: true,
  read: readAnthropic,
  ends(objects) {
    const types = objects.map((object) => asString(asObject(object)?.type))
    return !types.includes('message_start') || types.includes('message_stop')
  },
  means: {
    end_turn: 'done',
    stop_sequence: 'stop-word',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    tool_use: 'tools',
    pause_turn: 'paused',
    refusal: 'refused',
  },
  says: {
    done: ['end_turn'],
    tools: ['tool_use'],
    'stop-word': ['stop_sequence', 'end_turn'],
    length: ['max_tokens', 'model_context_window_exceeded'],
    filtered: ['refusal'],
    refused: ['refusal'],
    paused: ['pause_turn'],
    failed: [],
  },
  lacks: LACKS_NOTHING,
  readRequest,
  least: (model, stream) => ({ model, max_tokens: 1024, messages: [{ role: 'user', content: 'Hello.' }], stream }),
  isRequest: (body) => Array.isArray(body.messages),
}

async function ask(question: Question, fetch: typeof globalThis.fetch, objects: unknown[]): Promise<void> {
  const client = new Anthropic({
    apiKey: question.key,
    authToken: null,
    baseURL: question.url,
    maxRetries: 0,
    timeout: TIMEOUT_MS,
    logLevel: 'off',
    fetch,
  })
  // The body is a recording of some client's request, so it is whatever that client sent.
  const body = question.body as unknown as Anthropic.MessageCreateParamsNonStreaming
  if (!question.stream) {
    objects.push(await client.messages.create(body))
  } else if (question.strict) {
    const stream = client.messages.stream({ ...body, stream: true })
    for await (const event of stream) objects.push(structuredClone(event))
    await stream.finalMessage()
  } else {
    for await (const event of await client.messages.create({ ...body, stream: true })) objects.push(event)
  }
}

function readRequest(body: JsonObject, stream: boolean): RequestReading {
  const turns: string[] = []
  for (const json of asArray(body.messages)) {
    const message = asObject(json)
    addBlocks(turns, asString(message?.role) ?? '', message?.content)
  }
  return {
    stream,
    system: textOf(body.system),
    turns,
    tools: asArray(body.tools).flatMap((tool) => {
      const definition = asObject(tool)
      return definition?.input_schema === undefined ? [] : (asString(definition.name) ?? [])
    }),
    maxTokens: body.max_tokens ?? null,
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    stop: stopOf(body.stop_sequences),
  }
}

/** Text blocks of a message are one line, as another format may join them. */
function addBlocks(turns: string[], role: string, content: Json | undefined): void {
  const texts: string[] = []
  for (const json of typeof content === 'string' ? [{ type: 'text', text: content }] : asArray(content)) {
    const block = asObject(json)
    if (block?.type === 'text') texts.push(asString(block.text) ?? '')
    else if (block?.type === 'tool_use') turns.push(callLine(block.id, block.name, block.input))
    else if (block?.type === 'tool_result') turns.push(resultLine(block.tool_use_id, resultText(block.content)))
  }
  addText(turns, role, texts.join(''))
}

/** The texts of a result and of the documents in it. */
function resultText(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return asArray(content)
    .map((json) => {
      const block = asObject(json)
      const source = asObject(block?.source)
      return asString(block?.text) ?? (source?.type === 'text' ? (asString(source.data) ?? '') : '')
    })
    .join('')
}
