/** Brings a row within the bounds the ledger stores, so that no single bad figure can spoil a sum or block a batch. */

import { USAGE_UNITS, type Usage } from '../ground/usage.ts'
import type { LedgerRow } from '../ports/accounts.ts'

/** Far above any real call; 9 million rows at this bound still add up within 64 bits. */
const MAX_UNITS = 1e12
const MAX_COST_NANO = 10n ** 15n
const MAX_TEXT = 1000
const MAX_WARNINGS = 50

/**
 * The row as it is stored: zero units left out, texts from outside at most 1,000 characters, at most 50 warnings. A usage or a cost
 * that is negative, fractional or absurd (over 1e12 units, over a million dollars) becomes unknown, with a warning.
 */
export function normaliseRow(row: LedgerRow): LedgerRow {
  const warnings = (row.warnings ?? []).slice(0, MAX_WARNINGS).map(bounded)
  const usage = row.usage && validUsage(row.usage)
  if (row.usage && !usage) warnings.push('ledger.usage:dropped')
  const costNano = row.costNano !== undefined && validCost(row.costNano) ? BigInt(row.costNano).toString() : undefined
  if (row.costNano !== undefined && costNano === undefined) warnings.push('ledger.cost:dropped')
  const { user, answeredModel, askedModel, upstreamWire, errorKind, replyId, billedNano, listNano, savedNano } = row
  return {
    ...row,
    route: bounded(row.route),
    target: bounded(row.target),
    chosenTarget: row.chosenTarget && bounded(row.chosenTarget),
    requestedModel: bounded(row.requestedModel),
    user: user && bounded(user),
    answeredModel: answeredModel && bounded(answeredModel),
    askedModel: askedModel && bounded(askedModel),
    upstreamWire: upstreamWire && bounded(upstreamWire),
    errorKind: errorKind && bounded(errorKind),
    admittedAtMs: wholeNumber(row.admittedAtMs),
    status: wholeNumber(row.status),
    latencyMs: wholeNumber(row.latencyMs),
    firstByteMs: row.firstByteMs === undefined ? undefined : wholeNumber(row.firstByteMs),
    attempts: wholeNumber(row.attempts),
    usage,
    usageSource: row.usage && !usage ? 'unknown' : row.usageSource,
    costNano,
    listNano:
      costNano !== undefined && listNano !== undefined && validCost(listNano) ? BigInt(listNano).toString() : undefined,
    warnings: warnings.length > 0 ? warnings : undefined,
    replyId: replyId && bounded(replyId),
    savedNano: savedNano !== undefined && validCost(savedNano) ? BigInt(savedNano).toString() : undefined,
    billedNano: billedNano !== undefined && validCost(billedNano) ? BigInt(billedNano).toString() : undefined,
  }
}

function validUsage(usage: Usage): Usage | undefined {
  const kept: Usage = {}
  for (const unit of USAGE_UNITS) {
    const value = usage[unit] ?? 0
    if (!Number.isInteger(value) || value < 0 || value > MAX_UNITS) return undefined
    if (value > 0) kept[unit] = value
  }
  return kept
}

function validCost(digits: string): boolean {
  return /^\d{1,16}$/.test(digits) && BigInt(digits) <= MAX_COST_NANO
}

function bounded(text: string): string {
  return text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text
}

function wholeNumber(value: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.trunc(value)) : 0
}
