/** Destinations of alerts for tests of accounts: who they are, and what they answer. */

import type { Alert } from '../../src/ground/alert.ts'
import type { AlertPost, Attempt } from '../../src/ports/alerts.ts'

/** `everything` wants all alerts, `limits of blue` those about limits of team blue. */
export const receivers: AlertPost['receivers'] = (subject, team) => [
  'everything',
  ...(team === 'blue' && subject.startsWith('limit.') ? ['limits of blue'] : []),
]

/** What was sent, in order, and what the next attempts meet; then all is well. */
export class AlertScript implements AlertPost {
  readonly receivers = receivers
  readonly sent: { readonly destination: string; readonly alert: Alert }[] = []
  answer: (destination: string, alert: Alert) => Attempt | Promise<Attempt> = () => ({ ok: true, status: 200 })

  async send(destination: string, alert: Alert): Promise<Attempt> {
    this.sent.push({ destination, alert })
    return this.answer(destination, alert)
  }
}
