/** Where the bench keeps things, and the ports it uses on 127.0.0.1. */

import { join, resolve } from 'node:path'

export const BENCH = import.meta.dirname
export const ROOT = resolve(BENCH, '..')
/** Built programs, written configurations, logs and state; ignored by git. */
export const OUT = join(BENCH, 'out')
/** Published tables; kept in git. */
export const RESULTS = join(BENCH, 'results')

/** Fixed, because the bundles name the mock's. */
export const PORTS = {
  mock: 9900,
  nginx: 9901,
  node: 9902,
  workerd: 9903,
  portkey: 9904,
  sluice: 9905,
  withoutLedger: 9906,
  accounting: 9907,
} as const
