/** What a provider is: a vendor's or self-hosted server's address, wires, credential and quirks, as data. */

import type { Quirks } from '../wires/quirks.ts'
import type { ChatWireName } from '../wires/wire.ts'

/** How the credential travels. `none`: self-hosted servers without one; a key is still sent as bearer if configured. */
export type AuthStyle = 'bearer' | 'x-api-key' | 'none'

export interface HttpProvider {
  readonly transport: 'http'
  /** The word used before the slash in `provider/model`. */
  readonly name: string
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
  readonly chat: readonly { readonly wire: ChatWireName; readonly path: string }[]
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
