/** Alerts: what an operator is told without asking. */

/** What one can ask to be told of. */
export const ALERT_SUBJECTS = ['limit.threshold', 'limit.exhausted', 'price.unknown', 'usage.unreported'] as const
export type AlertSubject = (typeof ALERT_SUBJECTS)[number]

/** `alerts.muted`: there are too many of one subject. `alert.test`: an admin tries a destination. */
export const ALERT_TYPES = [...ALERT_SUBJECTS, 'alerts.muted', 'alert.test'] as const
export type AlertType = (typeof ALERT_TYPES)[number]

/** What an alert says, as docs/alerts.md describes it for each type. */
export type AlertData = Readonly<Record<string, string | number | readonly string[] | AlertDetail>>
type AlertDetail = Readonly<Record<string, string | number>>

export interface Alert {
  /** The same however often the alert is sent. */
  readonly id: string
  readonly type: AlertType
  readonly createdAtMs: number
  /** Undefined for what all teams of the organisation share. */
  readonly team?: string
  readonly data: AlertData
}
