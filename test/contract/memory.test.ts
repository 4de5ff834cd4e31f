import type { AccountStore, Accounts } from '../../src/ports/accounts.ts'
import { memoryAccounts } from '../../src/stores/memory/account-store.ts'
import { memoryKeyStore } from '../../src/stores/memory/key-store.ts'
import { memoryReplies } from '../../src/stores/memory/reply-store.ts'
import { receivers } from '../support/alert-script.ts'
import { describeAccountStore } from './account-store.ts'
import { describeKeyStore } from './key-store.ts'
import { NOON_MS } from './ledger-rows.ts'
import { describeReplyStore } from './reply-store.ts'

let nowMs = NOON_MS
let count = 0
const accounts: Accounts = memoryAccounts({ clock: { now: () => nowMs }, receivers })

const organisations = new WeakMap<AccountStore, string>()

function accountOf(organisation: string, team: string): AccountStore {
  const account = accounts(organisation, team)
  organisations.set(account, organisation)
  return account
}

describeAccountStore('memory', {
  fresh: () => accountOf(`organisation ${count++}`, 'blue'),
  sibling: (account, team) => accountOf(organisations.get(account) ?? '', team),
  async expireLeases() {
    nowMs += 30_000
  },
})
describeKeyStore('memory', { fresh: () => memoryKeyStore() })

// Waiting takes real time, so this clock only jumps.
let jumpedMs = 0
const replies = memoryReplies({ now: () => performance.now() + jumpedMs })
describeReplyStore('memory', {
  fresh: () => replies(`organisation ${count++}`, 'blue'),
  async pass(_, ms) {
    jumpedMs += ms
  },
})
