import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAULT_CASES } from '../support/fault-cases/catalogue.ts'
import { type FaultRig, startFaultRig } from '../support/fault-cases/rig.ts'

/** They take long or measure memory and time: `npm run prove:faults` runs them. */
const LEFT_TO_THE_PROOF = new Set(['F11', 'F22', 'F23', 'F34', 'F54'])
const RUNS = 4

let rig: FaultRig

beforeAll(async () => {
  rig = await startFaultRig(7)
})

afterAll(() => rig.close())

describe('the fault catalogue', () => {
  it.each(FAULT_CASES.filter(({ id }) => !LEFT_TO_THE_PROOF.has(id)))('$id $fault: $required', async ({ run }) => {
    const { ok, figure } = await run(rig, RUNS)
    expect(ok, figure).toBe(true)
  })
})
