/** Why an invoice and the ledger may differ. */

/** In the order in which differences are ascribed to them. */
export const CAUSES = [
  'rounding',
  'time-zone-edge',
  'cut-short',
  'unknown-cost',
  'estimated',
  'unreported',
  'other-traffic',
  'not-invoiced',
] as const
export type Cause = (typeof CAUSES)[number]

/** What each means, for people who read the report. */
export const CAUSE_TEXT: Readonly<Record<Cause, string>> = {
  rounding: 'within what rounding each call and each invoice line allows',
  'time-zone-edge': 'calls of the hour beside midnight, counted on the day next to it',
  'cut-short': 'calls that were aborted or broke off: what was used after the cut is not known here',
  'unknown-cost': 'calls in the ledger whose cost is unknown',
  estimated: 'calls whose usage the provider did not report and the ledger estimated',
  unreported: 'calls whose gateway process died before they were settled',
  'other-traffic': 'on the invoice and not explained by any call of the ledger: traffic beside the gateway, or fees',
  'not-invoiced':
    'in the ledger and not on the invoice: discounts, credits, later billing, or a price that is too high',
}
