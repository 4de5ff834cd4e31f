/** Reads what the `openai` SDK returned, whole or chunk by chunk, as an app that knows the vendors' habits would. */

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../../src/ground/json.ts'
import {
  type ChoiceReading,
  emptyChoice,
  type Reading,
  type ToolCallReading,
  takeRedacted,
  takeSignature,
  type UsageReading,
} from './reading.ts'

/** Undefined when no object has a list of choices. */
export function readOpenai(objects: readonly unknown[]): Reading | undefined {
  const choices: ChoiceReading[] = []
  const slots = new Map<ChoiceReading, Map<number, ToolCallReading>>()
  let usage: UsageReading | undefined
  let isReply = false
  for (const object of objects) {
    const reply = asObject(object)
    if (!reply) continue
    if (Array.isArray(reply.choices)) isReply = true
    for (const [position, json] of asArray(reply.choices).entries()) {
      const choice = asObject(json)
      if (!choice) continue
      const index = asNumber(choice.index) ?? position
      while (choices.length <= index) choices.push(emptyChoice())
      const reading = choices[index]
      if (reading) takeChoice(reading, choice, slots, objects.length > 1 || reply.object === 'chat.completion.chunk')
    }
    usage = usageOf(reply) ?? usage
  }
  return isReply ? { choices, ...(usage && { usage }) } : undefined
}

type Slots = Map<ChoiceReading, Map<number, ToolCallReading>>

function takeChoice(reading: ChoiceReading, choice: JsonObject, slots: Slots, isChunk: boolean): void {
  reading.finish = asString(choice.finish_reason) || reading.finish
  const logprobs = asObject(choice.logprobs)
  reading.logprobs += asArray(logprobs?.content).length + asArray(logprobs?.refusal).length
  // Perplexity sends both: in chunks the message so far beside the delta (2bff777865ed0280), in whole replies an empty delta.
  const delta = asObject(choice.delta)
  const message = isChunk ? (delta ?? asObject(choice.message)) : (asObject(choice.message) ?? delta)
  if (!message) return
  takeContent(reading, message.content)
  reading.refusal += asString(message.refusal) ?? ''
  reading.thinking += asString(message.reasoning_content) || asString(message.reasoning) || ''
  for (const detail of asArray(message.reasoning_details)) takeReasoningDetail(reading, asObject(detail))
  // The gateway's documented extension: signed and encrypted thinking, as several gateways show it to OpenAI clients.
  for (const block of asArray(message.thinking_blocks)) takeReasoningDetail(reading, asObject(block))
  for (const annotation of asArray(message.annotations)) {
    const address = asString(asObject(asObject(annotation)?.url_citation)?.url)
    if (address) reading.citations.push(address)
  }
  const calls = slots.get(reading) ?? new Map<number, ToolCallReading>()
  slots.set(reading, calls)
  for (const [position, call] of asArray(message.tool_calls).entries())
    takeCall(reading, calls, asObject(call), position)
}

function takeContent(reading: ChoiceReading, content: Json | undefined): void {
  if (typeof content === 'string') reading.text += content
  else if (Array.isArray(content)) for (const part of content) takePart(reading, asObject(part))
  // Workers AI answers structured output with the object itself: corpus a9a05863d36360ec.
  else if (typeof content === 'object' && content !== null) reading.text += JSON.stringify(content)
}

/** Content parts: Mistral's `thinking` lists, Databricks' `reasoning` summaries, plain text. */
function takePart(reading: ChoiceReading, part: JsonObject | undefined): void {
  const type = asString(part?.type)
  if (type === 'text') reading.text += asString(part?.text) ?? ''
  else if (type === 'thinking')
    for (const inner of asArray(part?.thinking)) reading.thinking += asString(asObject(inner)?.text) ?? ''
  else if (type === 'reasoning')
    for (const inner of asArray(part?.summary)) reading.thinking += asString(asObject(inner)?.text) ?? ''
}

function takeReasoningDetail(reading: ChoiceReading, detail: JsonObject | undefined): void {
  takeSignature(reading, asString(detail?.signature) ?? '')
  takeRedacted(reading, asString(detail?.data) ?? '')
}

function takeCall(
  reading: ChoiceReading,
  calls: Map<number, ToolCallReading>,
  delta: JsonObject | undefined,
  position: number,
): void {
  if (!delta) return
  const index = asNumber(delta.index) ?? position
  const id = asString(delta.id) ?? ''
  const called = asObject(delta.function)
  let call = calls.get(index)
  // Some vendors number every call 0: another id under the same number is another call.
  if (!call || (id && call.id && id !== call.id)) {
    call = { id: '', name: '', arguments: '' }
    calls.set(index, call)
    reading.toolCalls.push(call)
  }
  call.id ||= id
  call.name ||= asString(called?.name) ?? ''
  const written = called?.arguments
  call.arguments += typeof written === 'string' ? written : written ? JSON.stringify(written) : ''
}

/** Prompt, cached and completion tokens in OpenAI's words and its followers'. */
export function usageOf(reply: JsonObject): UsageReading | undefined {
  const usage = asObject(reply.usage) ?? asObject(asObject(reply.x_groq)?.usage)
  const prompt = asNumber(usage?.prompt_tokens)
  const written = asNumber(usage?.completion_tokens)
  if (!usage || prompt === undefined || written === undefined) return undefined
  const reasoning = asNumber(asObject(usage.completion_tokens_details)?.reasoning_tokens) ?? 0
  const total = asNumber(usage.total_tokens)
  // Arithmetic tells who counts reasoning on top of completion tokens: corpus README, item 15.
  const isOnTop = reasoning > 0 && total === prompt + written + reasoning
  const cached =
    asNumber(asObject(usage.prompt_tokens_details)?.cached_tokens) ??
    asNumber(usage.prompt_cache_hit_tokens) ??
    asNumber(usage.cached_tokens) ??
    asNumber(usage.cache_read_input_tokens) ??
    0
  return { prompt, cached, completion: isOnTop ? written + reasoning : written }
}
