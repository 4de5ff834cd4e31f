/** Turns a provider name and what `sluice.yml` says about it into a provider that is ready to call. */

import type { ProviderSettings } from '../config/revision.ts'
import { err, ok, type Result } from '../ground/result.ts'
import { findProvider, providers } from './index.ts'
import type { HttpProvider, Provider } from './provider.ts'

/**
 * The row that `settings.kind` (or, without settings, the name itself) stands for, with the settings' address, secret and
 * headers applied. An http provider given back always has a `baseUrl`. The error is a sentence for the writer of `sluice.yml`.
 */
export function resolveProvider(name: string, settings?: ProviderSettings): Result<Provider, string> {
  const kind = settings?.kind ?? name
  const provider = findProvider(kind)
  if (!provider) return err(unknownKind(name, kind))
  if (provider.transport === 'local') return ok({ ...provider, name })
  const baseUrl = settings?.baseUrl ?? provider.baseUrl
  if (baseUrl === undefined) return err(missingAddress(name, provider))
  const fault = faultOfAddress(baseUrl)
  if (fault) return err(`Provider "${name}" in sluice.yml: base_url ${fault}`)
  const address = trimSlashes(baseUrl)
  return ok({
    ...provider,
    name,
    baseUrl: address,
    secretName: settings?.secret ?? provider.secretName,
    headers: { ...provider.headers, ...settings?.headers },
    chat: provider.chat.map((chat) => ({ ...chat, path: pathBelow(address, chat.path) })),
  })
}

function unknownKind(name: string, kind: string): string {
  const known = providers.map((provider) => provider.name).join(', ')
  return `Provider "${name}": there is no kind "${kind}". Set \`kind\` under \`providers\` in sluice.yml to one of: ${known}.`
}

function missingAddress(name: string, provider: HttpProvider): string {
  return `Provider "${name}" has no address. Set \`base_url\` for it in sluice.yml, for example ${provider.baseUrlExample ?? 'https://host/v1'}.`
}

function faultOfAddress(baseUrl: string): string | undefined {
  const url = URL.parse(baseUrl)
  if (!url) return 'is not a URL; write it in full, such as https://host/v1.'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://.'
  // The address itself is not repeated: whoever wrote a password into it would find it in logs.
  if (url.username || url.password) return 'must not hold a user name or password; name a secret with `secret` instead.'
  if (url.search || url.hash) return 'must not hold a query (?) or fragment (#).'
  return undefined
}

function trimSlashes(address: string): string {
  return address.replace(/\/+$/, '')
}

/** People write self-hosted addresses with and without the version; the path brings it only when the address does not. */
function pathBelow(address: string, path: string): string {
  return /\/v\d[^/]*$/.test(address) ? path.replace(/^\/v\d+(?=\/)/, '') : path
}
