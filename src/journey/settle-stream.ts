/** The row of a reply that streamed: what its tap saw, and how its stream ended. */

import type { UsageSource } from '../ground/usage.ts'
import type { Outcome } from '../ports/accounts.ts'
import type { Tapped } from '../wires/wire.ts'
import type { CallRecord } from './call-record.ts'
import type { StreamEnd } from './pump-stream.ts'
import type { StreamTransform } from './stream-transforms.ts'

/** Settles after the last byte. */
export function settleStream(end: StreamEnd, transform: StreamTransform, record: CallRecord): void {
  const tapped = transform.tapped()
  record.warnings.push(...transform.warnings)
  if (tapped.model) record.answeredModel = tapped.model
  const outcome = streamOutcome(end, tapped)
  const error = tapped.error ?? ('error' in end ? end.error : undefined)
  record.settle({ outcome, status: 200, usage: tapped.usage, usageSource: sourceOf(tapped, outcome), tapped, error })
  record.cacheWrite?.end()
  record.tape?.end(end.kind === 'finished' && outcome === 'ok')
}

function streamOutcome(end: StreamEnd, tapped: Tapped): Outcome {
  if (tapped.complete && !tapped.error) return 'ok'
  if (end.kind === 'client-gone') return 'aborted'
  return end.kind === 'cut' ? 'incomplete' : 'error'
}

function sourceOf(tapped: Tapped, outcome: Outcome): UsageSource {
  if (!tapped.usage) return 'unknown'
  return outcome === 'ok' ? 'reported' : 'partial'
}
