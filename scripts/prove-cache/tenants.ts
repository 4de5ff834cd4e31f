/** That no answer goes to another tenant, asked of the running gateway. */

import type { Rig } from './rig.ts'

const AT_ONCE = 20

/** Gives what was found. */
export async function proveTenants(rig: Rig, probes: number): Promise<string[]> {
  const findings: string[] = []
  let attempts = 0
  const question = (index: number): string => `What does article ${index} of the contract say?`
  for (let from = 0; from < probes; from += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, probes - from) }, (_, index) => question(from + index))
    for (const route of ['exact', 'near', 'keyed']) {
      await Promise.all(batch.map((each) => rig.ask(route, each, rig.key)))
      const own = await Promise.all(batch.map((each) => rig.ask(route, each, rig.key, ONLY)))
      if (own.some(({ cache }) => cache !== 'hit')) findings.push(`${route}: an own answer was not found`)
      const others = route === 'keyed' ? [rig.otherTeamKey, rig.sameTeamKey] : [rig.otherTeamKey]
      for (const key of others) {
        const seen = await Promise.all(batch.map((each) => rig.ask(route, each, key, ONLY)))
        attempts += seen.length
        for (const { cache, status } of seen)
          if (cache !== 'miss' || status !== 504) findings.push(`${route}: another tenant got "${cache}", ${status}`)
      }
    }
  }
  console.log(`tenants: ${attempts} attempts at answers of others; ${findings.length} wrong`)
  return findings
}

/** Nothing but a kept answer. */
export const ONLY = { 'x-sluice-cache': 'only' }
