/** Reads a reply the way the gateway does when it passes one through: by the tap of its wire, with the quirks of its provider. */

import { createFramer, type Framing } from '../../src/ground/framing.ts'
import { asObject, asString, type Json, type JsonObject, parseJson } from '../../src/ground/json.ts'
import type { SearchContext } from '../../src/ground/price-book.ts'
import { findProvider } from '../../src/providers/index.ts'
import { chatWires, taskWires } from '../../src/wires/index.ts'
import { type Quirks, STANDARD_QUIRKS } from '../../src/wires/quirks.ts'
import { TASK_WIRE_NAMES, type TaskWireName } from '../../src/wires/task-wire.ts'
import { CHAT_WIRE_NAMES, type ChatWireName, type Tapped } from '../../src/wires/wire.ts'

export type WireName = ChatWireName | TaskWireName

/** What a tap reads, and what only prices want to know. */
export interface Read extends Tapped {
  readonly searchContext?: SearchContext
}

export type Reply = { readonly body: Json } | { readonly stream: Uint8Array; readonly framing: Framing }

/** The corpus's word for an API -> the wire that speaks it; undefined where none does. */
export function wireOf(api: string): WireName | undefined {
  if (api === 'embeddings') return 'openai-embeddings'
  if (api === 'rerank') return 'cohere-rerank'
  return [...CHAT_WIRE_NAMES, ...TASK_WIRE_NAMES].find((name) => name === api)
}

/** What the gateway would know of this reply once it has passed. */
export function readReply(wire: WireName, provider: string, reply: Reply, request: JsonObject = {}): Read {
  const tap = isChat(wire)
    ? chatWires[wire].tap(quirksOf(provider), false)
    : taskWires[wire].tap(quirksOf(provider), request)
  let searched: SearchContext | undefined
  if ('body' in reply) {
    tap.body(reply.body)
    searched = searchContextOf(reply.body)
  } else {
    const framer = createFramer(reply.framing)
    for (const event of [...framer.push(reply.stream), ...framer.end()]) {
      tap.event(event)
      searched = searchContextOf(parseJson(event.data)) ?? searched
    }
  }
  return { ...tap.result(), ...(searched && { searchContext: searched }) }
}

function isChat(wire: WireName): wire is ChatWireName {
  return wire in chatWires
}

function quirksOf(name: string): Quirks {
  const provider = findProvider(name)
  return provider?.transport === 'http' ? provider.quirks : STANDARD_QUIRKS
}

/** Perplexity's word for how much it searched, on which its fee for the call depends. */
function searchContextOf(body: Json | undefined): SearchContext | undefined {
  const word = asString(asObject(asObject(body)?.usage)?.search_context_size)
  return (['low', 'medium', 'high'] as const).find((each) => each === word)
}
