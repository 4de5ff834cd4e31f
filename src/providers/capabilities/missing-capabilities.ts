/** Compares what a chat call needs with what its target is known to lack. */

import type { Block, ChatCall } from '../../ground/chat-call.ts'
import type { Provider } from '../provider.ts'
import { CHAT_CAPABILITIES, type ChatCapability } from './capability.ts'
import { findCapability } from './find-capability.ts'

/**
 * What the call needs and the target is known ("no") to lack; what nobody knows is not missing. A cache hint is no need:
 * without it the answer is the same and only its price differs.
 */
export function missingCapabilities(call: ChatCall, provider: Provider, model: string): ChatCapability[] {
  if (provider.transport === 'local') return []
  const needed = neededCapabilities(call)
  return CHAT_CAPABILITIES.filter(
    (capability) => needed.has(capability) && findCapability(capability, provider, model).verdict === 'no',
  )
}

/** What the answer would be wrong or impossible without. */
export function neededCapabilities(call: ChatCall): ReadonlySet<ChatCapability> {
  const needed = new Set<ChatCapability>()
  const need = (capability: ChatCapability, when: boolean): void => {
    if (when) needed.add(capability)
  }
  const { toolChoice, format, reasoning } = call
  need('streaming', call.stream)
  need('tools', (call.tools?.length ?? 0) > 0)
  need('forced-tool', toolChoice?.type === 'required' || toolChoice?.type === 'tool')
  need('json-schema', format?.type === 'json-schema')
  need('json-object', format?.type === 'json')
  need('reasoning', reasoning !== undefined && reasoning.effort !== 'none')
  need('choices', (call.choices ?? 1) > 1)
  need('logprobs', call.logprobs !== undefined)
  need('seed', call.seed !== undefined)
  need('stop', (call.stop?.length ?? 0) > 0)
  for (const { content } of call.messages) {
    // Models that call one tool at a time refuse a history in which several were called.
    need('parallel-tools', content.filter((block) => block.type === 'tool-call').length > 1)
    needBlocks(content, needed)
  }
  return needed
}

function needBlocks(blocks: readonly Block[], needed: Set<ChatCapability>): void {
  for (const block of blocks) {
    if (block.type === 'image') needed.add('images')
    else if (block.type === 'audio') needed.add('audio')
    else if (block.type === 'tool-result') needBlocks(block.content, needed)
    else if (block.type === 'document') {
      // Plain text in a document is carried as text by wires that have no documents.
      if (block.source.kind === 'blocks') needBlocks(block.source.blocks, needed)
      else if (block.source.kind !== 'text') needed.add('documents')
    }
  }
}
