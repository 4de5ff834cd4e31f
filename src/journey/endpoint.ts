/** The doors of the gateway: which wire an app speaks there, and how an error looks in it. */

import type { EndpointName } from '../config/revision.ts'
import type { GatewayError } from '../ground/error.ts'
import type { Framing } from '../ground/framing.ts'
import type { TaskWire } from '../wires/task-wire.ts'
import type { ChatWire, ErrorBody } from '../wires/wire.ts'

/** What the URL says, for wires that do not say it in the body. */
export interface Address {
  readonly model?: string
  readonly stream?: boolean
  /** How the client wants its stream framed; the wire's first framing unless said. */
  readonly framing?: Framing
}

/** A door for chat, spoken in one wire. */
export interface ChatEndpoint {
  readonly kind: 'chat'
  readonly name: EndpointName
  readonly wire: ChatWire
  readonly address: Address
}

/** A door for calls of one request and one reply: embeddings, rerank, images, sound, token counts. */
export interface TaskEndpoint {
  readonly kind: 'task'
  readonly name: EndpointName
  readonly wire: TaskWire
  readonly address: Address
}

/** A wire that only names itself and says errors; its bytes pass through. */
export interface PlainWire {
  readonly name: string
  encodeError(error: GatewayError, requestId: string): ErrorBody
}

/** The door for classification, in Sluice's own small format with OpenAI's error shape. */
export interface ClassifyEndpoint {
  readonly kind: 'classify'
  readonly name: 'classify'
  readonly wire: PlainWire
  readonly address: Address
}

/** A door for a conversation over a WebSocket. */
export interface RealtimeEndpoint {
  readonly kind: 'realtime'
  readonly name: 'realtime'
  readonly wire: PlainWire
  readonly address: Address
}

/** A door for what a provider keeps between calls: files and replies. */
export interface StoredEndpoint {
  readonly kind: 'stored'
  readonly name: 'files' | 'responses'
  readonly shelf: 'files' | 'responses'
  readonly wire: PlainWire
  readonly address: Address
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** The thing meant; undefined for the shelf as a whole. */
  readonly id?: string
  /** What of the thing: `content`, `cancel`, `input_items`. */
  readonly part?: string
}

export type Endpoint = ChatEndpoint | TaskEndpoint | ClassifyEndpoint | RealtimeEndpoint | StoredEndpoint
