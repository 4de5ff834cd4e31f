/** OpenAI's legacy completions, asked with the `openai` SDK: a text that is gone on with. */

import type OpenAI from 'openai'
import { asArray, asNumber, asObject, asString, type JsonObject } from '../../../src/ground/json.ts'
import type { Dialect, Question } from './dialect.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiClient } from './openai-client.ts'
import { usageOf } from './read-openai.ts'
import { emptyChoice, type Reading } from './reading.ts'
import { addText, type RequestReading, stopOf } from './request-reading.ts'

export const openaiCompletions: Dialect = {
  wire: 'openai-completions',
  ask,
  read,
  ends: (objects) => read(objects)?.choices.every((choice) => choice.finish) ?? true,
  means: openaiChat.means,
  says: { ...openaiChat.says, tools: ['stop', 'tool_calls'], refused: ['stop', 'content_filter'] },
  lacks: new Set(['refusal', 'thinking', 'signatures', 'redacted', 'tool calls', 'turns']),
  readRequest,
  least: (model, stream, usage) => ({
    model,
    prompt: 'Hello.',
    stream,
    ...(stream && usage && { stream_options: { include_usage: true } }),
  }),
  isRequest: (body) => body.prompt !== undefined,
}

async function ask(question: Question, fetch: typeof globalThis.fetch, objects: unknown[]): Promise<void> {
  const client = openaiClient(question, fetch)
  const body = question.body as unknown as OpenAI.CompletionCreateParamsNonStreaming
  if (!question.stream) objects.push(await client.completions.create(body))
  else for await (const chunk of await client.completions.create({ ...body, stream: true })) objects.push(chunk)
}

function read(objects: readonly unknown[]): Reading | undefined {
  const reading: Reading = { choices: [] }
  let isReply = false
  for (const object of objects) {
    const reply = asObject(object)
    if (!Array.isArray(reply?.choices)) continue
    isReply = true
    for (const [position, json] of asArray(reply.choices).entries()) {
      const choice = asObject(json)
      const index = asNumber(choice?.index) ?? position
      while (reading.choices.length <= index) reading.choices.push(emptyChoice())
      const at = reading.choices[index]
      if (!at) continue
      at.text += asString(choice?.text) ?? ''
      at.finish = asString(choice?.finish_reason) || at.finish
    }
    const usage = usageOf(reply)
    if (usage) reading.usage = usage
  }
  return isReply ? reading : undefined
}

function readRequest(body: JsonObject, stream: boolean): RequestReading {
  const turns: string[] = []
  const prompt =
    asString(body.prompt) ??
    asArray(body.prompt)
      .flatMap((text) => asString(text) ?? [])
      .join('')
  addText(turns, 'user', prompt)
  return {
    stream,
    system: '',
    turns,
    tools: [],
    maxTokens: body.max_tokens ?? null,
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    stop: stopOf(body.stop),
  }
}
