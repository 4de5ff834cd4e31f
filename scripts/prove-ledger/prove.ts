/** The whole proof: faults until there are enough of them, then the audit. */

import { type Audit, audit } from './audit.ts'
import { CALL_FAULTS, type Fault, Run } from './run.ts'

export interface Proof {
  readonly seed: number
  readonly cuts: number
  readonly counts: ReadonlyMap<Fault, number>
  readonly kills: number
  readonly audit: Audit
  readonly seconds: number
}

export interface ProofOptions {
  readonly cuts: number
  readonly seed: number
  progress(cuts: number): void
}

/** How the faults are shared out, in hundredths; deliveries between processes fail besides. */
const SHARES: readonly (readonly [Exclude<Fault, `flush-${string}`>, number])[] = [
  ['client-cut', 36],
  ['request-cut', 6],
  ['upstream-reset', 13],
  ['upstream-end', 13],
  ['upstream-fin', 12],
  ['account-restart', 8],
  ['kill-edge', 8],
  ['kill-hub', 4],
]
const MAX_WAVE = 40
const MIN_WAVE = 8

export async function proveLedger({ cuts, seed, progress }: ProofOptions): Promise<Proof> {
  const began = performance.now()
  const run = await Run.start(seed)
  try {
    const size = Math.max(MIN_WAVE, Math.min(MAX_WAVE, Math.ceil(cuts / 12)))
    for (let done = 0; done < cuts; done = total(run.counts)) {
      await wave(run, mostMissing(run.counts), size)
      progress(done)
    }
    const { counts } = run
    const books = await run.books()
    const audited = audit(run.calls, run.killed, books)
    const seconds = (performance.now() - began) / 1000
    return { seed, cuts: total(counts), counts, kills: run.killed.size, audit: audited, seconds }
  } finally {
    await run.close()
  }
}

function wave(run: Run, fault: Fault, size: number): Promise<void> {
  const cut = CALL_FAULTS.find((each) => each === fault)
  if (cut) return run.cut(cut, size)
  if (fault === 'account-restart') return run.restartAccounts(size)
  return run.kill(fault === 'kill-hub' ? 'hub' : 'edge', size)
}

/** The kind of fault that is furthest behind its share. */
function mostMissing(counts: ReadonlyMap<Fault, number>): Fault {
  const behind = SHARES.map(([fault, share]) => ({ fault, done: (counts.get(fault) ?? 0) / share }))
  return behind.reduce((least, each) => (each.done < least.done ? each : least)).fault
}

function total(counts: ReadonlyMap<Fault, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}
