/** How a team's account asks its organisation's for its part of limits that all teams share, and gives it back. */

import type { SyncReport } from '../../ports/accounts.ts'
import type { CreditReport } from '../../ports/credit.ts'
import { noteGrants, noteReturns, upwardReports } from '../escrow-upstream.ts'
import type { Account } from './account.ts'
import { organisationName } from './account-name.ts'
import { callObject } from './call-object.ts'
import type { Owner, SqlEscrow } from './escrow-tables.ts'

/** One question to the organisation at a time: what one may ask for rests on what the one before it was given. */
export class SharedCredit {
  readonly #storage: DurableObjectStorage
  readonly #escrow: SqlEscrow
  readonly #accounts: DurableObjectNamespace<Account> | undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(storage: DurableObjectStorage, escrow: SqlEscrow, accounts: DurableObjectNamespace<Account> | undefined) {
    this.#storage = storage
    this.#escrow = escrow
    this.#accounts = accounts
  }

  /**
   * Fetches what a report needs and the tables lack, and gives what `take` then takes of it: in the same turn, so that no other report
   * counts on it. Undefined when there was nothing to ask or nobody answered.
   */
  async ask<Taken>(report: SyncReport, owner: Owner, take: () => Taken): Promise<Taken | undefined> {
    const needed = (): CreditReport[] => upwardReports(this.#escrow, report.leaseId, report.credit ?? [], Date.now())
    if (needed().length === 0) return undefined
    this.#escrow.setOwner(owner)
    return this.#inTurn(async () => {
      // While it waited, another question may have brought what this one lacks.
      const reports = needed()
      return reports.length === 0 || (await this.#send(reports, owner)) ? take() : undefined
    })
  }

  /** Gives the organisation what `reports` says at that moment, if it says anything. */
  async tell(reports: () => readonly CreditReport[]): Promise<void> {
    const owner = this.#escrow.owner()
    if (!owner || reports().length === 0) return
    await this.#inTurn(async () => {
      const all = reports()
      if (all.length > 0) await this.#send(all, owner)
    })
  }

  #inTurn<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const mine = this.#turn.then(ask)
    // Who asked hears of its error; the next one is not kept from asking by it.
    this.#turn = mine.then(
      () => undefined,
      () => undefined,
    )
    return mine
  }

  /** False when the organisation's account could not be reached: then nothing is granted, and the alarm tries again. */
  async #send(reports: readonly CreditReport[], { organisation, team }: Owner): Promise<boolean> {
    const accounts = this.#accounts
    if (!accounts) throw new Error('The worker has no binding ACCOUNT, which limits shared by teams need.')
    this.#storage.transactionSync(() => noteReturns(this.#escrow, reports))
    try {
      const grants = await callObject(() =>
        accounts.getByName(organisationName(organisation)).shareCredit(team, reports),
      )
      this.#storage.transactionSync(() => noteGrants(this.#escrow, reports, grants, Date.now()))
      return true
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown'
      console.error(JSON.stringify({ level: 'error', failed: 'reaching the organisation', error: name }))
      return false
    }
  }
}
