/** OpenAI responses, asked with the `openai` SDK. */

import type OpenAI from 'openai'
import {
  asArray,
  asNumber,
  asObject,
  asString,
  type Json,
  type JsonObject,
  parseJson,
} from '../../../src/ground/json.ts'
import type { Dialect, Question } from './dialect.ts'
import { openaiClient } from './openai-client.ts'
import { type ChoiceReading, emptyChoice, type Reading } from './reading.ts'
import { addText, callLine, type RequestReading, resultLine, textOf } from './request-reading.ts'

const LAST = new Set(['response.completed', 'response.incomplete', 'response.failed'])

export const openaiResponses: Dialect = {
  wire: 'openai-responses',
  ask,
  isStrict: true,
  read,
  ends(objects) {
    const types = objects.map((object) => asString(asObject(object)?.type) ?? '')
    return !types.some((type) => type.startsWith('response.')) || types.some((type) => LAST.has(type))
  },
  means: {
    completed: 'done',
    max_output_tokens: 'length',
    max_tokens: 'length',
    content_filter: 'filtered',
    incomplete: 'length',
  },
  says: {
    done: ['completed'],
    tools: ['completed'],
    'stop-word': ['completed'],
    length: ['max_output_tokens'],
    filtered: ['content_filter'],
    refused: ['completed', 'content_filter'],
    paused: ['completed', 'incomplete'],
    failed: [],
  },
  lacks: new Set(['stop']),
  readRequest,
  least: (model, stream) => ({ model, input: 'Hello.', stream }),
  isRequest: (body) => body.input !== undefined,
}

async function ask(question: Question, fetch: typeof globalThis.fetch, objects: unknown[]): Promise<void> {
  const client = openaiClient(question, fetch)
  const body = question.body as unknown as OpenAI.Responses.ResponseCreateParamsNonStreaming
  if (!question.stream) {
    objects.push(await client.responses.create(body))
  } else if (question.strict) {
    const stream = client.responses.stream({ ...body, stream: true })
    for await (const event of stream) objects.push(structuredClone(event))
    await stream.finalResponse()
  } else {
    for await (const event of await client.responses.create({ ...body, stream: true })) objects.push(event)
  }
}

/** The last event of a stream holds the whole response; the deltas are read too, and must say the same text. */
function read(objects: readonly unknown[]): Reading | undefined {
  const first = asObject(objects[0])
  if (first?.object === 'response') return readResponse(first)
  // A few recordings hold the streams of several requests; a response ends with its last event.
  const end = objects.findIndex((event) => LAST.has(asString(asObject(event)?.type) ?? ''))
  const last = asObject(objects[end])
  const own = objects.slice(0, end + 1)
  const whole = asObject(last?.response)
  if (!whole) return undefined
  // Some servers leave the output of the last event empty, and OpenAI encrypts thinking anew in it: the finished items count.
  const done = itemsDone(own)
  const reading = readResponse({ ...whole, output: done.length ? done : (whole.output ?? []) })
  const deltas = textOfDeltas(own)
  const [choice] = reading.choices
  if (choice && deltas !== undefined) choice.text = deltas
  return reading
}

function asObjectOf(value: unknown): JsonObject | undefined {
  return asObject(value)
}

function itemsDone(objects: readonly unknown[]): Json[] {
  const done = objects.map(asObjectOf).filter((event) => event?.type === 'response.output_item.done')
  return done.map((event) => event?.item ?? null)
}

function textOfDeltas(objects: readonly unknown[]): string | undefined {
  const deltas = objects.map(asObjectOf).filter((event) => event?.type === 'response.output_text.delta')
  return deltas.length ? deltas.map((event) => asString(event?.delta) ?? '').join('') : undefined
}

function readResponse(response: JsonObject): Reading {
  const choice = emptyChoice()
  for (const item of asArray(response.output)) takeItem(choice, asObject(item))
  const reason = asString(asObject(response.incomplete_details)?.reason)
  choice.finish = reason ?? asString(response.status) ?? 'completed'
  const usage = asObject(response.usage)
  const prompt = asNumber(usage?.input_tokens)
  const completion = asNumber(usage?.output_tokens)
  if (prompt === undefined || completion === undefined) return { choices: [choice] }
  const cached = asNumber(asObject(usage?.input_tokens_details)?.cached_tokens) ?? 0
  return { choices: [choice], usage: { prompt, cached, completion } }
}

function takeItem(choice: ChoiceReading, item: JsonObject | undefined): void {
  if (item?.type === 'message') for (const part of asArray(item.content)) takePart(choice, asObject(part))
  else if (item?.type === 'reasoning') {
    const words = (parts: Json | undefined, between: string): string =>
      asArray(parts)
        .map((part) => asString(asObject(part)?.text) ?? '')
        .join(between)
    // Each part of a summary is a paragraph.
    choice.thinking += words(item.summary, '\n\n') + words(item.content, '')
    takeSealed(choice, asString(item.encrypted_content) ?? '')
  } else if (item?.type === 'function_call' || item?.type === 'custom_tool_call') {
    choice.toolCalls.push({
      id: asString(item.call_id) ?? '',
      name: asString(item.name) ?? '',
      arguments: asString(item.arguments) ?? asString(item.input) ?? '',
    })
  }
}

/** What other makers signed or sealed comes marked, to be sent back to them. */
function takeSealed(choice: ChoiceReading, sealed: string): void {
  const [, kind, data] = /^carried-(signature|redacted):(.*)$/s.exec(sealed) ?? []
  if (kind === 'signature' && data) choice.signatures.push(data)
  else if (kind !== 'signature' && sealed) choice.redacted.push(data ?? sealed)
}

function takePart(choice: ChoiceReading, part: JsonObject | undefined): void {
  if (part?.type === 'refusal') choice.refusal += asString(part.refusal) ?? ''
  if (part?.type !== 'output_text') return
  choice.text += asString(part.text) ?? ''
  for (const annotation of asArray(part.annotations)) {
    const address = asString(asObject(annotation)?.url)
    if (address) choice.citations.push(address)
  }
}

function readRequest(body: JsonObject, stream: boolean): RequestReading {
  const system = asString(body.instructions) ? [asString(body.instructions) ?? ''] : []
  const turns: string[] = []
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : asArray(body.input)
  for (const json of items) {
    const item = asObject(json)
    const role = asString(item?.role)
    if (role === 'system' || role === 'developer') system.push(textOf(item?.content))
    else if (role) addText(turns, role, textOf(item?.content))
    else if (item?.type === 'function_call')
      turns.push(callLine(item.call_id, item.name, parseJson(asString(item.arguments) || '{}')))
    else if (item?.type === 'function_call_output') turns.push(resultLine(item.call_id, textOf(item.output)))
  }
  return {
    stream,
    system: system.join('\n'),
    turns,
    tools: asArray(body.tools).flatMap((tool) =>
      asObject(tool)?.type === 'function' ? (asString(asObject(tool)?.name) ?? []) : [],
    ),
    maxTokens: body.max_output_tokens ?? null,
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    stop: [],
  }
}
