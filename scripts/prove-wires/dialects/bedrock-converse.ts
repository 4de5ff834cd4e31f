/** Bedrock's Converse, asked plainly; only a provider's side, as no app speaks it to the gateway. */

import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../../src/ground/json.ts'
import type { Dialect } from './dialect.ts'
import { askPlainly } from './plain-ask.ts'
import { type ChoiceReading, emptyChoice, type Reading } from './reading.ts'
import { addText, callLine, type RequestReading, resultLine, stopOf, textOf } from './request-reading.ts'

export const bedrockConverse: Dialect = {
  wire: 'bedrock-converse',
  ask: ({ url, model, stream, key, body }, fetch, objects) =>
    askPlainly(
      {
        url: `${url}/model/${encodeURIComponent(model)}/converse${stream ? '-stream' : ''}`,
        headers: { authorization: `Bearer ${key}` },
        body,
        pieces: stream ? 'aws' : 'json',
      },
      fetch,
      objects,
      (object) => exceptionIn(object),
    ),
  read,
  ends: (objects) =>
    objects.length === 0 ||
    objects.some((object) => asObject(object)?.messageStop) ||
    asObject(objects[0])?.output !== undefined,
  means: {
    end_turn: 'done',
    stop_sequence: 'stop-word',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    tool_use: 'tools',
    guardrail_intervened: 'filtered',
    content_filtered: 'filtered',
  },
  says: { done: [], tools: [], 'stop-word': [], length: [], filtered: [], refused: [], paused: [], failed: [] },
  lacks: new Set(['refusal']),
  readRequest,
  least: () => ({ messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] }),
  isRequest: (body) => Array.isArray(body.messages),
}

function exceptionIn(object: JsonObject): string | undefined {
  const [name = ''] = Object.keys(object)
  return name.endsWith('Exception') ? (asString(asObject(object[name])?.message) ?? name) : undefined
}

function read(objects: readonly unknown[]): Reading | undefined {
  const choice = emptyChoice()
  const [first] = objects.map((object) => asObject(object))
  if (first?.output) {
    for (const block of asArray(asObject(asObject(first.output)?.message)?.content)) takeBlock(choice, asObject(block))
    choice.finish = asString(first.stopReason) ?? ''
    return withUsage(choice, first.usage)
  }
  let usage: Json | undefined
  let isReply = false
  for (const object of objects) {
    const event = asObject(object) ?? {}
    if (event.messageStart) isReply = true
    const started = asObject(asObject(asObject(event.contentBlockStart)?.start)?.toolUse)
    if (started && started.type !== 'server_tool_use')
      choice.toolCalls.push({
        id: asString(started.toolUseId) ?? '',
        name: asString(started.name) ?? '',
        arguments: '',
      })
    takeDelta(choice, asObject(asObject(event.contentBlockDelta)?.delta))
    choice.finish = asString(asObject(event.messageStop)?.stopReason) ?? choice.finish
    usage = asObject(event.metadata)?.usage ?? usage
  }
  return isReply ? withUsage(choice, usage) : undefined
}

function takeBlock(choice: ChoiceReading, block: JsonObject | undefined): void {
  const call = asObject(block?.toolUse)
  const reasoning = asObject(block?.reasoningContent)
  choice.text += asString(block?.text) ?? ''
  for (const part of asArray(asObject(block?.citationsContent)?.content))
    choice.text += asString(asObject(part)?.text) ?? ''
  // Tools that ran at Amazon are no calls for the app.
  if (call && call.type !== 'server_tool_use')
    choice.toolCalls.push({
      id: asString(call.toolUseId) ?? '',
      name: asString(call.name) ?? '',
      arguments: JSON.stringify(call.input ?? {}),
    })
  const thought = asObject(reasoning?.reasoningText)
  choice.thinking += asString(thought?.text) ?? ''
  const signature = asString(thought?.signature)
  if (signature) choice.signatures.push(signature)
  const sealed = asString(reasoning?.redactedContent)
  if (sealed) choice.redacted.push(sealed)
}

function takeDelta(choice: ChoiceReading, delta: JsonObject | undefined): void {
  choice.text += asString(delta?.text) ?? ''
  const reasoning = asObject(delta?.reasoningContent)
  choice.thinking += asString(reasoning?.text) ?? ''
  const signature = asString(reasoning?.signature)
  if (signature) choice.signatures.push(signature)
  const sealed = asString(reasoning?.redactedContent)
  if (sealed) choice.redacted.push(sealed)
  const written = asString(asObject(delta?.toolUse)?.input)
  const call = choice.toolCalls.at(-1)
  if (written && call) call.arguments += written
}

function withUsage(choice: ChoiceReading, json: Json | undefined): Reading {
  const usage = asObject(json)
  const fresh = asNumber(usage?.inputTokens)
  const completion = asNumber(usage?.outputTokens)
  if (fresh === undefined || completion === undefined) return { choices: [choice] }
  const cached = asNumber(usage?.cacheReadInputTokens) ?? 0
  const written = asNumber(usage?.cacheWriteInputTokens) ?? 0
  return { choices: [choice], usage: { prompt: fresh + cached + written, cached, completion } }
}

function readRequest(body: JsonObject, stream: boolean): RequestReading {
  const turns: string[] = []
  for (const json of asArray(body.messages)) {
    const message = asObject(json)
    const texts: string[] = []
    for (const each of asArray(message?.content)) {
      const block = asObject(each)
      const call = asObject(block?.toolUse)
      const result = asObject(block?.toolResult)
      if (call) turns.push(callLine(call.toolUseId, call.name, call.input))
      else if (result) turns.push(resultLine(result.toolUseId, resultText(result.content)))
      else texts.push(asString(block?.text) ?? '')
    }
    addText(turns, asString(message?.role) ?? '', texts.join(''))
  }
  const settings = asObject(body.inferenceConfig)
  return {
    stream,
    system: textOf(body.system),
    turns,
    tools: asArray(asObject(body.toolConfig)?.tools).flatMap(
      (tool) => asString(asObject(asObject(tool)?.toolSpec)?.name) ?? [],
    ),
    maxTokens: settings?.maxTokens ?? null,
    temperature: settings?.temperature ?? null,
    topP: settings?.topP ?? null,
    stop: stopOf(settings?.stopSequences),
  }
}

function resultText(content: Json | undefined): string {
  return asArray(content)
    .map((json) => {
      const part = asObject(json)
      return asString(part?.text) ?? (part?.json === undefined ? '' : JSON.stringify(part.json))
    })
    .join('')
}
