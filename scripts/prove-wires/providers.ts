/** Which row of the provider table stands in for the vendor of a recording. */

import { findProvider } from '../../src/providers/index.ts'
import type { ChatWireName } from '../../src/wires/wire.ts'
import type { Exchange } from './corpus.ts'
import type { Direction } from './prove-exchange.ts'

/** The corpus names folders after services; where the table has another word for the same service, it is here. */
const SAME_SERVICE: Readonly<Record<string, string>> = {
  'gpustack-vllm': 'vllm',
  llamacpp: 'llama.cpp',
  lmstudio: 'lm-studio',
}

/** Rows without departures from the wire, for vendors the table does not have. Each speaks only its one wire. */
const PLAIN: Readonly<Record<ChatWireName, string>> = { 'openai-chat': 'sglang', 'anthropic-messages': 'anthropic' }

/** The row a recording is replayed behind. Crosswise it must speak only the recording's wire, or nothing would be translated. */
export function standInFor(exchange: Exchange, direction: Direction): string {
  const name = SAME_SERVICE[exchange.provider] ?? exchange.provider
  const row = findProvider(name)
  if (row?.transport !== 'http') return PLAIN[exchange.wire]
  const wires = row.chat.map((chat) => chat.wire)
  const fits = direction === 'crosswise' ? wires.every((wire) => wire === exchange.wire) : wires.includes(exchange.wire)
  return fits ? name : PLAIN[exchange.wire]
}
