/** One WebSocket session under way: messages both ways as they are, usage summed, settled once when either side ends it. */

import type { EffectivePolicy } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import type { Usage } from '../ground/usage.ts'
import type { Outcome } from '../ports/accounts.ts'
import type { CallRecord } from './call-record.ts'
import { Deadlines } from './deadlines.ts'
import type { Gateway } from './gateway.ts'
import { RealtimeMeter, type RealtimeReading } from './realtime-meter.ts'

export interface Session {
  readonly client: WebSocket
  readonly upstream: WebSocket
  readonly policy: EffectivePolicy
  readonly gateway: Gateway
  readonly record: CallRecord
}

const GOING_AWAY = 1001
const TIMED_OUT = 1013

/** Resolves when the session is over and its row is written. */
export function joinSockets({ client, upstream, policy, gateway, record }: Session): Promise<void> {
  return new Promise((resolve) => {
    const meter = new RealtimeMeter()
    let over = false
    let refused: GatewayError | undefined
    const finish = (outcome: Outcome, code: number, reason: string): void => {
      if (over) return
      over = true
      deadlines.stop()
      close(client, code, reason)
      close(upstream, code, reason)
      const error = outcome === 'error' ? (refused ?? deadlines.expired) : undefined
      const usageSource = meter.cut ? 'estimated' : sourceOf(meter.usage, outcome)
      record.settle({ outcome, status: 101, usage: meter.total, usageSource, ...(error && { error }) })
      resolve()
    }
    const deadlines = new Deadlines(policy, gateway.clock, () =>
      finish('error', TIMED_OUT, deadlines.expired?.message ?? 'timed out'),
    )
    const holdMore = async (used: Usage): Promise<void> => {
      refused = await record.limits?.topUp(used, record.costOf(used))
      if (refused) finish('error', TIMED_OUT, refused.message)
    }
    client.accept()
    upstream.accept()
    client.addEventListener('message', ({ data }) => {
      deadlines.touch()
      if (typeof data === 'string') meter.sent(data)
      send(upstream, data)
    })
    upstream.addEventListener('message', ({ data }) => {
      deadlines.touch()
      record.markFirstByte()
      const before = meter.usage
      if (typeof data === 'string') note(meter.received(data), record)
      send(client, data)
      if (meter.usage && meter.usage !== before) void holdMore(meter.usage)
    })
    client.addEventListener('close', ({ code, reason }) => finish('ok', code, reason))
    upstream.addEventListener('close', ({ code, reason }) => finish('ok', code, reason))
    client.addEventListener('error', () => finish('aborted', GOING_AWAY, 'the client broke off'))
    upstream.addEventListener('error', () => finish('incomplete', GOING_AWAY, 'the provider broke off'))
  })
}

function note(said: RealtimeReading, record: CallRecord): void {
  if (said?.model) record.answeredModel = said.model
  if (said?.transcribed && !record.warnings.some(({ feature }) => feature === TRANSCRIPTION.feature))
    record.warnings.push(TRANSCRIPTION)
}

const TRANSCRIPTION = {
  feature: 'input_audio_transcription.usage',
  effect: 'dropped',
  detail: 'Speech was transcribed by another model, which the provider bills apart: its cost is not in this row.',
} as const

/** A session in which no response was made used nothing; that is known, not unknown. */
function sourceOf(usage: Usage | undefined, outcome: Outcome) {
  if (!usage) return 'unknown'
  return outcome === 'ok' ? 'reported' : 'partial'
}

function send(socket: WebSocket, data: string | ArrayBuffer | Blob): void {
  try {
    socket.send(data as string | ArrayBuffer) // binaryType is arraybuffer, so no Blob comes
  } catch (error) {
    // The other side closed while this message was on its way: its close event ends the session.
    if (!(error instanceof Error)) throw gatewayError('internal', 'A socket threw something that is not an error.')
  }
}

/** Codes a program may not send (1005, 1006…) become 1001. */
function close(socket: WebSocket, code: number, reason: string): void {
  const sendable =
    code === 1000 ||
    (code >= 3000 && code <= 4999) ||
    (code >= 1001 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006)
  try {
    socket.close(sendable ? code : GOING_AWAY, reason.slice(0, 100))
  } catch {
    // Already closed from the other end.
  }
}
