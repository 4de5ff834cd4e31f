/** How an account's alerts reach those who want them, and what became of each. */

import type { Alert, AlertSubject, AlertType } from '../ground/alert.ts'

/** How one attempt to deliver an alert ended. */
export type Attempt =
  | { readonly ok: true; readonly status: number }
  | {
      readonly ok: false
      /** What went wrong, in words for an operator; never an address or a secret. */
      readonly error: string
      /** Undefined where no answer came. */
      readonly status?: number
      /** The receiver asks for this much patience. */
      readonly retryAfterMs?: number
      /** Trying again is of no use. */
      readonly final?: true
    }

/** The destinations of alerts, by name. */
export interface AlertPost {
  /** Who wants to be told of this; no team: of what all teams share. */
  receivers(subject: AlertSubject, team: string | undefined): readonly string[]
  /** One attempt; never throws, and takes no longer than half a minute. */
  send(destination: string, alert: Alert): Promise<Attempt>
}

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** What became of one alert at one destination. `failed`: given up. */
export interface Delivery {
  readonly destination: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly attemptedAtMs?: number
  /** Not before this; only while it is pending. */
  readonly nextAtMs?: number
  /** HTTP status of the last answer. */
  readonly status?: number
  /** Why the last attempt failed. */
  readonly error?: string
}

export interface AlertRecord extends Alert {
  /** In the order of names; empty when nobody wanted it. */
  readonly deliveries: readonly Delivery[]
}

export interface AlertQuery {
  /** 1 to 1000. */
  readonly limit: number
  readonly type?: AlertType
  /** Only alerts with a delivery in this state. */
  readonly state?: DeliveryState
}
