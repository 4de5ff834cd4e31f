/** The fields finance may group and filter a report by. */

import { GROUP_FIELDS, type GroupField } from '../../ports/accounts.ts'

/**
 * The ledger's own fields and `organisation`, which is known of the whole deployment. Tags will join when rows carry them: a
 * field of the ledger is enough for them to appear here.
 */
export const REPORT_FIELDS = ['organisation', ...GROUP_FIELDS] as const
export type ReportField = 'organisation' | GroupField

/** Reads `team,route,month`; the error names the word that is no field. Repeated words count once. */
export function isReportField(word: string): word is ReportField {
  return (REPORT_FIELDS as readonly string[]).includes(word)
}
