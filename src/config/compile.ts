/** Compiles all documents of a bundle for one target into a revision, or says everything that is wrong with them. */

import { canonicalJson } from '../ground/canonical-json.ts'
import type { PriceBook } from '../ground/price-book.ts'
import { TARGET_NAMES } from './bundle-document.ts'
import { checkShape, type Shape } from './check-shape.ts'
import { quote } from './clear-secret.ts'
import { compileAlerts } from './compile-alerts.ts'
import { refuseRepeatedLimits } from './compile-limits.ts'
import { compilePrices, type PriceNames, refuseUnknownShelves } from './compile-prices.ts'
import { compileProviders } from './compile-providers.ts'
import { compileRoute } from './compile-route.ts'
import { interpolate } from './interpolate.ts'
import { jsonSchemas } from './json-schemas.ts'
import { findKnown, type KnownProviders } from './known-providers.ts'
import { entriesAt, type Located, locatedAt, overlay, placeOf, textAt } from './located.ts'
import { policyDocument } from './policy-document.ts'
import { type ReadPolicy, warnAboutPolicies } from './policy-warnings.ts'
import { formatPlace, type Place, type Problem } from './problem.ts'
import { createProblemList, type ProblemList } from './problem-list.ts'
import { type Bundle, readBundle, secretBelongs } from './read-bundle.ts'
import { readPriceBook } from './read-price-book.ts'
import { readYaml } from './read-yaml.ts'
import { refuseClearSecrets } from './refuse-clear-secrets.ts'
import { danglingAliases } from './resolve-model.ts'
import type { Revision, RevisionBody, RouteSettings } from './revision.ts'
import { routeDocument } from './route-document.ts'
import { didYouMeanOrOneOf } from './suggest.ts'

export interface BundleFile {
  /** Relative to the bundle, with forward slashes: `sluice.yml`, `routes/default.yml`. */
  readonly path: string
  readonly text: string
}

export interface CompileOptions {
  /** As the user wrote it; without it the bundle's default target is compiled. */
  readonly target?: string
  readonly providers: KnownProviders
}

export type Compiled =
  | {
      readonly ok: true
      readonly revision: Revision
      /** The one that stands first in `sluice.yml`; in the revision teams are in the order of their names. */
      readonly firstTeam: string
      readonly warnings: readonly Problem[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }

/**
 * Never throws for what a document holds. Files other than `sluice.yml`, `routes/*.yml`, `policies/*.yml` and the price book are ignored. The
 * revision does not depend on the order of files or keys, nor on comments; problems come in reading order, all of them.
 */
export async function compileBundle(files: readonly BundleFile[], options: CompileOptions): Promise<Compiled> {
  const problems = createProblemList()
  const compiled = await compileBody(files, options, problems)
  const warnings = problems.warnings()
  const errors = problems.errors()
  if (!compiled || errors.length) return { ok: false, problems: errors, warnings }
  const { body, firstTeam } = compiled
  return { ok: true, revision: { ...body, hash: await hashOf(body) }, firstTeam, warnings }
}

async function compileBody(
  files: readonly BundleFile[],
  { target: asked, providers: known }: CompileOptions,
  problems: ProblemList,
): Promise<{ body: RevisionBody; firstTeam: string } | undefined> {
  const read = readFiles(files, problems)
  const root = read.find(({ path }) => path === 'sluice.yml')
  if (!root) {
    const place = { file: 'sluice.yml', line: 1, column: 1 }
    problems.error(place, 'the file is missing', 'a bundle begins with a sluice.yml that holds "bundle: <name>"')
  }
  if (!root?.located) return undefined
  const bundle = readBundle(root.located, asked, problems)
  const compiledProviders = compileProviders(bundle.document?.providers ?? {}, bundle.root, known, problems)
  const named = new Map(
    entriesAt(bundle.root, ['providers']).map(([name]) => [
      name,
      findKnown(known, compiledProviders[name]?.kind ?? ''),
    ]),
  )
  const policies = readPolicies(read, bundle, problems)
  const routes = compileRoutes(read, bundle, {
    lookup: { known, named },
    models: modelsOf(bundle, problems),
    ...policies,
    problems,
  })
  warnAboutPolicies(policies.read, routes, problems)
  for (const { document, root } of policies.read) refuseRepeatedLimits(document, root, problems)
  if (routes.length === 0) problems.warn(bundle.root.at, 'there are no routes, so every call would be answered 404')
  const { document, target } = bundle
  if (!document) return undefined
  refuseRepeatedTeams(document.teams ?? [], bundle.root, problems)
  const mode = document.targets?.[target]?.mode ?? (target === 'prod' ? 'production' : 'development')
  const teams = [...(document.teams ?? ['default'])].sort()
  const alerts = compileAlerts(document.alerts ?? {}, bundle.root, { mode, teams }, problems)
  const names = { document, root: bundle.root, teams, known }
  const prices = await compilePrices(names, problems)
  const priceBook = await compilePriceBook(files, names, problems)
  const body = {
    bundle: document.bundle,
    target,
    mode,
    organisation: document.organisation ?? 'default',
    providers: compiledProviders,
    teams,
    routes: routes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(alerts.length > 0 && { alerts }),
    ...(priceBook && { priceBook }),
    ...(prices && { prices }),
  }
  return { body, firstTeam: document.teams?.[0] ?? 'default' }
}

function modelsOf({ document, root }: Pick<ReturnType<typeof readBundle>, 'document' | 'root'>, problems: ProblemList) {
  const models = document?.models ?? {}
  for (const { model, alias, version } of danglingAliases(models))
    problems.error(
      placeOf(root, ['models', model, 'aliases', alias]),
      `the model ${quote(model)} has no version ${quote(version)}`,
    )
  return models
}

async function compilePriceBook(
  files: readonly BundleFile[],
  names: PriceNames,
  problems: ProblemList,
): Promise<PriceBook | undefined> {
  const path = names.document.price_book
  if (path === undefined) return undefined
  const file = files.find((each) => each.path === path)
  if (!file) {
    problems.error(placeOf(names.root, ['price_book']), `there is no file ${quote(path)} in the bundle`)
    return undefined
  }
  const book = await readPriceBook(file.text)
  if (!book.ok) {
    for (const fault of book.error) problems.error({ file: path, line: 1, column: 1 }, fault)
    return undefined
  }
  const shelves = book.value.providers.flatMap(({ provider, alsoFor = [] }) => [provider, ...alsoFor])
  refuseUnknownShelves(shelves, names, problems)
  return book.value
}

interface ReadFile {
  readonly path: string
  readonly located: Located | undefined
}

/** In the order of their paths, so that "first at" never depends on how a folder was listed. */
function readFiles(files: readonly BundleFile[], problems: ProblemList): ReadFile[] {
  return files
    .filter(({ path }) => /^(?:sluice\.yml|(?:routes|policies)\/[^/]+\.ya?ml)$/.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, text }) => {
      const located = readYaml(path, text, problems)
      const allowed = path === 'sluice.yml' ? secretBelongs : () => false
      refuseClearSecrets({ file: path, text, root: located }, allowed, problems)
      return { path, located }
    })
}

/** The documents of one folder with references filled in; names must be unique among them. */
function readFolder(
  folder: string,
  nameKey: string,
  files: readonly ReadFile[],
  bundle: Bundle,
  problems: ProblemList,
): Located[] {
  const places = new Map<string, Place>()
  return files.flatMap(({ path, located }) => {
    if (!located || !path.startsWith(`${folder}/`)) return []
    const filled = interpolate(located, { ...bundle.names, secretAllowed: () => false }, problems)
    const name = textAt(filled, [nameKey])
    const first = name === undefined ? undefined : places.get(name)
    const place = placeOf(filled, [nameKey])
    if (first)
      problems.error(
        place,
        `the ${nameKey} ${quote(name ?? '')} is already defined at ${formatPlace(first)}`,
        'rename or remove one of them',
      )
    else if (name !== undefined) places.set(name, place)
    return [filled]
  })
}

function readPolicies(
  files: readonly ReadFile[],
  bundle: Bundle,
  problems: ProblemList,
): { read: ReadPolicy[]; policies: Map<string, ReadPolicy['document']>; policyNames: Set<string> } {
  const shape: Shape<ReadPolicy['document']> = { schema: policyDocument, json: jsonSchemas.policy }
  const all = readFolder('policies', 'policy', files, bundle, problems)
  const read = all.flatMap((located) => {
    const shaped = checkShape(located, shape, problems)
    return shaped ? [{ document: shaped.value, root: shaped.located }] : []
  })
  return {
    read,
    policies: new Map(read.map(({ document }) => [document.policy, document])),
    policyNames: new Set(all.flatMap((located) => textAt(located, ['policy']) ?? [])),
  }
}

function compileRoutes(
  files: readonly ReadFile[],
  bundle: Bundle,
  context: Parameters<typeof compileRoute>[2],
): RouteSettings[] {
  const { problems } = context
  const all = readFolder('routes', 'route', files, bundle, problems)
  const names = all.flatMap((located) => textAt(located, ['route']) ?? [])
  for (const target of TARGET_NAMES) {
    for (const [name, { keyAt }] of entriesAt(bundle.root, ['targets', target, 'routes'])) {
      if (names.includes(name)) continue
      problems.error(keyAt, `there is no route ${quote(name)} to change`, didYouMeanOrOneOf(name, names, 'routes are'))
    }
  }
  return all.flatMap((located) => {
    const change = locatedAt(bundle.root, ['targets', bundle.target, 'routes', textAt(located, ['route']) ?? ''])
    const merged = overlay(located, change) ?? located
    const shaped = checkShape(merged, { schema: routeDocument, json: jsonSchemas.route }, problems)
    return shaped ? [compileRoute(shaped.value, shaped.located, context)] : []
  })
}

function refuseRepeatedTeams(teams: readonly string[], root: Located, problems: ProblemList): void {
  for (const [index, team] of teams.entries()) {
    if (teams.indexOf(team) === index) continue
    const first = formatPlace(placeOf(root, ['teams', teams.indexOf(team)]))
    problems.error(placeOf(root, ['teams', index]), `the team ${quote(team)} stands twice, first at ${first}`)
  }
}

/** Lower-case hex SHA-256 of the canonical JSON. */
async function hashOf(body: RevisionBody): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(body)))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
