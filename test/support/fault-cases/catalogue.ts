/** All fault cases, in the order in which they run: those that fill memory and ledger last. */

import { ANSWER_FAULTS } from './answers.ts'
import { CLIENT_CASES } from './clients.ts'
import type { FaultCase } from './fault-case.ts'
import { STREAM_CASES } from './streams.ts'

export const FAULT_CASES: readonly FaultCase[] = [...ANSWER_FAULTS, ...STREAM_CASES, ...CLIENT_CASES]
