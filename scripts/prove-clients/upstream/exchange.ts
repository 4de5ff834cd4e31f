/** What the scripted upstream reads out of a request and says back, whatever the dialect: the neutral middle of all of them. */

import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '../../../src/ground/json.ts'

export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly input: JsonObject
}

export interface ToolResult {
  /** The call it answers; the tool's name in dialects that pair by name. */
  readonly callId: string
  readonly text: string
}

/** What one request said, as its dialect's own provider would have understood it. */
export interface Seen {
  readonly model: string
  readonly streams: boolean
  readonly system: string
  readonly userText: string
  readonly images: readonly Buffer[]
  /** PDF files; absent in formats that take none. */
  readonly documents?: readonly Buffer[]
  readonly toolNames: readonly string[]
  /** The model must call a tool: any, or the one named. */
  readonly forcedTool: string | true | undefined
  readonly calls: readonly ToolCall[]
  readonly results: readonly ToolResult[]
  /** JSON schema the answer must follow; `true` where only some JSON is asked for. */
  readonly schema: JsonObject | true | undefined
  readonly thinkingAsked: boolean
  /** Proofs of earlier thinking that came back: signatures, encrypted content. */
  readonly proofs: readonly string[]
  readonly maxTokens: number | undefined
  /** Only OpenAI's chat must be asked for usage in streams. */
  readonly asksStreamUsage?: boolean
  /** What of its reasoning OpenAI's Responses shows, which it does only when asked. */
  readonly asksSummary?: boolean
  readonly asksEncrypted?: boolean
}

/** A request as it arrived. */
export interface Arrival {
  readonly dialect: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: JsonObject
  readonly seen: Seen | undefined
}

export interface SaidUsage {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
}

/** What the provider's model says. */
export interface Say {
  readonly thinking?: string
  readonly text?: string
  readonly calls?: readonly ToolCall[]
  readonly finish: 'stop' | 'tools' | 'length'
  readonly usage: SaidUsage
  /** The stream breaks off with the dialect's own error after the text. */
  readonly breaks?: boolean
}

/** What the provider refuses with. */
export interface Refusal {
  readonly status: number
  readonly kind: 'rate-limit' | 'bad-request' | 'credentials' | 'overloaded'
  readonly message: string
  readonly retryAfterSeconds?: number
}

/** A chat format of a provider, written from its public documentation and sharing no code with the gateway's own wires. */
export interface ChatDialect {
  readonly name: string
  /** Recognises the path; gives the model and streaming flag where the path says them. */
  match(path: string): { readonly model?: string; readonly streams?: boolean } | undefined
  /** The credential as this provider wants it; undefined when it is missing. */
  credential(headers: IncomingHttpHeaders): string | undefined
  /** Reads a request, or says what the provider would complain about. */
  read(body: JsonObject, address: { readonly model?: string; readonly streams?: boolean }): Seen | string
  whole(say: Say, seen: Seen): JsonObject
  /** The pieces of a streamed answer, in order. */
  stream(say: Say, seen: Seen): readonly (string | Uint8Array)[]
  readonly streamType: string
  refuse(refusal: Refusal): JsonObject
}

/** Cuts a text into about `count` pieces without cutting a character. */
export function pieces(text: string, count = 3): string[] {
  const characters = [...text]
  const size = Math.max(1, Math.ceil(characters.length / count))
  const cut: string[] = []
  for (let at = 0; at < characters.length; at += size) cut.push(characters.slice(at, at + size).join(''))
  return cut
}

/** The first field that is not among `known`: strict providers refuse those. */
export function unknownField(body: JsonObject, known: readonly string[]): string | undefined {
  return Object.keys(body).find((field) => !known.includes(field))
}

/** A result without its call is refused by every provider. */
export function unpaired(calls: readonly ToolCall[], results: readonly ToolResult[]): string | undefined {
  const orphan = results.find(({ callId }) => !calls.some(({ id, name }) => id === callId || name === callId))
  if (orphan) return `tool result for ${orphan.callId}, which no earlier message called`
  const open = calls.find(({ id, name }) => !results.some(({ callId }) => callId === id || callId === name))
  return open ? `no tool result for the call ${open.id} of ${open.name}` : undefined
}
