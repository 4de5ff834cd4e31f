/** Turns a provider name and what `sluice.yml` says about it into a provider that is ready to call. */

import type { ProviderSettings } from '../config/revision.ts'
import { err, ok, type Result } from '../ground/result.ts'
import { fillPath, placeholdersOf } from './fill-path.ts'
import { findProvider, providers } from './index.ts'
import { placeBelow } from './place-below.ts'
import type { HttpProvider, Provider } from './provider.ts'

/**
 * The row that `settings.kind` (or, without settings, the name itself) stands for, with the settings' address, options, secret
 * and headers applied. An http provider given back always has a `baseUrl` without placeholders, and its paths have none but
 * the model's. The error is a sentence for the writer of `sluice.yml`.
 */
export function resolveProvider(name: string, settings?: ProviderSettings): Result<Provider, string> {
  const kind = settings?.kind ?? name
  const provider = findProvider(kind)
  if (!provider) return err(unknownKind(name, kind))
  if (provider.transport === 'local') return ok({ ...provider, name })
  const optionValues = readOptions(name, provider, settings?.options ?? {})
  if (!optionValues.ok) return optionValues
  const baseUrl = settings?.baseUrl ?? addressOf(provider, optionValues.value)
  if (baseUrl === undefined) return err(missingAddress(name, provider))
  const [missingInAddress] = placeholdersOf(baseUrl).filter((option) => optionValues.value[option] === undefined)
  if (missingInAddress !== undefined) return err(missingOption(name, missingInAddress, provider))
  const filled = fillPath(baseUrl, optionValues.value)
  if (!filled.ok) return err(`Provider "${name}" in sluice.yml: ${filled.error}.`)
  const fault = faultOfAddress(filled.value)
  if (fault) return err(`Provider "${name}" in sluice.yml: base_url ${fault}`)
  const resolved = placeBelow(filled.value.replace(/\/+$/, ''), {
    ...provider,
    name,
    kind,
    chat: doorsFor(provider.chat, settings?.formats),
    optionValues: optionValues.value,
    secretName: settings?.secret ?? provider.secretName,
    headers: { ...provider.headers, ...settings?.headers },
  })
  const missing = missingInPaths(resolved, optionValues.value)
  return missing === undefined ? ok(resolved) : err(missingOption(name, missing, provider))
}

/** A server that speaks fewer formats than others of its kind, or should be asked in these alone: in the document's order. */
function doorsFor(doors: HttpProvider['chat'], formats: readonly string[] | undefined): HttpProvider['chat'] {
  return formats ? formats.flatMap((format) => doors.filter((door) => door.wire === format)) : doors
}

/** The values of a row's options: as given, else the defaults. */
function readOptions(
  name: string,
  { options = {} }: HttpProvider,
  given: Readonly<Record<string, string>>,
): Result<Record<string, string>, string> {
  const values: [string, string][] = []
  for (const [option, { pattern = HOST_LABEL, example, default: usual }] of Object.entries(options)) {
    const value = Object.hasOwn(given, option) ? given[option] : usual
    if (value === undefined) continue
    const [match] = pattern.exec(value) ?? []
    // The value is not repeated: it may be a credential in the wrong place.
    if (match !== value)
      return err(`Provider "${name}" in sluice.yml: the option ${option} does not look like "${example}".`)
    values.push([option, value])
  }
  return ok(Object.fromEntries(values))
}

/** One label of a host name: what may be written into an address without leading elsewhere. */
const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

function addressOf({ addressBy, baseUrl }: HttpProvider, values: Readonly<Record<string, string>>): string | undefined {
  const value = addressBy && values[addressBy.option]
  const other = value !== undefined && Object.hasOwn(addressBy?.addresses ?? {}, value)
  return other ? addressBy?.addresses[value] : baseUrl
}

/** The first placeholder that only the model or nothing fills. */
function missingInPaths(provider: HttpProvider, values: Readonly<Record<string, string>>): string | undefined {
  const paths = [...provider.chat, ...(provider.tasks ?? [])].map((door) => door.path)
  return paths.flatMap(placeholdersOf).find((name) => name !== 'model' && values[name] === undefined)
}

function missingOption(name: string, option: string, { options = {} }: HttpProvider): string {
  const example = options[option]?.example ?? '…'
  return `Provider "${name}" has no ${option}. Add it under options in sluice.yml, for example ${option}: ${example}.`
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
