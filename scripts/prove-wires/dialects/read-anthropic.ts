/** Reads what the `@anthropic-ai/sdk` returned, a message or its stream of events, as an app would. */

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../../src/ground/json.ts'
import { type ChoiceReading, emptyChoice, type Reading, takeRedacted, takeSignature } from './reading.ts'

/** Undefined when there is no message in the objects. */
export function readAnthropic(objects: readonly unknown[]): Reading | undefined {
  const first = asObject(objects[0])
  if (first?.type === 'message') return readMessage(first)
  const message = gatherEvents(objects)
  return message && readMessage(message)
}

function readMessage(message: JsonObject): Reading {
  const reading = emptyChoice()
  reading.finish = asString(message.stop_reason) ?? ''
  reading.refusal = asString(asObject(message.stop_details)?.explanation) ?? ''
  for (const block of asArray(message.content)) takeBlock(reading, asObject(block))
  const usage = asObject(message.usage)
  const cached = asNumber(usage?.cache_read_input_tokens) ?? 0
  const fresh = asNumber(usage?.input_tokens)
  const completion = asNumber(usage?.output_tokens)
  if (fresh === undefined || completion === undefined) return { choices: [reading] }
  const prompt = fresh + cached + (asNumber(usage?.cache_creation_input_tokens) ?? 0)
  return { choices: [reading], usage: { prompt, cached, completion } }
}

function takeBlock(reading: ChoiceReading, block: JsonObject | undefined): void {
  if (block?.type === 'text') {
    reading.text += asString(block.text) ?? ''
    for (const citation of asArray(block.citations)) {
      const address = asString(asObject(citation)?.url)
      if (address) reading.citations.push(address)
    }
  } else if (block?.type === 'thinking') {
    reading.thinking += asString(block.thinking) ?? ''
    takeSignature(reading, asString(block.signature) ?? '')
  } else if (block?.type === 'redacted_thinking') {
    takeRedacted(reading, asString(block.data) ?? '')
  } else if (block?.type === 'tool_use') {
    const written = typeof block.input === 'string' ? block.input : JSON.stringify(block.input ?? {})
    reading.toolCalls.push({ id: asString(block.id) ?? '', name: asString(block.name) ?? '', arguments: written })
  }
}

/** Folds events into the message they describe; undefined without `message_start`. */
function gatherEvents(events: readonly unknown[]): JsonObject | undefined {
  let message: JsonObject | undefined
  const blocks: JsonObject[] = []
  for (const json of events) {
    const event = asObject(json)
    if (event?.type === 'message_start') message = structuredClone(asObject(event.message))
    else if (event?.type === 'content_block_start') startBlock(blocks, event)
    else if (event?.type === 'content_block_delta') {
      const block = blocks[asNumber(event.index) ?? -1]
      if (block) extendBlock(block, asObject(event.delta))
    } else if (event?.type === 'message_delta' && message) finishMessage(message, event)
  }
  if (message) message.content = blocks
  return message
}

function startBlock(blocks: JsonObject[], event: JsonObject): void {
  const block = structuredClone(asObject(event.content_block)) ?? {}
  blocks[asNumber(event.index) ?? blocks.length] = block
}

function extendBlock(block: JsonObject, delta: JsonObject | undefined): void {
  if (delta?.type === 'text_delta') append(block, 'text', delta.text)
  else if (delta?.type === 'thinking_delta') append(block, 'thinking', delta.thinking)
  else if (delta?.type === 'signature_delta') append(block, 'signature', delta.signature)
  else if (delta?.type === 'citations_delta') block.citations = [...asArray(block.citations), delta.citation ?? null]
  else if (delta?.type === 'input_json_delta') {
    // The start event carries an empty object as a placeholder; from here on the text counts.
    const text = asString(delta.partial_json) ?? ''
    if (typeof block.input === 'string') block.input += text
    else if (text) block.input = text
  }
}

function append(block: JsonObject, field: string, text: Json | undefined): void {
  block[field] = (asString(block[field]) ?? '') + (asString(text) ?? '')
}

/** Counts in `message_delta` are totals so far and replace the first ones where they are stated. */
function finishMessage(message: JsonObject, event: JsonObject): void {
  const stop = asString(asObject(event.delta)?.stop_reason)
  if (stop) message.stop_reason = stop
  const details = asObject(asObject(event.delta)?.stop_details)
  if (details) message.stop_details = details
  const usage: JsonObject = { ...asObject(message.usage) }
  for (const [name, value] of Object.entries(asObject(event.usage) ?? {})) if (value !== null) usage[name] = value
  message.usage = usage
}
