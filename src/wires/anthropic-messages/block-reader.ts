/** Reads the events of one streamed content block into parts; one reader for each kind of block. */

import type { Part } from '../../ground/chat-reply.ts'
import { asArray, asString, isObject, type Json, type JsonObject, parseJson } from '../../ground/json.ts'
import { decodeCitation } from './citations.ts'
import { isPlainToolUse } from './decode-block.ts'
import { UNPARSED_ARGUMENTS } from './tool-input.ts'
import { WIRE } from './wire-name.ts'

export interface BlockReader {
  start(): Part[]
  delta(delta: JsonObject): Part[]
  stop(): Part[]
}

/** `callIndex` numbers the tool calls of the message. */
export function readBlock(block: JsonObject, callIndex: number): BlockReader {
  switch (block.type) {
    case 'text':
      return readText(block)
    case 'thinking':
      return readThinking(block)
    case 'redacted_thinking':
      return readRedacted(block)
    case 'tool_use':
      return isPlainToolUse(block) ? readToolUse(block, callIndex) : readOpaque(block)
    default:
      return readOpaque(block)
  }
}

function readText(block: JsonObject): BlockReader {
  return {
    start: () => [...textParts(block.text), ...asArray(block.citations).flatMap((citation) => citationParts(citation))],
    delta: (delta) => (delta.type === 'citations_delta' ? citationParts(delta.citation) : textParts(delta.text)),
    stop: () => [],
  }
}

function textParts(text: Json | undefined): Part[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'text-delta', choice: 0, text }] : []
}

function citationParts(citation: Json | undefined): Part[] {
  return isObject(citation) ? [{ type: 'text-citation', choice: 0, citation: decodeCitation(citation) }] : []
}

function readThinking(block: JsonObject): BlockReader {
  // The last signature counts, as in the official SDK, so it is held until the block is over.
  let signature = asString(block.signature) ?? ''
  const thinking = (value: Json | undefined): Part[] =>
    typeof value === 'string' && value !== '' ? [{ type: 'reasoning-delta', choice: 0, text: value }] : []
  return {
    start: () => thinking(block.thinking),
    delta: (delta) => {
      if (delta.type === 'signature_delta') signature = asString(delta.signature) ?? signature
      return thinking(delta.thinking)
    },
    stop: () => (signature ? [{ type: 'reasoning-signature', choice: 0, signature }] : []),
  }
}

function readRedacted(block: JsonObject): BlockReader {
  return {
    start: () => [{ type: 'reasoning-redacted', choice: 0, data: asString(block.data) ?? '' }],
    delta: () => [],
    stop: () => [],
  }
}

function readToolUse(block: JsonObject, index: number): BlockReader {
  let seen = false
  const argumentsPart = (text: string): Part => ({ type: 'tool-call-delta', choice: 0, index, arguments: text })
  return {
    start: () => [
      { type: 'tool-call-start', choice: 0, index, id: asString(block.id) ?? '', name: asString(block.name) ?? '' },
    ],
    delta: (delta) => {
      const text = asString(delta.partial_json)
      if (!text) return []
      seen = true
      return [argumentsPart(text)]
    },
    stop: () => {
      // A tool without arguments sends only `partial_json: ""`; some hosts send the whole input at the start.
      const whole = isObject(block.input) ? JSON.stringify(block.input) : '{}'
      return [...(seen ? [] : [argumentsPart(whole)]), { type: 'tool-call-end', choice: 0, index }]
    },
  }
}

/** Collects a block that only this wire knows: server tools stream their `input`, compaction its `content`. */
function readOpaque(block: JsonObject): BlockReader {
  const value: JsonObject = { ...block }
  let input = ''
  return {
    start: () => [],
    delta: ({ type, ...fields }) => {
      if (type === 'input_json_delta') input += asString(fields.partial_json) ?? ''
      else for (const [name, piece] of Object.entries(fields)) value[name] = joined(value[name], piece)
      return []
    },
    stop: () => {
      if (input) value.input = parseJson(input) ?? { [UNPARSED_ARGUMENTS]: input }
      return [{ type: 'opaque-block', choice: 0, wire: WIRE, value }]
    },
  }
}

function joined(before: Json | undefined, piece: Json | undefined): Json | undefined {
  return typeof before === 'string' && typeof piece === 'string' ? before + piece : piece
}
