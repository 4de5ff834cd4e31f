/** Wires of calls that are not chat: one request, one reply. Those with a hub can be translated; the others pass through. */

import type { ChatCall } from '../ground/chat-call.ts'
import type { GatewayError } from '../ground/error.ts'
import type { Json, JsonObject } from '../ground/json.ts'
import type { Result } from '../ground/result.ts'
import type { SseEvent } from '../ground/sse.ts'
import type { EmbedCall, EmbedReply, RerankCall, RerankReply, TokenCount } from '../ground/tasks.ts'
import type { Encoded } from '../ground/warning.ts'
import type { Quirks } from './quirks.ts'
import type { ErrorBody, ReplyDefaults, Tapped } from './wire.ts'

export const TASK_WIRE_NAMES = [
  'openai-embeddings',
  'gemini-embed',
  'gemini-batch-embed',
  'cohere-embed',
  'ollama-embed',
  'cohere-rerank',
  'anthropic-count-tokens',
  'openai-count-tokens',
  'gemini-count-tokens',
  'bedrock-count-tokens',
  'openai-moderations',
  'openai-images',
  'openai-image-edits',
  'openai-speech',
  'openai-transcriptions',
  'openai-translations',
] as const
export type TaskWireName = (typeof TASK_WIRE_NAMES)[number]

/** What is asked for; two wires of one task can be translated into each other if both have a `hub`. */
export type TaskName =
  | 'embeddings'
  | 'rerank'
  | 'count-tokens'
  | 'moderations'
  | 'images'
  | 'image-edits'
  | 'speech'
  | 'transcriptions'
  | 'translations'

/** Call and answer of each task that has a hub. */
export interface TaskHubs {
  embeddings: { call: EmbedCall; reply: EmbedReply }
  rerank: { call: RerankCall; reply: RerankReply }
  'count-tokens': { call: ChatCall; reply: TokenCount }
}
export type HubTask = keyof TaskHubs

/** Reads usage from a reply that passes through unchanged. */
export interface TaskTap {
  /** One event of a reply that streams (transcriptions, images). */
  event(event: SseEvent): void
  /** A whole JSON reply. Replies that are not JSON (sound, plain text) are not shown to the tap. */
  body(body: Json): void
  result(): Tapped
}

/** Both directions of one task's translation, in one wire. Decoders never throw; encoders say what they could not carry. */
export interface TaskHub<Call, Reply> {
  decodeRequest(body: JsonObject): Result<Call, GatewayError>
  /** `call.model` is already the upstream's model name. */
  encodeRequest(call: Call, quirks: Quirks): Encoded<JsonObject>
  decodeReply(body: Json, quirks: Quirks): Result<Reply, GatewayError>
  /** `call` is the client's decoded call: some formats repeat parts of it. */
  encodeReply(reply: Reply, call: Call, defaults: ReplyDefaults): Encoded<JsonObject>
}

interface TaskWireBase {
  readonly name: TaskWireName
  /** Where a request says which model it means. */
  readonly address: 'body' | 'path'
  /** The request body: JSON, or a form with a file (`model` is a field of the form). */
  readonly requestBody: 'json' | 'form'
  /** The model that is meant where a request names none, in APIs that allow it. */
  readonly usualModel?: string
  /**
   * `request`: the client's own JSON body (empty for forms), from which what the reply does not repeat can be counted
   * (characters to speak, pictures asked for).
   */
  tap(quirks: Quirks, request: JsonObject): TaskTap
  /** Whether the client's body may pass to a provider with these departures; absent: always. Otherwise it is translated. */
  passesTo?(quirks: Quirks): boolean
  /** Same wire: top-level fields to overwrite (the model, where it stands in the body). */
  patchRequest(body: JsonObject, model: string): Record<string, Json>
  decodeError(status: number, headers: Headers, body: Json): GatewayError
  encodeError(error: GatewayError, requestId: string): ErrorBody
}

export interface HubTaskWire<Task extends HubTask = HubTask> extends TaskWireBase {
  readonly task: Task
  readonly hub: TaskHub<TaskHubs[Task]['call'], TaskHubs[Task]['reply']>
}

export interface PassTaskWire extends TaskWireBase {
  readonly task: Exclude<TaskName, HubTask>
  readonly hub?: undefined
}

export type TaskWire = HubTaskWire<'embeddings'> | HubTaskWire<'rerank'> | HubTaskWire<'count-tokens'> | PassTaskWire
