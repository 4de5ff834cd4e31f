import type { Accounts } from '../../src/ports/accounts.ts'
import { memoryAccounts } from '../../src/stores/memory/account-store.ts'
import { memoryKeyStore } from '../../src/stores/memory/key-store.ts'
import { describeAccountStore } from './account-store.ts'
import { describeKeyStore } from './key-store.ts'
import { NOON_MS } from './ledger-rows.ts'

let nowMs = NOON_MS
let count = 0
const accounts: Accounts = memoryAccounts({ clock: { now: () => nowMs } })

describeAccountStore('memory', {
  fresh: () => accounts(`organisation ${count++}`, 'blue'),
  async expireLeases() {
    nowMs += 30_000
  },
})
describeKeyStore('memory', { fresh: () => memoryKeyStore() })
