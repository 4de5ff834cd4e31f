/** Cohere's chat, version 2, asked plainly. */

import {
  asArray,
  asNumber,
  asObject,
  asString,
  type Json,
  type JsonObject,
  parseJson,
} from '../../../src/ground/json.ts'
import type { Dialect } from './dialect.ts'
import { askPlainly } from './plain-ask.ts'
import { type ChoiceReading, emptyChoice, type Reading } from './reading.ts'
import { addText, callLine, type RequestReading, resultLine, stopOf, textOf } from './request-reading.ts'

export const cohereChat: Dialect = {
  wire: 'cohere-chat',
  ask: (question, fetch, objects) =>
    askPlainly(
      {
        url: `${question.url}/v2/chat`,
        headers: { authorization: `Bearer ${question.key}` },
        body: question.body,
        pieces: question.stream ? 'sse' : 'json',
      },
      fetch,
      objects,
      errorIn,
    ),
  read,
  ends(objects) {
    const types = objects.map((object) => asString(asObject(object)?.type))
    return !types.includes('message-start') || types.includes('message-end')
  },
  means: {
    COMPLETE: 'done',
    STOP_SEQUENCE: 'stop-word',
    MAX_TOKENS: 'length',
    TOOL_CALL: 'tools',
    ERROR_TOXIC: 'filtered',
    ERROR: 'failed',
    TIMEOUT: 'failed',
  },
  says: {
    done: ['COMPLETE'],
    tools: ['TOOL_CALL'],
    'stop-word': ['STOP_SEQUENCE', 'COMPLETE'],
    length: ['MAX_TOKENS'],
    filtered: ['ERROR_TOXIC', 'ERROR', 'COMPLETE'],
    refused: ['COMPLETE', 'ERROR_TOXIC', 'ERROR'],
    paused: ['COMPLETE'],
    failed: [],
  },
  lacks: new Set(['refusal', 'signatures', 'redacted']),
  readRequest,
  least: (model, stream) => ({ model, messages: [{ role: 'user', content: 'Hello.' }], stream }),
  isRequest: (body) => Array.isArray(body.messages),
}

/** An object of its own, or a stream that ends as an error. */
function errorIn(object: JsonObject): string | undefined {
  if (object.type === 'error' || typeof object.message === 'string') return String(object.message)
  const delta = object.type === 'message-end' ? asObject(object.delta) : undefined
  return delta?.finish_reason === 'ERROR' ? String(delta.error ?? 'ERROR') : undefined
}

function read(objects: readonly unknown[]): Reading | undefined {
  const events = objects.map((object) => asObject(object) ?? {})
  const [first] = events
  const choice = emptyChoice()
  if (first && !first.type) {
    if (!asObject(first.message)) return undefined
    takeMessage(choice, asObject(first.message) ?? {})
    choice.finish = asString(first.finish_reason) ?? ''
    return withUsage(choice, asObject(first.usage))
  }
  if (first?.type !== 'message-start') return undefined
  let usage: JsonObject | undefined
  for (const event of events) {
    const delta = asObject(event.delta)
    takeDelta(choice, asString(event.type) ?? '', asObject(delta?.message) ?? {})
    if (event.type !== 'message-end') continue
    choice.finish = asString(delta?.finish_reason) ?? ''
    usage = asObject(delta?.usage)
  }
  return withUsage(choice, usage)
}

/**
 * What is billed counts: the other tokens are of the provider's own template (corpus README, item 19), and so are the cached
 * ones wherever the two differ.
 */
function withUsage(choice: ChoiceReading, usage: JsonObject | undefined): Reading {
  const billed = asObject(usage?.billed_units)
  const tokens = asObject(usage?.tokens)
  const prompt = asNumber(billed?.input_tokens) ?? asNumber(tokens?.input_tokens)
  const completion = asNumber(billed?.output_tokens) ?? asNumber(tokens?.output_tokens)
  if (prompt === undefined || completion === undefined) return { choices: [choice] }
  const isPlain = tokens === undefined || tokens.input_tokens === prompt
  const cached = isPlain ? (asNumber(usage?.cached_tokens) ?? 0) : 0
  return { choices: [choice], usage: { prompt, cached, completion } }
}

function takeMessage(choice: ChoiceReading, message: JsonObject): void {
  for (const json of asArray(message.content)) {
    const block = asObject(json)
    choice.thinking += asString(block?.thinking) ?? ''
    choice.text += asString(block?.text) ?? ''
  }
  choice.thinking += asString(message.tool_plan) ?? ''
  for (const call of asArray(message.tool_calls)) startCall(choice, asObject(call))
}

function takeDelta(choice: ChoiceReading, type: string, message: JsonObject): void {
  const content = asObject(message.content)
  if (type === 'content-delta' || type === 'content-start') {
    choice.text += asString(content?.text) ?? ''
    choice.thinking += asString(content?.thinking) ?? ''
  } else if (type === 'tool-plan-delta') choice.thinking += asString(message.tool_plan) ?? ''
  else if (type === 'tool-call-start') startCall(choice, asObject(message.tool_calls))
  else if (type === 'tool-call-delta') {
    const last = choice.toolCalls.at(-1)
    if (last) last.arguments += asString(asObject(asObject(message.tool_calls)?.function)?.arguments) ?? ''
  }
}

function startCall(choice: ChoiceReading, call: JsonObject | undefined): void {
  const called = asObject(call?.function)
  choice.toolCalls.push({
    id: asString(call?.id) ?? '',
    name: asString(called?.name) ?? '',
    arguments: asString(called?.arguments) ?? '',
  })
}

function readRequest(body: JsonObject, stream: boolean): RequestReading {
  const system: string[] = []
  const turns: string[] = []
  for (const json of asArray(body.messages)) {
    const message = asObject(json)
    const role = asString(message?.role) ?? ''
    if (role === 'system' || role === 'developer') system.push(textOf(message?.content))
    else if (role === 'tool') turns.push(resultLine(message?.tool_call_id, toolText(message?.content)))
    else {
      addText(turns, role, textOf(message?.content))
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
    maxTokens: body.max_tokens ?? null,
    temperature: body.temperature ?? null,
    topP: body.p ?? null,
    stop: stopOf(body.stop_sequences),
  }
}

/** Results are text, or documents whose data is the text. */
function toolText(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return asArray(content)
    .map((json) => {
      const part = asObject(json)
      const data = asObject(part?.document)?.data
      const fields = asObject(data)
      const only = fields && Object.keys(fields).length === 1 ? asString(fields.text) : asString(data)
      return asString(part?.text) ?? only ?? JSON.stringify(data ?? '')
    })
    .join('')
}
