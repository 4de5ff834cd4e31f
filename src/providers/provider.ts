/** What a provider is: a vendor's or self-hosted server's address, wires, credential and quirks, as data. */

import type { Framing } from '../ground/framing.ts'
import type { Json } from '../ground/json.ts'
import type { Quirks } from '../wires/quirks.ts'
import type { TaskWireName } from '../wires/task-wire.ts'
import type { ChatWireName } from '../wires/wire.ts'

/**
 * How the credential travels. `none`: self-hosted servers without one; a key is still sent as bearer if configured.
 * `api-key` and `x-goog-api-key`: headers of those names. `aws`: SigV4 with `ACCESS_KEY_ID:SECRET[:SESSION_TOKEN]`, or
 * bearer when the secret is a Bedrock API key (no colon). `google`: a service account's JSON key, exchanged for an access
 * token; a secret that is not JSON is sent as bearer.
 */
export type AuthStyle = 'bearer' | 'x-api-key' | 'api-key' | 'x-goog-api-key' | 'aws' | 'google' | 'none'

/** What an upstream request speaks: a wire, or one of the formats that only pass through. */
export type UpstreamWireName = ChatWireName | TaskWireName | 'files' | 'responses' | 'realtime'

/** A part of a provider's address that only the operator knows. */
export interface ProviderOption {
  readonly example: string
  readonly default?: string
  /** What a value must look like in full; absent: one label of a host name. */
  readonly pattern?: RegExp
}

/**
 * One format a provider speaks, and where. In paths `{model}` stands for the upstream model, percent-encoded as one piece,
 * `{+model}` for the same with its slashes kept.
 */
export interface ChatDoor {
  readonly wire: ChatWireName
  readonly path: string
  /** Where streams are asked for, by framing; without it `path`, in the wire's first framing. */
  readonly streams?: Partial<Record<Framing, string>>
  /** Models this door is for; absent: all. */
  readonly models?: RegExp
  /** Same wire, other envelope (Claude on Vertex or Bedrock): fields to take out and to set in the body. */
  readonly body?: { readonly drop: readonly string[]; readonly set: Readonly<Record<string, Json>> }
}

export interface TaskDoor {
  readonly wire: TaskWireName
  readonly path: string
  readonly models?: RegExp
}

export interface HttpProvider {
  readonly transport: 'http'
  /** The word used before the slash in `provider/model`. */
  readonly name: string
  /** The row it follows, when `sluice.yml` gave it a name of its own. */
  readonly kind?: string
  /** How people write it: `OpenAI`, `Fireworks AI`. */
  readonly title: string
  /** Public address without trailing slash; undefined when it must come from `sluice.yml` (self-hosted, workspaces). */
  readonly baseUrl: string | undefined
  /** Example shown when `base_url` is missing from `sluice.yml`. */
  readonly baseUrlExample?: string
  readonly auth: AuthStyle
  /** Conventional name of the secret that holds the credential, used unless `sluice.yml` names another. */
  readonly secretName: string | undefined
  /** Fixed headers sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Chat wires spoken, best first, with the path appended to the base URL. */
  readonly chat: readonly ChatDoor[]
  /** What else it does. */
  readonly tasks?: readonly TaskDoor[]
  /** Path of the files API, of the realtime WebSocket, of stored responses: absent where there is none. */
  readonly filesPath?: string
  readonly realtimePath?: string
  readonly responsesPath?: string
  /** Names in the address or paths (`{region}`) that `sluice.yml` fills in under `options`, with an example each. */
  readonly options?: Readonly<Record<string, ProviderOption>>
  /** The values of `options` once resolved. */
  readonly optionValues?: Readonly<Record<string, string>>
  /** Another address for certain values of one option (Vertex AI's `global`). */
  readonly addressBy?: { readonly option: string; readonly addresses: Readonly<Record<string, string>> }
  /** Where one wire takes its credential in another way than the rest. */
  readonly authBy?: Readonly<Partial<Record<UpstreamWireName, AuthStyle>>>
  /** The service name that `aws` signatures are made for; `bedrock` unless said otherwise. */
  readonly awsService?: string
  /** Client headers this provider wants in the JSON body instead: the field's name by the header's (Bedrock). */
  readonly headersInBody?: Readonly<Record<string, string>>
  readonly quirks: Quirks
  readonly selfHosted: boolean
  /** Where the facts of this row come from. */
  readonly source: string
}

/** Runs inside the worker; no network. */
export interface LocalProvider {
  readonly transport: 'local'
  readonly name: string
  readonly title: string
}

export type Provider = HttpProvider | LocalProvider
