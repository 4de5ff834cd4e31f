/** Google's generateContent, asked plainly. */

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
import { askPlainly } from './plain-ask.ts'
import { type ChoiceReading, emptyChoice, type Reading } from './reading.ts'
import { addText, callLine, type RequestReading, resultLine, stopOf, unnamedIds } from './request-reading.ts'

const FILTERED = [
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'OTHER',
]

/** With `$alt=json;enum-encoding=int` the words come as the numbers of Google's protocol buffers. */
const NUMBERED = ['', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER']

export const geminiGenerate: Dialect = {
  wire: 'gemini-generate',
  ask(question, fetch, objects) {
    const options = {
      url: addressOf(question),
      headers: { 'x-goog-api-key': question.key },
      body: question.body,
      pieces: question.stream && !question.asArray ? ('sse' as const) : ('json-array' as const),
    }
    return askPlainly(options, fetch, objects, (object) => asString(asObject(object.error)?.message))
  },
  read,
  ends: (objects) => read(objects)?.choices.every((choice) => choice.finish) ?? true,
  means: {
    // Whole replies need not say why they ended.
    '': 'done',
    STOP: 'done',
    MAX_TOKENS: 'length',
    MALFORMED_FUNCTION_CALL: 'failed',
    UNEXPECTED_TOOL_CALL: 'failed',
    ...Object.fromEntries(FILTERED.map((word) => [word, 'filtered' as const])),
  },
  says: {
    done: ['STOP'],
    tools: ['STOP'],
    'stop-word': ['STOP'],
    length: ['MAX_TOKENS'],
    filtered: FILTERED,
    refused: ['STOP', ...FILTERED],
    paused: ['STOP', 'OTHER'],
    failed: [],
  },
  // Encrypted thinking has no place of its own; signatures stand on parts.
  lacks: new Set(['refusal', 'redacted', 'signatures', 'tool ids']),
  readRequest,
  least: () => ({ contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }] }),
  isRequest: (body) => Array.isArray(body.contents),
}

function addressOf({ url, model, stream, asArray: whole }: Question): string {
  const verb = stream ? `streamGenerateContent${whole ? '' : '?alt=sse'}` : 'generateContent'
  return `${url}/v1beta/models/${model}:${verb}`
}

function read(objects: readonly unknown[]): Reading | undefined {
  const reading: Reading = { choices: [] }
  let isReply = false
  for (const object of objects) {
    const chunk = asObject(object)
    if (!chunk) continue
    const blocked = asString(asObject(chunk.promptFeedback)?.blockReason)
    if (Array.isArray(chunk.candidates) || chunk.usageMetadata || blocked) isReply = true
    if (blocked && !asArray(chunk.candidates).length) reading.choices.push({ ...emptyChoice(), finish: 'SAFETY' })
    for (const [position, json] of asArray(chunk.candidates).entries())
      takeCandidate(reading, asObject(json) ?? {}, position)
    const usage = usageOf(chunk)
    if (usage) reading.usage = usage
  }
  return isReply ? reading : undefined
}

function takeCandidate(reading: Reading, candidate: JsonObject, position: number): void {
  const index = asNumber(candidate.index) ?? position
  while (reading.choices.length <= index) reading.choices.push(emptyChoice())
  const choice = reading.choices[index]
  if (!choice) return
  const { finishReason } = candidate
  choice.finish = (typeof finishReason === 'number' ? NUMBERED[finishReason] : asString(finishReason)) || choice.finish
  for (const json of asArray(asObject(candidate.content)?.parts)) {
    const part = asObject(json)
    const call = asObject(part?.functionCall)
    const signature = asString(part?.thoughtSignature)
    if (signature) choice.signatures.push(signature)
    if (call?.name)
      choice.toolCalls.push({
        id: asString(call.id) ?? '',
        name: asString(call.name) ?? '',
        arguments: JSON.stringify(call.args ?? {}),
      })
    else if (call) takePartialCall(choice, call)
    else if (part?.thought === true) choice.thinking += asString(part.text) ?? ''
    else choice.text += asString(part?.text) ?? ''
  }
}

/** Pieces of the arguments of the last call, each under its JSONPath; pieces of one string are joined. */
function takePartialCall(choice: ChoiceReading, call: JsonObject): void {
  const last = choice.toolCalls.at(-1)
  if (!last) return
  const root = asObject(parseJson(last.arguments)) ?? {}
  for (const json of asArray(call.partialArgs)) {
    const piece = asObject(json) ?? {}
    const path = (asString(piece.jsonPath) ?? '').match(/[^$.[\]]+/g) ?? []
    let holder = root as Record<string, Json>
    for (const [at, name] of path.slice(0, -1).entries()) {
      const inner = holder[name] ?? (/^\d+$/.test(path[at + 1] ?? '') ? [] : {})
      holder[name] = inner
      holder = inner as Record<string, Json>
    }
    const name = path.at(-1) ?? ''
    const text = asString(piece.stringValue)
    const other = piece.numberValue ?? piece.boolValue ?? null
    holder[name] = text === undefined ? other : (asString(holder[name]) ?? '') + text
  }
  last.arguments = JSON.stringify(root)
}

function usageOf(chunk: JsonObject): Reading['usage'] {
  const usage = asObject(chunk.usageMetadata)
  const prompt = asNumber(usage?.promptTokenCount)
  const total = asNumber(usage?.totalTokenCount)
  if (!usage || prompt === undefined) return undefined
  const tools = asNumber(usage.toolUsePromptTokenCount) ?? 0
  const written = (asNumber(usage.candidatesTokenCount) ?? 0) + (asNumber(usage.thoughtsTokenCount) ?? 0)
  if (total === undefined && usage.candidatesTokenCount === undefined) return undefined
  return { prompt: prompt + tools, cached: asNumber(usage.cachedContentTokenCount) ?? 0, completion: written }
}

function readRequest(body: JsonObject, stream: boolean): RequestReading {
  const turns: string[] = []
  const ids = unnamedIds()
  for (const json of asArray(body.contents)) {
    const content = asObject(json)
    const role = content?.role === 'model' ? 'assistant' : 'user'
    const texts: string[] = []
    for (const each of asArray(content?.parts)) {
      const part = asObject(each)
      const call = asObject(part?.functionCall ?? part?.function_call)
      const result = asObject(part?.functionResponse ?? part?.function_response)
      if (call) turns.push(callLine(call.id ?? ids.called(call.name), call.name, call.args))
      else if (result) turns.push(resultLine(result.id ?? ids.answered(result.name), resultText(result.response)))
      else if (part?.thought !== true) texts.push(asString(part?.text) ?? '')
    }
    addText(turns, role, texts.join(''))
  }
  const settings = asObject(body.generationConfig ?? body.generation_config)
  return {
    stream,
    system: partsText(body.systemInstruction ?? body.system_instruction),
    turns,
    tools: asArray(body.tools).flatMap((tool) => {
      const group = asObject(tool)
      return asArray(group?.functionDeclarations ?? group?.function_declarations).flatMap(
        (each) => asString(asObject(each)?.name) ?? [],
      )
    }),
    maxTokens: settings?.maxOutputTokens ?? settings?.max_output_tokens ?? null,
    temperature: settings?.temperature ?? null,
    topP: settings?.topP ?? settings?.top_p ?? null,
    stop: stopOf(settings?.stopSequences ?? settings?.stop_sequences),
  }
}

function partsText(instruction: Json | undefined): string {
  if (typeof instruction === 'string') return instruction
  return asArray(asObject(instruction)?.parts)
    .map((part) => asString(asObject(part)?.text) ?? '')
    .join('')
}

/** Google wants an object; text of other formats stands in one field with a customary name. */
function resultText(response: Json | undefined): string {
  const object = asObject(response)
  const [name = '', ...others] = Object.keys(object ?? {})
  const only = others.length === 0 && /^(?:output|result|content|error)$/.test(name) ? object?.[name] : undefined
  return typeof only === 'string' ? only : JSON.stringify(response ?? {})
}
