/** The doors of the gateway: which wire an app speaks there, and how an error looks in it. */

import type { EndpointName } from '../config/revision.ts'
import type { GatewayError } from '../ground/error.ts'
import type { ChatWire, ErrorBody } from '../wires/wire.ts'

/** A door for chat, spoken in one wire. */
export interface ChatEndpoint {
  readonly kind: 'chat'
  readonly name: EndpointName
  readonly wire: ChatWire
}

/** The door for classification, in Sluice's own small format with OpenAI's error shape. */
export interface ClassifyEndpoint {
  readonly kind: 'classify'
  readonly name: 'classify'
  readonly wire: { readonly name: 'classify'; encodeError(error: GatewayError, requestId: string): ErrorBody }
}

export type Endpoint = ChatEndpoint | ClassifyEndpoint
