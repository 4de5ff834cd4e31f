/** Explains a call that was made from its row in the ledger and the documents it was made by. */

import type { RevisionBody, RouteSettings } from '../../config/revision.ts'
import { formatDollars } from '../../ground/money.ts'
import { USAGE_UNITS } from '../../ground/usage.ts'
import type { LedgerRow } from '../../ports/accounts.ts'
import type { Explanation, Step } from './explanation.ts'

/** `current`: the documents that hold now; where they have changed since, what rests on them is left out. */
export function explainRow(row: LedgerRow, current: RevisionBody & { readonly hash: string }): Explanation {
  const same = row.revision === current.hash
  const route = same ? current.routes.find(({ name }) => name === row.route) : undefined
  const steps: (Step | undefined)[] = [
    { step: 'route', says: routeWords(row) },
    same
      ? route && { step: 'policies', says: [policyWords(route)] }
      : { step: 'policies', says: [`It was made by revision ${row.revision.slice(0, 12)}; another holds now.`] },
    limitStep(row),
    cacheStep(row),
    { step: 'target', says: targetWords(row) },
    { step: 'price', says: [priceWords(row)] },
    { step: 'outcome', says: [outcomeWords(row)] },
  ]
  return { steps: steps.flatMap((step) => step ?? []) }
}

function routeWords(row: LedgerRow): string[] {
  const asked = `The app asked for "${row.requestedModel}" in the format ${row.clientWire}${row.stream ? ', as a stream' : ''}.`
  return [asked, row.route === '' ? 'No route of that name is for its key.' : `That is the route "${row.route}".`]
}

function policyWords({ policies }: RouteSettings): string {
  return policies.length === 0 ? 'No policy holds for it.' : `Policies in force: ${policies.join(', ')}.`
}

function limitStep({ warnings = [] }: LedgerRow): Step | undefined {
  const said = warnings.filter((warning) => warning.startsWith('limit.') || warning.startsWith('max_tokens:'))
  return said.length > 0 ? { step: 'limits', says: said.map((warning) => `Noted: ${warning}.`) } : undefined
}

const CACHE_WORDS: Readonly<Record<string, string>> = {
  hit: 'The same question had been answered before, and that answer was given.',
  semantic: 'A question in other words had been answered before, and that answer was given.',
  miss: 'No kept answer was for this question.',
  bypass: 'The cache was not asked.',
}

function cacheStep({ cache }: LedgerRow): Step | undefined {
  return cache === undefined ? undefined : { step: 'cache', says: [CACHE_WORDS[cache] ?? `The cache said ${cache}.`] }
}

function targetWords(row: LedgerRow): string[] {
  const { target, decisions = [], attempts, upstreamWire } = row
  if (target === '') return ['No target was chosen.']
  const sent = attempts === 0 ? 'Nothing was sent to a provider.' : `Requests sent: ${attempts}.`
  const wire =
    upstreamWire === undefined || attempts === 0
      ? []
      : [
          upstreamWire === row.clientWire
            ? 'It was sent in the app’s own format, byte for byte but for the model.'
            : `It was translated to the format ${upstreamWire}.`,
        ]
  const lost = (row.warnings ?? []).filter((warning) => !warning.startsWith('limit.'))
  return [
    ...decisions.map(sentence),
    `The target was ${target}, model ${row.answeredModel ?? row.askedModel ?? 'unknown'} of ${row.provider}.`,
    sent,
    ...wire,
    ...(lost.length > 0 ? [`Changed or left out on the way: ${lost.join(', ')}.`] : []),
  ]
}

function priceWords(row: LedgerRow): string {
  const { usage, usageSource, costNano, priceHash, priceDate } = row
  if (row.attempts === 0 || (costNano === '0' && !usage)) return 'It cost nothing: no provider did any work for it.'
  const used = usage ? USAGE_UNITS.flatMap((unit) => (usage[unit] ? `${usage[unit]} ${unit}` : [])).join(', ') : ''
  const what = usage ? `Usage (${usageSource}): ${used || 'none'}.` : 'Its usage is not known.'
  if (costNano === undefined) return `${what} What that costs is not known, so it is in no sum.`
  const price =
    priceHash === undefined ? '' : `, by the price ${priceHash.slice(0, 12)} of ${priceDate ?? 'the policy'}`
  return `${what} That cost ${formatDollars(BigInt(costNano))} US dollars${price}.`
}

function outcomeWords(row: LedgerRow): string {
  const first = row.firstByteMs === undefined ? '' : `, the first byte after ${row.firstByteMs} ms`
  const why = row.errorKind === undefined ? '' : ` (${row.errorKind})`
  return `It ended as ${row.outcome}${why} with status ${row.status} after ${row.latencyMs} ms${first}.`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
