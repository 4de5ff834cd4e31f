/** Charges in the columns of FOCUS 1.2, the FinOps Open Cost and Usage Specification. */

import { totalInput, totalOutput } from '../../ground/usage.ts'
import { periodAt, readInstant } from './calendar/period.ts'
import type { Zone } from './calendar/zone.ts'
import { writeCsv } from './csv.ts'
import type { ReportDocument, ShownLine } from './report-document.ts'
import type { ReportField } from './report-fields.ts'

/** What the report must be grouped by: a charge is one day of one model, route, key and team; what repricing added is one of its own. */
export const FOCUS_FIELDS = [
  'day',
  'team',
  'key',
  'route',
  'provider',
  'model',
  'serviceClass',
  'paradigm',
  'costKnown',
  'kind',
] as const satisfies ReportField[]

/** Answered by the gateway itself, or never reported: no provider is known. */
const NO_PROVIDER = 'Sluice'

interface Charge {
  readonly line: ShownLine
  readonly organisation: string
  readonly day: { readonly startMs: number; readonly endMs: number }
  readonly month: { readonly startMs: number; readonly endMs: number }
}

/**
 * Columns by name, as the specification orders them. Empty: null. Left out are columns that are conditional on features a gateway
 * has none of (commitments, capacity, availability zones). `x_` columns are our own. A charge whose cost is unknown has empty
 * cost columns and `x_CostKnown` false, where the specification wants a number: an invented zero would be worse. Charges stay as calls
 * were first settled; a correction has costs alone, since nothing more was used.
 */
const COLUMNS: Readonly<Record<string, (charge: Charge) => string>> = {
  BilledCost: cost,
  BillingAccountId: ({ organisation }) => organisation,
  BillingAccountName: ({ organisation }) => organisation,
  BillingCurrency: () => 'USD',
  BillingPeriodEnd: ({ month }) => time(month.endMs),
  BillingPeriodStart: ({ month }) => time(month.startMs),
  ChargeCategory: () => 'Usage',
  ChargeClass: ({ line }) => (isCorrection(line) ? 'Correction' : ''),
  ChargeDescription: describe,
  ChargeFrequency: () => 'Usage-Based',
  ChargePeriodEnd: ({ day }) => time(day.endMs),
  ChargePeriodStart: ({ day }) => time(day.startMs),
  ConsumedQuantity: quantity,
  ConsumedUnit: unit,
  ContractedCost: cost,
  ContractedUnitPrice: (charge) => unitPrice(charge, charge.line.costNano),
  EffectiveCost: cost,
  InvoiceIssuerName: provider,
  ListCost: ({ line }) => (known(line) ? line.listUsd : ''),
  ListUnitPrice: (charge) => unitPrice(charge, charge.line.listNano),
  PricingCategory: ({ line }) => (line.group.serviceClass === undefined ? 'Standard' : 'Other'),
  PricingCurrency: () => 'USD',
  PricingQuantity: quantity,
  PricingUnit: unit,
  ProviderName: provider,
  PublisherName: provider,
  RegionId: () => '',
  RegionName: () => '',
  ResourceId: ({ line }) => line.group.route ?? '',
  ResourceName: ({ line }) => line.group.route ?? '',
  ResourceType: ({ line }) => (line.group.route ? 'Route' : ''),
  ServiceCategory: () => 'AI and Machine Learning',
  ServiceName: (charge) => `${provider(charge)} API`,
  ServiceSubcategory: () => 'Generative AI',
  SkuId: ({ line }) => line.group.model ?? '',
  SkuPriceId: ({ line }) => (line.group.model ? `${line.group.model}/${line.group.serviceClass ?? 'standard'}` : ''),
  SubAccountId: ({ line }) => line.group.team ?? '',
  SubAccountName: ({ line }) => line.group.team ?? '',
  SubAccountType: () => 'Team',
  Tags: ({ line }) => JSON.stringify({ key: line.group.key ?? '', route: line.group.route ?? '' }),
  x_Calls: ({ line }) => String(line.calls),
  x_CostKnown: ({ line }) => String(known(line)),
  x_Paradigm: ({ line }) => line.group.paradigm ?? '',
}

/** `report` is one grouped by `FOCUS_FIELDS`; `zone` the one its days are in. Times are UTC, as FOCUS wants them. */
export function focusCsv(report: ReportDocument, zone: Zone): string {
  const names = Object.keys(COLUMNS)
  const rows = report.data.map((line) => {
    const charge = chargeOf(line, report.organisation, zone)
    return Object.values(COLUMNS).map((cell) => cell(charge))
  })
  return writeCsv([names, ...rows])
}

function chargeOf(line: ShownLine, organisation: string, zone: Zone): Charge {
  const startMs = readInstant(line.group.day ?? '', zone)
  if (!startMs.ok) throw new Error('A FOCUS export needs a report grouped by day.')
  return {
    line,
    organisation,
    day: periodAt(startMs.value, 'day', zone),
    month: periodAt(startMs.value, 'month', zone),
  }
}

function cost({ line }: Charge): string {
  return known(line) ? line.costUsd : ''
}

/** Dollars a token, all kinds of tokens together: times `PricingQuantity` it gives the cost, to twelve digits of a dollar. */
function unitPrice(charge: Charge, nano: string): string {
  const count = BigInt(tokens(charge))
  if (!known(charge.line) || count === 0n) return ''
  const pico = ((BigInt(nano) * 2_000_000n) / count + 1n) / 2n
  const digits = pico.toString().padStart(16, '0')
  return `${digits.slice(0, -15)}.${digits.slice(-15)}`.replace(/\.?0+$/, '')
}

function known(line: ShownLine): boolean {
  return line.unknownCostCalls === 0
}

function isCorrection(line: ShownLine): boolean {
  return line.group.kind === 'adjustment'
}

function unit({ line }: Charge): string {
  return isCorrection(line) ? '' : 'Tokens'
}

function quantity(charge: Charge): string {
  return isCorrection(charge.line) ? '' : tokens(charge)
}

function tokens({ line }: Charge): string {
  return String(totalInput(line.usage) + totalOutput(line.usage))
}

function provider({ line }: Charge): string {
  return line.group.provider || NO_PROVIDER
}

function describe(charge: Charge): string {
  const { model, route, serviceClass } = charge.line.group
  const what = model ? `${model} at ${provider(charge)}` : 'calls without a model'
  return `${isCorrection(charge.line) ? 'correction of ' : ''}${what}${serviceClass ? `, ${serviceClass}` : ''}, route ${route || 'unknown'}`
}

/** To the second, as FOCUS writes times. */
function time(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`
}
