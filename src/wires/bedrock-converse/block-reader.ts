/** Reads the events of one streamed content block into parts; one reader for each kind of block. */

import type { Part } from '../../ground/chat-reply.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { UNPARSED_ARGUMENTS } from '../anthropic-messages/tool-input.ts'
import { decodeCitation } from './citations.ts'
import { isPlainToolUse } from './decode-block.ts'
import { WIRE } from './wire-name.ts'

export interface BlockReader {
  /** Two blocks of one kind in a row would run together without a break; `none` never would. */
  readonly runsOn: 'text' | 'reasoning' | 'none'
  start(): Part[]
  delta(delta: JsonObject): Part[]
  stop(): Part[]
}

/**
 * The reader for a block by its `start`, or by its first `delta`: text and reasoning have no start. Undefined while
 * neither says anything. `callIndex` numbers the tool calls of the message.
 */
export function readBlock(start: JsonObject, delta: JsonObject, callIndex: number): BlockReader | undefined {
  const toolUse = asObject(start.toolUse)
  if (toolUse && isPlainToolUse(toolUse)) return readToolUse(toolUse, callIndex)
  if (Object.values(start).some(isObject)) return readOpaque(start)
  if (isObject(delta.reasoningContent)) return readReasoning()
  if (typeof delta.text === 'string' || isObject(delta.citation)) return readText()
  // A call whose start was lost still has arguments: they are kept with an empty name.
  if (isObject(delta.toolUse)) return readToolUse({}, callIndex)
  return Object.keys(delta).some((name) => delta[name] !== null) ? readOpaque(start) : undefined
}

function readText(): BlockReader {
  return {
    runsOn: 'text',
    start: () => [],
    delta: ({ text, citation }) => [
      ...(typeof text === 'string' && text !== '' ? [textPart(text)] : []),
      ...(isObject(citation) ? [citationPart(citation)] : []),
    ],
    stop: () => [],
  }
}

function textPart(text: string): Part {
  return { type: 'text-delta', choice: 0, text }
}

function citationPart(citation: JsonObject): Part {
  return { type: 'text-citation', choice: 0, citation: decodeCitation(citation) }
}

function readReasoning(): BlockReader {
  // A signature ends the block in the hub, so it is held until the block is over.
  let signature = ''
  return {
    runsOn: 'reasoning',
    start: () => [],
    delta: (delta) => {
      const thought = asObject(delta.reasoningContent) ?? {}
      signature = asString(thought.signature) || signature
      const text = asString(thought.text)
      const redacted = asString(thought.redactedContent)
      return [
        ...(text ? [{ type: 'reasoning-delta', choice: 0, text } as const] : []),
        ...(redacted ? [{ type: 'reasoning-redacted', choice: 0, data: redacted } as const] : []),
      ]
    },
    stop: () => (signature ? [{ type: 'reasoning-signature', choice: 0, signature }] : []),
  }
}

function readToolUse(call: JsonObject, index: number): BlockReader {
  let seen = false
  return {
    runsOn: 'none',
    start: () => [
      {
        type: 'tool-call-start',
        choice: 0,
        index,
        id: asString(call.toolUseId) ?? '',
        name: asString(call.name) ?? '',
      },
    ],
    delta: (delta) => {
      const text = inputText(asObject(delta.toolUse)?.input)
      if (text === '') return []
      seen = true
      return [{ type: 'tool-call-delta', choice: 0, index, arguments: text }]
    },
    // A tool without arguments sends only `input: ""`, or no delta at all.
    stop: () => [
      ...(seen ? [] : [{ type: 'tool-call-delta', choice: 0, index, arguments: '{}' } as const]),
      { type: 'tool-call-end', choice: 0, index },
    ],
  }
}

/** Arguments come as pieces of JSON text; an object, should one come, is its text. */
function inputText(input: Json | undefined): string {
  if (typeof input === 'string') return input
  return isObject(input) ? JSON.stringify(input) : ''
}

/**
 * Collects a block that only this wire knows, as a whole reply would hold it. Calls of tools that run at the provider
 * stream their `input` as text, their results the list of `content`.
 */
function readOpaque(start: JsonObject): BlockReader {
  const value: JsonObject = { ...start }
  let input = ''
  return {
    runsOn: 'none',
    start: () => [],
    delta: (delta) => {
      for (const [kind, piece] of Object.entries(delta)) {
        if (kind === 'toolUse') input += inputText(asObject(piece)?.input)
        else if (kind === 'toolResult') value.toolResult = withContent(asObject(value.toolResult) ?? {}, asArray(piece))
        else value[kind] = isObject(piece) ? { ...asObject(value[kind]), ...piece } : (piece ?? null)
      }
      return []
    },
    stop: () => {
      if (isObject(value.toolUse)) value.toolUse = { ...value.toolUse, input: inputOf(input) }
      return [{ type: 'opaque-block', choice: 0, wire: WIRE, value }]
    },
  }
}

function withContent(result: JsonObject, more: readonly Json[]): JsonObject {
  return { ...result, content: [...asArray(result.content), ...more] }
}

function inputOf(text: string): Json {
  return text === '' ? {} : (parseJson(text) ?? { [UNPARSED_ARGUMENTS]: text })
}
