/** Ollama's chat and generate, asked plainly. */

import { asArray, asNumber, asObject, asString, type JsonObject } from '../../../src/ground/json.ts'
import type { ChatWireName } from '../../../src/wires/wire.ts'
import type { Dialect, Question } from './dialect.ts'
import { askPlainly } from './plain-ask.ts'
import { emptyChoice, type Reading } from './reading.ts'
import { addText, callLine, type RequestReading, resultLine, stopOf, unnamedIds } from './request-reading.ts'

const LACKS = ['refusal', 'signatures', 'redacted', 'cached'] as const

export const ollamaChat: Dialect = {
  ...ollama('ollama-chat', '/api/chat'),
  // Its calls may have no ids; results then follow their calls in order.
  lacks: new Set([...LACKS, 'tool ids']),
  readRequest: readChat,
  least: (model, stream) => ({ model, messages: [{ role: 'user', content: 'Hello.' }], stream }),
  isRequest: (body) => Array.isArray(body.messages),
}

export const ollamaGenerate: Dialect = {
  ...ollama('ollama-generate', '/api/generate'),
  lacks: new Set([...LACKS, 'tool calls', 'turns']),
  readRequest: readGenerate,
  least: (model, stream) => ({ model, prompt: 'Hello.', stream }),
  isRequest: (body) => body.prompt !== undefined,
}

function ollama(wire: ChatWireName, path: string): Pick<Dialect, 'wire' | 'ask' | 'read' | 'ends' | 'means' | 'says'> {
  return {
    wire,
    ask: (question: Question, fetch, objects) =>
      askPlainly(
        {
          url: question.url + path,
          headers: { authorization: `Bearer ${question.key}` },
          body: question.body,
          pieces: question.stream ? 'ndjson' : 'json',
        },
        fetch,
        objects,
        (object) => asString(object.error),
      ),
    read,
    ends: (objects) => objects.length === 0 || asObject(objects.at(-1))?.done === true,
    means: { stop: 'done', length: 'length', load: 'done', unload: 'done', '': 'done' },
    says: {
      done: ['stop'],
      tools: ['stop', 'tool_calls'],
      'stop-word': ['stop'],
      length: ['length'],
      filtered: ['stop', 'content_filter'],
      refused: ['stop', 'content_filter'],
      paused: ['stop'],
      failed: [],
    },
  }
}

function read(objects: readonly unknown[]): Reading | undefined {
  const reading: Reading = { choices: [] }
  const choice = emptyChoice()
  for (const object of objects) {
    const line = asObject(object)
    const message = asObject(line?.message)
    if (!line || (!message && typeof line.response !== 'string')) continue
    reading.choices = [choice]
    choice.text += asString(message?.content) ?? asString(line.response) ?? ''
    choice.thinking += asString(message?.thinking) ?? asString(line.thinking) ?? ''
    for (const call of asArray(message?.tool_calls)) {
      const called = asObject(asObject(call)?.function)
      choice.toolCalls.push({
        id: asString(asObject(call)?.id) ?? '',
        name: asString(called?.name) ?? '',
        arguments: JSON.stringify(called?.arguments ?? {}),
      })
    }
    choice.finish = asString(line.done_reason) ?? (line.done === true ? 'stop' : choice.finish)
    const prompt = asNumber(line.prompt_eval_count)
    const completion = asNumber(line.eval_count)
    // Counts of 0 are left out; a prompt it had in its cache is not counted again.
    if (prompt !== undefined || completion !== undefined)
      reading.usage = { prompt: prompt ?? 0, cached: 0, completion: completion ?? 0 }
  }
  return reading.choices.length ? reading : undefined
}

function readChat(body: JsonObject, stream: boolean): RequestReading {
  const system: string[] = []
  const turns: string[] = []
  const ids = unnamedIds()
  for (const json of asArray(body.messages)) {
    const message = asObject(json)
    const role = asString(message?.role) ?? ''
    const text = asString(message?.content) ?? ''
    if (role === 'system') system.push(text)
    else if (role === 'tool')
      turns.push(resultLine(message?.tool_call_id ?? ids.answered(message?.tool_name ?? message?.name), text))
    else {
      addText(turns, role, text)
      for (const call of asArray(message?.tool_calls)) {
        const called = asObject(asObject(call)?.function)
        turns.push(callLine(asObject(call)?.id ?? ids.called(called?.name), called?.name, called?.arguments))
      }
    }
  }
  const tools = asArray(body.tools).flatMap((tool) => asString(asObject(asObject(tool)?.function)?.name) ?? [])
  return { ...settingsOf(body), stream, system: system.join('\n'), turns, tools }
}

function readGenerate(body: JsonObject, stream: boolean): RequestReading {
  const turns: string[] = []
  addText(turns, 'user', asString(body.prompt) ?? '')
  return { ...settingsOf(body), stream, system: asString(body.system) ?? '', turns, tools: [] }
}

function settingsOf(body: JsonObject): Pick<RequestReading, 'maxTokens' | 'temperature' | 'topP' | 'stop'> {
  const options = asObject(body.options)
  return {
    // Negative: without a limit.
    maxTokens: Number(options?.num_predict) < 0 ? null : (options?.num_predict ?? null),
    temperature: options?.temperature ?? null,
    topP: options?.top_p ?? null,
    stop: stopOf(options?.stop),
  }
}
