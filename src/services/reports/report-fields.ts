/** The fields finance may group and filter a report by. */

import { GROUP_FIELDS, type GroupField, isGroupField } from '../../ports/accounts.ts'

/** The ledger's own fields and `organisation`, which is known of the whole deployment; `tag:NAME` besides. */
export const REPORT_FIELDS = ['organisation', ...GROUP_FIELDS] as const
export type ReportField = 'organisation' | GroupField

/** Reads `team,route,month`; the error names the word that is no field. Repeated words count once. */
export function isReportField(word: string): word is ReportField {
  return word === 'organisation' || isGroupField(word)
}
