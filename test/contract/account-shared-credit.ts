/** The part of the accounts' contract about limits that all teams of an organisation share. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AccountStore } from '../../src/ports/accounts.ts'
import type { CreditGrant, CreditReport } from '../../src/ports/credit.ts'
import { credit } from './account-credit.ts'
import { type AccountHarness, report } from './account-harness.ts'

const LIMIT = 100
const SHARED = { limit: 'p/usd/day/organisation', scope: 'org', shared: true } as const

/** Adds its tests to the suite under way. */
export function describeSharedCredit(harness: AccountHarness): void {
  it('grants to all teams together no more than the limit', async () => {
    const [blue, red] = await teams(harness)
    expect((await blue.ask({ least: 60 })).granted).toBe(60)
    expect((await red.ask({ least: 41 })).granted).toBe(0)
    const last = await red.ask({ least: 10, need: 90 })
    expect(last).toMatchObject({ granted: 40, spent: 0, reserved: 100 })
    expect((await blue.ask({ least: 61 })).granted).toBe(60)
  })

  it('lets other teams have what a team no longer needs', async () => {
    const [blue, red] = await teams(harness)
    await blue.ask({ least: 100 })
    await blue.close({ spent: 30 })
    expect((await red.ask({ least: 71 })).granted).toBe(0)
    expect((await red.ask({ least: 70 })).granted).toBe(70)
    expect(await blue.account.counters()).toMatchObject([{ spent: 30, reserved: 0 }])
  })

  it('counts what a lost lease held against all teams', async () => {
    const [blue, red] = await teams(harness)
    await blue.ask({ least: 80, spent: 10 })
    await harness.expireLeases(blue.account)
    expect(await blue.account.counters()).toMatchObject([{ spent: 80, reserved: 0 }])
    await red.open()
    expect((await red.ask({ least: 21 })).granted).toBe(0)
    expect((await red.ask({ least: 20 })).granted).toBe(20)
  })

  it('counts all teams also where the limit refuses nothing', async () => {
    const [blue, red] = await teams(harness)
    const open = (fields: Partial<CreditReport>) => {
      const { bound: _, ...said } = credit({ ...SHARED, ...fields })
      return said
    }
    await blue.account.sync(report(blue.lease, { credit: [open({ spent: 70, want: 70 })] }))
    await blue.account.sync(report(blue.lease, { close: true, credit: [open({ spent: 75 })] }))
    const answer = await red.account.sync(report(red.lease, { credit: [open({ spent: 50, want: 50 })] }))
    expect(answer.credit).toMatchObject([{ spent: 125 }])
  })

  it('never overshoots and gives back all that was not spent, whatever teams do in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => interleave(harness, steps)),
      { numRuns: 40 },
    )
  }, 60_000)
}

class Team {
  readonly account: AccountStore
  lease = ''
  spent = 0
  returned = 0
  granted = 0
  /** What earlier leases spent. */
  before = 0

  constructor(account: AccountStore) {
    this.account = account
  }

  async open(): Promise<this> {
    this.before += this.spent
    this.spent = 0
    this.returned = 0
    this.granted = 0
    this.lease = (await this.account.openLease(1)).id
    return this
  }

  async ask(fields: Partial<CreditReport>): Promise<CreditGrant> {
    const said = credit({ ...SHARED, spent: this.spent, returned: this.returned, ...fields })
    const [grant] = (await this.account.sync(report(this.lease, { credit: [said] }))).credit ?? []
    if (!grant) throw new Error('no grant')
    this.granted = Math.max(this.granted, grant.granted)
    return grant
  }

  async close(fields: Partial<CreditReport> = {}): Promise<void> {
    const said = credit({ ...SHARED, spent: this.spent, returned: this.returned, ...fields })
    await this.account.sync(report(this.lease, { close: true, credit: [said] }))
  }
}

async function teams(harness: AccountHarness): Promise<[Team, Team]> {
  const blue = harness.fresh()
  return [await new Team(blue).open(), await new Team(harness.sibling(blue, 'red')).open()]
}

const step = fc.record({
  do: fc.constantFrom('ask' as const, 'spend' as const, 'return' as const, 'close' as const),
  red: fc.boolean(),
  amount: fc.nat(60),
})

async function interleave(
  harness: AccountHarness,
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
): Promise<void> {
  const [blue, red] = await teams(harness)
  for (const { do: what, red: isRed, amount } of steps) {
    const team = isRed ? red : blue
    const free = team.granted - team.spent - team.returned
    if (what === 'ask') {
      const least = team.spent + team.returned + amount
      await team.ask({ least, need: least, want: least + 20 })
    }
    if (what === 'spend') team.spent += Math.min(free, amount)
    if (what === 'return') team.returned += Math.min(free, amount)
    if (what === 'close') {
      await team.close()
      await team.open()
    }
    let all = 0
    for (const each of [blue, red]) {
      for (const { spent, reserved } of await each.account.counters()) {
        expect(spent).toBeGreaterThanOrEqual(0)
        expect(reserved).toBeGreaterThanOrEqual(0)
        all += spent + reserved
      }
    }
    expect(all).toBeLessThanOrEqual(LIMIT)
  }
  await blue.close()
  await red.close()
  const used = blue.before + blue.spent + red.before + red.spent
  const green = await new Team(harness.sibling(blue.account, 'green')).open()
  const left = LIMIT - used
  expect((await green.ask({ least: left + 1 })).granted).toBe(0)
  expect((await green.ask({ least: left })).granted).toBe(left)
}
