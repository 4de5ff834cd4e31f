import { describe } from 'vitest'
import { memoryAccounts } from '../../src/stores/memory/account-store.ts'
import { describeArms } from './account-arms.ts'
import { describeReports } from './account-reports.ts'
import { NOON_MS } from './ledger-rows.ts'

const accounts = memoryAccounts({ clock: { now: () => NOON_MS } })
let count = 0

describe('reports of the store in memory', () =>
  describeReports({
    fresh: () => accounts(`organisation ${count++}`, 'blue'),
    sibling: () => accounts(`organisation ${count++}`, 'red'),
    expireLeases: async () => undefined,
  }))

describe('experiments of the store in memory', () =>
  describeArms({
    fresh: () => accounts(`organisation ${count++}`, 'blue'),
    sibling: () => accounts(`organisation ${count++}`, 'red'),
    expireLeases: async () => undefined,
  }))
