/** Holds the row of one call against what its client and its upstream know of it; neither asks the gateway. */

import type { LedgerRow } from '../../src/ports/accounts.ts'
import type { ClientRecord } from './client.ts'
import { type CallPlan, NANO } from './plan.ts'
import type { UpstreamRecord } from './upstream.ts'

export interface MadeCall {
  readonly plan: CallPlan
  readonly upstream: UpstreamRecord
  readonly client: ClientRecord
  /** The process that took it, which may have been killed. */
  readonly incarnation: string
}

export interface Verdict {
  /** What is wrong with the row, in words. */
  readonly faults: readonly string[]
  /** How far its cost is from what was used, in nano-dollars. */
  readonly offNano: bigint
  /** What its cost rests on. */
  readonly basis: 'reported' | 'partial' | 'estimated' | 'unknown' | 'nothing'
}

/** No text of the proof has more tokens than characters. */
type Usage = { readonly input?: number | undefined; readonly output?: number | undefined }

/** Calls that the ledger never admitted have no id of a lease, or the connection broke before it was told. */
export function isStranger(requestId: string | undefined): boolean {
  return requestId === undefined || requestId.startsWith('req_0_')
}

export function judgeRow({ plan, upstream, client }: MadeCall, row: LedgerRow): Verdict {
  const faults: string[] = []
  const fault = (wrong: boolean, text: string): void => {
    if (wrong)
      faults.push(`${plan.tag} (${row.requestId}, ${row.outcome}, ${row.usageSource}; ${describe(plan)}): ${text}`)
  }
  fault(client.requestId !== undefined && client.requestId !== row.requestId, 'the client was told another id')
  fault(row.team !== plan.team, `booked on team ${row.team}`)
  fault(upstream.asked > 1, `asked ${upstream.asked} times`)
  if (row.attempts === 0) {
    fault(upstream.asked > 0, 'its row says that nobody was asked')
    fault(row.costNano !== '0', `costs ${row.costNano} although nobody was asked`)
    return { faults, offNano: 0n, basis: 'nothing' }
  }
  const { usageSource: source, usage = {} } = row
  // Anthropic's format must state a usage at the end, also when the upstream left it out.
  const final = upstream.stated === 'final'
  fault(final && client.complete && source !== 'reported', 'the client got a complete reply')
  if (final && client.usage) {
    fault(source !== 'reported', 'the client was told the usage')
    fault(!isSame(client.usage, plan.usage), `the client was told ${JSON.stringify(client.usage)}`)
  }
  fault(client.complete && row.outcome !== 'ok', 'the client got a complete reply')
  switch (source) {
    case 'reported':
      fault(upstream.stated !== 'final', 'the upstream never stated a usage')
      fault(!isSame(usage, plan.usage), `usage ${JSON.stringify(usage)}, stated ${JSON.stringify(plan.usage)}`)
      break
    case 'partial':
      fault(upstream.stated === 'nothing', 'the upstream stated nothing')
      // Whoever broke off after its last word on usage has told everything.
      if (upstream.stated === 'final' && isSame(usage, plan.usage)) break
      fault(usage.input !== plan.usage.input, `input ${usage.input}, stated ${plan.usage.input}`)
      fault(!isBetween(usage.output, 1, upstream.written), `output ${usage.output} of ${upstream.written} characters`)
      break
    case 'estimated':
      fault(plan.accounting === 'free', 'only limits need an estimate')
      fault(
        !isBetween(usage.output ?? 0, 0, upstream.written),
        `output ${usage.output} of ${upstream.written} characters`,
      )
      fault(!isBetween(usage.input, 1, 200), `input ${usage.input} for a short prompt`)
      break
    default:
      // When the client hangs up, the gateway need not read to the end what its upstream wrote.
      fault(upstream.stated !== 'nothing' && upstream.finished && !client.cut, 'a complete reply of unknown usage')
  }
  const expected = plan.accounting === 'free' || source === 'unknown' ? undefined : costOf(usage)
  fault(expected?.toString() !== row.costNano, `costs ${row.costNano}, its usage ${expected}`)
  const due = source === 'reported' && expected !== undefined ? costOf(plan.usage) : expected
  const off = due === undefined || row.costNano === undefined ? 0n : BigInt(row.costNano) - due
  return { faults, offNano: off < 0n ? -off : off, basis: source === 'counted' ? 'nothing' : source }
}

function describe({ clientWire, upstreamWire, stream, asksUsage, fault, at, words, usage }: CallPlan): string {
  const form = stream ? `stream${asksUsage ? ' with usage' : ''}` : 'whole'
  const what = `${clientWire} on ${upstreamWire}, ${form}, ${words} words, ${fault ?? 'no cut'} at ${at.toFixed(4)}`
  return `${what}, uses ${JSON.stringify(usage)}`
}

function costOf({ input = 0, output = 0 }: Usage): bigint {
  return BigInt(input) * BigInt(NANO.input) + BigInt(output) * BigInt(NANO.output)
}

function isSame(a: Usage, b: Usage): boolean {
  return a.input === b.input && a.output === b.output
}

function isBetween(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most
}
