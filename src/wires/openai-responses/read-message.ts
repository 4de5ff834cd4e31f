/** A message item, whole or in events -> text, refusals and citations. */

import type { Part } from '../../ground/chat-reply.ts'
import { asArray, asNumber, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { decodeLogprobs } from '../openai-chat/logprobs.ts'
import type { BlockBreaks } from './block-breaks.ts'
import { decodeAnnotation } from './citations.ts'
import type { ItemReader } from './item-reader.ts'
import { messageFields } from './message-fields.ts'
import { WIRE } from './wire-name.ts'

/** How much of one content part has been said. */
interface Said {
  characters: number
  annotations: number
  logprobs: boolean
}

/** Parts of the message become blocks of their own; its other fields, such as `phase`, go first as an opaque block. */
export class MessageReader implements ItemReader {
  readonly #breaks: BlockBreaks
  readonly #key: string
  readonly #said = new Map<number, Said>()
  #named = false

  constructor(key: string, breaks: BlockBreaks) {
    this.#key = key
    this.#breaks = breaks
  }

  start(item: JsonObject): Part[] {
    const value = messageFields(item)
    if (!value || this.#named) return []
    this.#named = true
    this.#breaks.closed()
    return [{ type: 'opaque-block', choice: 0, wire: WIRE, value }]
  }

  event(event: JsonObject): Part[] {
    const index = asNumber(event.content_index) ?? 0
    switch (event.type) {
      case 'response.output_text.delta':
        return this.#text(index, asString(event.delta) ?? '', event.logprobs)
      case 'response.refusal.delta':
        return this.#refusal(index, asString(event.delta) ?? '')
      case 'response.output_text.annotation.added':
        return isObject(event.annotation) ? this.#cite(index, event.annotation) : []
      case 'response.output_text.done':
      case 'response.refusal.done':
        return this.#rest(index, event)
      case 'response.content_part.done':
        return isObject(event.part) ? this.#rest(index, event.part) : []
      default:
        return []
    }
  }

  done(item: JsonObject): Part[] {
    const content = asArray(item.content).filter(isObject)
    const rest = this.#saidAll(content) ? [] : content.flatMap((part, index) => this.#rest(index, part))
    return [...this.start(item), ...rest]
  }

  /** Bedrock numbers parts in its events otherwise than they stand in the item (bedrock-mantle/…/stream-reasoning). */
  #saidAll(content: readonly JsonObject[]): boolean {
    const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0)
    const texts = content.map(({ text, refusal }) => (asString(text) ?? '').length + (asString(refusal) ?? '').length)
    const said = [...this.#said.values()]
    return (
      said.length > 0 &&
      sum(said.map(({ characters }) => characters)) >= sum(texts) &&
      sum(said.map(({ annotations }) => annotations)) >= sum(content.map((part) => asArray(part.annotations).length))
    )
  }

  /** What a finished part holds beyond what its events said, for servers that leave events out. */
  #rest(index: number, part: JsonObject): Part[] {
    const { characters, annotations, logprobs } = this.#part(index)
    const parts: Part[] = []
    const text = asString(part.text) ?? ''
    const unsaid = logprobs ? undefined : part.logprobs
    if (text.length > characters || (characters === 0 && asArray(unsaid).length > 0))
      parts.push(...this.#text(index, text.slice(characters), unsaid))
    // Proxies put the refusal beside an empty text (azure/openai-responses/plain).
    const refusal = asString(part.refusal) ?? ''
    if (refusal.length > characters) parts.push(...this.#refusal(index, refusal.slice(characters)))
    for (const annotation of asArray(part.annotations).filter(isObject).slice(annotations))
      parts.push(...this.#cite(index, annotation))
    return parts
  }

  #text(index: number, text: string, logprobs: Json | undefined): Part[] {
    const said = this.#part(index)
    said.characters += text.length
    const tokens = decodeLogprobs(logprobs) ?? []
    if (tokens.length > 0) said.logprobs = true
    if (text === '' && tokens.length === 0) return []
    const delta: Part = { type: 'text-delta', choice: 0, text, ...(tokens.length > 0 && { logprobs: tokens }) }
    return [...this.#breaks.before('text', `${this.#key}/${index}`), delta]
  }

  #refusal(index: number, text: string): Part[] {
    if (text === '') return []
    this.#part(index).characters += text.length
    return [...this.#breaks.before('refusal', `${this.#key}/${index}`), { type: 'refusal-delta', choice: 0, text }]
  }

  #cite(index: number, annotation: JsonObject): Part[] {
    this.#part(index).annotations++
    return [
      ...this.#breaks.before('text', `${this.#key}/${index}`),
      { type: 'text-citation', choice: 0, citation: decodeAnnotation(annotation) },
    ]
  }

  #part(index: number): Said {
    const known = this.#said.get(index)
    if (known) return known
    const fresh: Said = { characters: 0, annotations: 0, logprobs: false }
    this.#said.set(index, fresh)
    return fresh
  }
}
