/** An assistant message of the conversation so far -> items: messages, thinking, calls, each in its place. */

import type { Block, Message, ReasoningBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, isObject, type JsonObject } from '../../ground/json.ts'
import { assertNever } from '../../ground/result.ts'
import { aBlock } from '../losses.ts'
import { fieldsOf } from './carried.ts'
import type { EncodeContext } from './encode-context.ts'
import { encodeInputPart, noteCache } from './encode-part.ts'
import { FUNCTION_CALL_FIELDS, isContentPart, MESSAGE_FIELDS } from './message-fields.ts'
import { WIRE } from './wire-name.ts'

/** Texts and refusals in a row are one message; everything else is an item of its own. */
export function encodeAssistant(message: Message, path: string, context: EncodeContext): JsonObject[] {
  const draft = new Draft()
  message.content.forEach((block, index) => {
    addBlock(block, draft, `${path}.content[${index}]`, context)
  })
  return draft.items
}

/** The items so far; parts go on in the last message while it is open. */
class Draft {
  readonly items: JsonObject[] = []
  #open: { content: JsonObject[]; fields: JsonObject } | undefined

  part(part: JsonObject): void {
    if (this.#open) this.#open.content.push(part)
    else this.#begin({}, [part])
  }

  /** A message with fields of its own begins. */
  message(fields: JsonObject): void {
    this.#begin(fields, [])
  }

  item(item: JsonObject): void {
    this.#open = undefined
    this.items.push(item)
  }

  #begin(fields: JsonObject, content: JsonObject[]): void {
    this.#open = { content, fields }
    this.items.push({ type: 'message', role: 'assistant', content, ...fields })
  }
}

function addBlock(block: Block, draft: Draft, path: string, context: EncodeContext): void {
  const { losses, native } = context
  noteCache(block, context)
  switch (block.type) {
    case 'text': {
      // Only a client of this wire sends annotations back; for others the text stands without its sources.
      const own = native ? (block.citations ?? []).flatMap(({ raw }) => (raw?.wire === WIRE ? [raw.value] : [])) : []
      draft.part({ type: 'output_text', text: block.text, ...(own.length > 0 && { annotations: own }) })
      return
    }
    case 'refusal':
      draft.part({ type: 'refusal', refusal: block.text })
      return
    case 'reasoning': {
      const item = encodeReasoning(block, path, context)
      if (item) draft.item(item)
      return
    }
    case 'tool-call':
      draft.item({ type: 'function_call', call_id: block.id, name: block.name, arguments: block.arguments })
      return
    case 'opaque':
      if (block.wire === WIRE) addOpaque(block.value, draft)
      else losses.dropped(path, `A block that only ${block.wire} knows cannot be sent to the Responses API.`)
      return
    case 'image':
    case 'document':
    case 'audio':
      losses.dropped(path, `An assistant message cannot hold ${aBlock(block.type)} in the Responses API.`)
      return
    case 'tool-result':
      draft.item(encodeResult(block, path, context))
      return
    default:
      assertNever(block)
  }
}

function addOpaque(value: JsonObject, draft: Draft): void {
  const fields = isObject(value.fields) ? value.fields : {}
  if (value.type === MESSAGE_FIELDS) draft.message(fields)
  else if (value.type === FUNCTION_CALL_FIELDS) {
    const call = draft.items.findLast((item) => item.type === 'function_call' && item.call_id === value.id)
    if (call) Object.assign(call, fields)
  } else if (isContentPart(value)) draft.part(value)
  else draft.item(value)
}

/**
 * The provider's own item, as it was or as another wire's client carried it. Thinking that some other API made is text
 * only to servers that take it back as text; others would refuse what they cannot decrypt.
 */
function encodeReasoning(block: ReasoningBlock, path: string, context: EncodeContext): JsonObject | undefined {
  if (block.raw?.wire === WIRE && block.raw.value.type === 'reasoning') return block.raw.value
  const fields = fieldsOf(block.signature ?? block.redacted ?? '')
  if (fields) {
    const summary = block.text ? [{ type: 'summary_text', text: block.text }] : []
    return { type: 'reasoning', summary, ...fields }
  }
  if (context.quirks.reasoningField !== 'none' && block.text) {
    if (block.signature !== undefined)
      context.losses.dropped(`${path}.signature`, 'This provider takes thinking back only as plain text.')
    return { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: block.text }] }
  }
  context.losses.dropped(path, 'Thinking that this provider did not make itself cannot be sent back to it.')
  return undefined
}

type ToolResult = Extract<Block, { type: 'tool-result' }>

/** A tool's output: one plain text as a string, else the list of parts. */
export function encodeResult(block: ToolResult, path: string, context: EncodeContext): JsonObject {
  const parts = block.content.flatMap((inner, index) => encodeInputPart(inner, `${path}.content[${index}]`, context))
  if (block.isError)
    context.losses.dropped(
      `${path}.is_error`,
      'The Responses API cannot mark a tool result as an error; its text says it.',
    )
  return compact({ type: 'function_call_output', call_id: block.id, output: plainText(parts) ?? parts })
}

/** The text of parts that are a single text, or of none at all. */
export function plainText(parts: readonly JsonObject[]): string | undefined {
  if (parts.length === 0) return ''
  const [first] = asArray(parts)
  return parts.length === 1 && isObject(first) && first.type === 'input_text' ? String(first.text) : undefined
}
