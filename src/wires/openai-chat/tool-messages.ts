/** Tool results -> tool messages, which hold text only: images and files in them travel in the user message after. */

import type { Block, ToolResultBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import type { JsonObject } from '../../ground/json.ts'
import { aBlock } from '../losses.ts'
import { cached, compactContent, encodePart, isPartBlock } from './encode-content.ts'
import type { EncodeContext } from './encode-context.ts'
import { WIRE } from './wire-name.ts'

export class ToolMessages {
  readonly #context: EncodeContext
  #attachments: JsonObject[] = []

  constructor(context: EncodeContext) {
    this.#context = context
  }

  /** One tool message. What it cannot hold waits for `takeAttachments` or `leftOver`. */
  encode(block: ToolResultBlock, path: string): JsonObject {
    const { native, losses, toolIds } = this.#context
    const id = toolIds.of(block.id)
    const parts = block.content.flatMap((inner, index) => this.#part(inner, id, `${path}.content[${index}]`))
    if (block.isError !== undefined && !native && block.isError)
      losses.dropped(
        `${path}.is_error`,
        'The Chat Completions API cannot mark a tool result as an error; its text says it.',
      )
    return compact({
      role: 'tool',
      tool_call_id: id,
      name: block.name,
      content: compactContent(parts, '\n\n', this.#context),
      is_error: native ? block.isError : undefined,
      ...cached(block.cache, this.#context),
    })
  }

  /** The images and files of the results so far, for the user message that follows. */
  takeAttachments(): JsonObject[] {
    const taken = this.#attachments
    this.#attachments = []
    return taken
  }

  /** A user message for attachments that no user message follows. */
  leftOver(): JsonObject[] {
    const content = this.takeAttachments()
    return content.length > 0 ? [{ role: 'user', content }] : []
  }

  #part(block: Block, id: string, path: string): JsonObject[] {
    const { native, losses } = this.#context
    if (block.type === 'opaque' && block.wire === WIRE) return [block.value]
    if (!isPartBlock(block)) {
      losses.dropped(path, `A tool message cannot hold ${aBlock(block.type)}.`)
      return []
    }
    const parts = encodePart(block, path, this.#context)
    if (native || block.type === 'text' || parts.length === 0) return parts
    if (parts.every((part) => part.type === 'text')) return parts
    losses.changed(
      path,
      `Tool messages hold only text: the ${block.type} was sent in a user message after the results.`,
    )
    this.#attachments.push({ type: 'text', text: `Attachment of tool result ${id}:` }, ...parts)
    return [{ type: 'text', text: `[${block.type} attached below]` }]
  }
}
