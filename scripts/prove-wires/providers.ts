/** Which row of the provider table stands in for the vendor of a recording. */

import { findProvider } from '../../src/providers/index.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { Exchange } from './corpus.ts'

/** The corpus names folders after services; where the table has another word for the same service, it is here. */
const SAME_SERVICE: Readonly<Record<string, string>> = {
  'gpustack-vllm': 'vllm',
  llamacpp: 'llama.cpp',
  lmstudio: 'lm-studio',
}

/** Rows without departures from the wire, for vendors the table does not have or has in other wires only. */
const PLAIN: Readonly<Record<ChatWireName, string>> = {
  'openai-chat': 'sglang',
  'openai-responses': 'openai',
  'openai-completions': 'openai',
  'anthropic-messages': 'anthropic',
  'gemini-generate': 'gemini',
  'cohere-chat': 'cohere',
  'ollama-chat': 'ollama',
  'ollama-generate': 'ollama',
  'bedrock-converse': 'bedrock',
}

/** A provider kind, told to speak one wire alone: otherwise an app of another wire might find its own there. */
export interface StandIn {
  readonly kind: string
  readonly wire: ChatWireName
}

/** The row a recording is replayed behind. */
export function standInFor({ provider, wire, invoked }: Pick<Exchange, 'provider' | 'wire' | 'invoked'>): StandIn {
  if (invoked) return { kind: 'bedrock', wire }
  const name = SAME_SERVICE[provider] ?? provider
  const row = findProvider(name)
  const fits = row?.transport === 'http' && row.chat.some((door) => door.wire === wire && !door.models)
  return { kind: fits ? name : PLAIN[wire], wire }
}
