/** What the proof must know of a chat format: how to ask in it, and what its words mean. Nothing here comes from `src/wires`. */

import type { JsonObject } from '../../../src/ground/json.ts'
import type { ChatWireName } from '../../../src/wires/wire.ts'
import type { Reading } from './reading.ts'
import type { RequestReading } from './request-reading.ts'

/** Why an answer ended, in words that no format owns. */
export type Meaning = 'done' | 'tools' | 'stop-word' | 'length' | 'filtered' | 'refused' | 'paused' | 'failed'

/** What a format may have no place for. */
export type Aspect =
  | 'refusal'
  | 'thinking'
  | 'signatures'
  | 'redacted'
  | 'tool calls'
  | 'tool ids'
  | 'several system prompts'
  | 'cached'
  | 'turns'
  | 'topP'
  | 'stop'

export interface Question {
  readonly wire: ChatWireName
  /** Without any path. */
  readonly url: string
  readonly key: string
  readonly model: string
  readonly body: JsonObject
  readonly stream: boolean
  /** For formats that can stream as one JSON array. */
  readonly asArray?: boolean
  /** Use the SDK's strict stream helper, which enforces the order of events, instead of plain iteration. */
  readonly strict?: boolean
}

export interface Dialect {
  readonly wire: ChatWireName
  /** Asks with the official SDK, through `fetch`, adding each object it gives; throws what the SDK throws. */
  ask(question: Question, fetch: typeof globalThis.fetch, objects: unknown[]): Promise<void>
  /** Its SDK has a stream helper that enforces the order of events. */
  readonly isStrict?: boolean
  /** Undefined when there is no reply in the objects. */
  read(objects: readonly unknown[]): Reading | undefined
  /** Whether a stream of these objects, read without an error, came to the end its format wants. */
  ends(objects: readonly unknown[]): boolean
  /** What each finish word of a provider means; several where its own use is not clear. */
  readonly means: Readonly<Record<string, Meaning>>
  /** The words with which an app may be told each meaning. */
  readonly says: Readonly<Record<Meaning, readonly string[]>>
  readonly lacks: ReadonlySet<Aspect>
  readRequest(body: JsonObject, stream: boolean): RequestReading
  /** The least request that asks for a reply. */
  least(model: string, stream: boolean, usage: boolean): JsonObject
  /** Whether a recorded body is a chat request at all. */
  isRequest(body: JsonObject): boolean
}

/** Nothing is missing. */
export const LACKS_NOTHING: ReadonlySet<Aspect> = new Set()
