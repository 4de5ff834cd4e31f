/** The result of a proof in words and figures. */

import type { Proof } from './prove.ts'

/** At most so many faults are printed. */
const PRINTED_FAULTS = 20

/** Whether every call is in the books once, with what it used, to the nano-dollar. */
export function holds({ audit }: Proof): boolean {
  return audit.lost === 0 && audit.duplicates === 0 && audit.invented === 0 && audit.offNano === 0n && !audit.faults[0]
}

export function printReport(proof: Proof): void {
  const { audit, counts, cuts, kills, seconds, seed } = proof
  const list = (entries: Iterable<readonly [string, number]>): string =>
    [...entries].map(([name, count]) => `${name} ${count}`).join(', ')
  console.log(`Seed ${seed}: ${audit.calls} calls, ${cuts} cuts, ${kills} processes killed, ${seconds.toFixed(0)} s.`)
  console.log(`  cuts:  ${list(counts)}`)
  console.log(`  calls: ${list(Object.entries(audit.known))}`)
  console.log(`  cost rests on: ${list(Object.entries(audit.basis))}`)
  console.log(
    `  nano-dollars: rows ${audit.rowsNano}, counters ${audit.countersNano}, report ${audit.reportNano}; ` +
      `booked for credit that killed processes held ${audit.heldNano}; still reserved ${audit.reserved}`,
  )
  for (const fault of audit.faults.slice(0, PRINTED_FAULTS)) console.log(`  FAULT ${fault}`)
  const more = audit.faults.length - PRINTED_FAULTS
  if (more > 0) console.log(`  … and ${more} more`)
  console.log(
    `${audit.lost} lost, ${audit.duplicates} twice, ${audit.invented} invented, ${audit.offNano} nano-dollars off.`,
  )
  if (holds(proof)) console.log(boundOf(cuts))
}

/** After N cuts without a loss, 3/N bounds the chance of one at 95 % confidence (the rule of three). */
function boundOf(cuts: number): string {
  return `N = ${cuts} cuts without a fault: at 95 % confidence fewer than ${(3 / cuts).toExponential(1)} (3/N) of such cuts do harm.`
}
