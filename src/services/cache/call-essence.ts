/** What of a chat call decides its answer, in one form for all wires. */

import type { Block, ChatCall, Message, Tool } from '../../ground/chat-call.ts'
import type { JsonObject } from '../../ground/json.ts'
import { IDLE_FIELDS } from './plain-request.ts'

/**
 * The call without what does not change the answer: the model's name (the route says it), streaming, the end user, labels,
 * hints for the provider's prompt cache. `plain`: see `isPlainRequest`; then the wire's own form does not count either.
 */
export function callEssence(call: ChatCall, plain: boolean): Omit<ChatCall, 'model' | 'stream'> {
  const { model, stream, streamUsage, user, metadata, extras, tools, messages, ...settings } = call
  const fields = Object.entries(extras?.fields ?? {}).filter(([name]) => !isIdle(name))
  const written = plain ? [] : Object.entries(extras?.asWritten ?? {})
  const kept = extras && (fields.length > 0 || written.length > 0)
  return {
    ...settings,
    messages: messages.map(messageEssence),
    ...(tools && tools.length > 0 && { tools: tools.map(toolEssence) }),
    ...(kept && {
      extras: {
        wire: extras.wire,
        fields: Object.fromEntries(fields),
        ...(written.length > 0 && { asWritten: Object.fromEntries(written) }),
      },
    }),
  }
}

/** The body without its idle fields, for requests that must be compared as they were written. */
export function writtenEssence(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !IDLE_FIELDS.has(name)))
}

function isIdle(path: string): boolean {
  return IDLE_FIELDS.has(path.split('.', 1)[0] ?? path)
}

function messageEssence({ content, ...message }: Message): Message {
  return { ...message, content: content.map(blockEssence) }
}

function blockEssence(block: Block): Block {
  if (block.type === 'tool-result') {
    const { cache, content, ...rest } = block
    return { ...rest, content: content.map(blockEssence) }
  }
  if (!('cache' in block)) return block
  const { cache, ...rest } = block
  return rest
}

function toolEssence(tool: Tool): Tool {
  if (tool.kind !== 'function') return tool
  const { cache, ...rest } = tool
  return rest
}
