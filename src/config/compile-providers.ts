/** From `providers` in `sluice.yml` to the settings in the revision: known kinds, safe addresses, secrets by name. */

import { compact } from '../ground/compact.ts'
import type { ProviderDocument } from './bundle-document.ts'
import { quote } from './clear-secret.ts'
import { findKnown, type KnownProvider, type KnownProviders } from './known-providers.ts'
import { keyPlaceOf, type Located, type Path, placeOf } from './located.ts'
import type { ProblemList } from './problem-list.ts'
import type { ProviderSettings } from './revision.ts'
import { didYouMeanOrOneOf } from './suggest.ts'

interface Context {
  readonly name: string
  readonly settings: ProviderDocument
  /** All of `sluice.yml`, overlaid for the target. */
  readonly root: Located
  readonly path: Path
  readonly problems: ProblemList
}

/** Every provider of the document, by name; faulty parts are reported and left out. */
export function compileProviders(
  documents: Readonly<Record<string, ProviderDocument>>,
  root: Located,
  known: KnownProviders,
  problems: ProblemList,
): Record<string, ProviderSettings> {
  const compiled: [string, ProviderSettings][] = []
  for (const [name, settings] of Object.entries(documents)) {
    const context = { name, settings, root, path: ['providers', name], problems }
    const kind = findKind(context, known)
    if (!kind) continue
    const baseUrl = checkAddress(context, kind)
    checkHeaders(context)
    checkOptions(context, kind)
    checkFormats(context, kind)
    checkServer(context, kind)
    const [secret, ...moreSecrets] = secretsIn(context)
    const headers = settings.headers && Object.keys(settings.headers).length ? settings.headers : undefined
    compiled.push([
      name,
      {
        kind: kind.name,
        ...(baseUrl === undefined ? {} : { baseUrl }),
        ...(secret === undefined ? {} : { secret }),
        ...(moreSecrets.length > 0 && { moreSecrets }),
        ...compact({
          maxConcurrent: settings.max_concurrent,
          healthPath: settings.health,
          coldStartMs: settings.cold_start,
        }),
        ...(headers === undefined ? {} : { headers }),
        ...(settings.formats === undefined ? {} : { formats: settings.formats }),
        ...(settings.options === undefined ? {} : { options: settings.options }),
      },
    ])
  }
  return Object.fromEntries(compiled)
}

/** Names of the secrets that hold credentials, in the document's order. */
function secretsIn({ name, settings, root, path, problems }: Context): string[] {
  if (settings.api_key !== undefined && settings.api_keys)
    problems.error(
      placeOf(root, [...path, 'api_keys']),
      `the provider ${quote(name)} has both api_key and api_keys`,
      'put all of them under api_keys',
    )
  const references = settings.api_keys ?? (settings.api_key === undefined ? [] : [settings.api_key])
  const names = references.flatMap((text) => /^\$\{secret\.(\w+)\}$/.exec(text)?.[1] ?? [])
  for (const [index, each] of names.entries())
    if (names.indexOf(each) !== index)
      problems.error(placeOf(root, [...path, 'api_keys', index]), `the secret ${quote(each)} stands twice`)
  return names
}

/** Health and cold starts are matters of servers that people run themselves. */
function checkServer({ name, settings, root, path, problems }: Context, kind: KnownProvider): void {
  for (const key of ['health', 'cold_start', 'gpu'] as const) {
    if (settings[key] === undefined) continue
    if (!kind.selfHosted)
      problems.error(
        placeOf(root, [...path, key]),
        `${key} is for servers of your own, and ${quote(name)} is not one`,
        'remove it; a provider that fails is left alone for a while anyway',
      )
  }
  if (settings.cold_start !== undefined && settings.health === undefined)
    problems.error(
      placeOf(root, [...path, 'cold_start']),
      'cold_start needs health, to know when the server is ready',
      'add health: /health',
    )
}

function findKind({ name, settings, root, path, problems }: Context, known: KnownProviders): KnownProvider | undefined {
  const kind = findKnown(known, settings.kind ?? name)
  const place = settings.kind === undefined ? keyPlaceOf(root, path) : placeOf(root, [...path, 'kind'])
  if (kind?.local) {
    problems.error(
      place,
      `${quote(kind.name)} runs inside the worker and takes no settings`,
      'remove this entry; use its models as they are',
    )
    return undefined
  }
  if (kind) return kind
  const names = known.filter((provider) => !provider.local).map((provider) => provider.name)
  if (settings.kind === undefined) {
    const hint = didYouMeanOrOneOf(name, names, 'add "kind:" with one of')
    problems.error(place, `the provider ${quote(name)} is not known by this name`, hint)
  } else
    problems.error(
      place,
      `there is no provider kind ${quote(settings.kind)}`,
      didYouMeanOrOneOf(settings.kind, names, 'kinds are'),
    )
  return undefined
}

function checkAddress({ name, settings, root, path, problems }: Context, kind: KnownProvider): string | undefined {
  if (settings.base_url === undefined) {
    if (kind.needsBaseUrl)
      problems.error(keyPlaceOf(root, path), `the provider ${quote(name)} has no base_url`, addressHint(kind))
    return undefined
  }
  const fault = faultOfAddress(settings.base_url, kind)
  if (fault) problems.error(placeOf(root, [...path, 'base_url']), `base_url ${fault}`, addressHint(kind))
  return fault ? undefined : settings.base_url.replace(/\/+$/, '')
}

/** For a provider that must be told its address. */
export function addressHint(kind: KnownProvider): string | undefined {
  return kind.baseUrlExample === undefined ? undefined : `for example ${kind.baseUrlExample}`
}

/** The address is never repeated: whoever wrote a password into it would find it in a log. */
function faultOfAddress(address: string, kind: KnownProvider): string | undefined {
  const url = URL.parse(address)
  if (!url || /\s/.test(address)) return 'is not a URL; it must be written in full, with https:// or http://'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://'
  if (url.username || url.password) return 'must not hold a user name or password; name a secret with api_key instead'
  if (url.search || url.hash) return 'must not hold a query (?) or fragment (#)'
  if (url.protocol === 'http:' && !kind.selfHosted && !isLoopback(url.hostname))
    return `must begin with https://: a credential would travel in clear; http:// is for servers you run yourself`
  return undefined
}

/** A recording proxy or a test on the same machine: nothing leaves it in clear. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** Options that `sluice.yml` must give for a provider: those without a default. */
export function neededOptions(kind: KnownProvider): [name: string, example: string][] {
  return Object.entries(kind.options ?? {}).flatMap(([name, option]) =>
    option.default === undefined ? [[name, option.example] as [string, string]] : [],
  )
}

function checkFormats({ name, settings, root, path, problems }: Context, { formats = [] }: KnownProvider): void {
  for (const [index, format] of (settings.formats ?? []).entries()) {
    if (formats.includes(format)) continue
    problems.error(
      placeOf(root, [...path, 'formats', index]),
      `the provider ${quote(name)} does not speak ${quote(format)}`,
      formats.length > 0 ? didYouMeanOrOneOf(format, formats, 'it speaks') : undefined,
    )
  }
}

function checkOptions({ name, settings, root, path, problems }: Context, kind: KnownProvider): void {
  const known = Object.keys(kind.options ?? {})
  for (const option of Object.keys(settings.options ?? {})) {
    if (known.includes(option)) continue
    const place = keyPlaceOf(root, [...path, 'options', option])
    const hint = known.length > 0 ? didYouMeanOrOneOf(option, known, 'options are') : 'it takes none'
    problems.error(place, `the provider ${quote(name)} has no option ${quote(option)}`, hint)
  }
  // A whole address of one's own may leave out what the usual address is made of.
  if (settings.base_url !== undefined) return
  for (const [option, example] of neededOptions(kind)) {
    if (settings.options?.[option] !== undefined) continue
    problems.error(
      keyPlaceOf(root, path),
      `the provider ${quote(name)} has no ${option}`,
      `add it under options, for example ${option}: ${example}`,
    )
  }
}

const CREDENTIAL_HEADER = /^(?:proxy-)?authorization$|^cookie$|(?:^|-)(?:api-?key|key|token|secret|password)$/i

/** Set by the gateway itself for each request. */
const OWN_HEADERS = new Set(['host', 'content-type', 'content-length', 'connection', 'transfer-encoding'])

function checkHeaders({ settings, root, path, problems }: Context): void {
  const seen = new Set<string>()
  for (const header of Object.keys(settings.headers ?? {})) {
    const place = keyPlaceOf(root, [...path, 'headers', header])
    const name = header.toLowerCase()
    if (CREDENTIAL_HEADER.test(name))
      problems.error(place, `the header ${quote(header)} carries a credential`, 'name it with api_key instead')
    else if (OWN_HEADERS.has(name)) problems.error(place, `the header ${quote(header)} is set by Sluice itself`)
    else if (seen.has(name)) problems.error(place, `the header ${quote(header)} stands twice; case does not matter`)
    seen.add(name)
  }
}
