/** One run of the proof: waves of calls with faults among them, over a fleet of gateways. */

import type { LedgerRow, UnreportedRange } from '../../src/ports/accounts.ts'
import { organisationName, teamName } from '../../src/stores/durable/account-name.ts'
import { type Fleet, type FleetMember, startFleet } from '../fleet/fleet.ts'
import type { Weather } from '../fleet/post-office.ts'
import { Random } from '../fuzz-streams/random.ts'
import type { Books } from './audit.ts'
import { callGateway } from './client.ts'
import { ORGANISATION, proofDocuments } from './documents.ts'
import { isStranger, type MadeCall } from './judge.ts'
import { CALL_FAULTS, type CallFault, type CallPlan, Planner, TEAMS } from './plan.ts'
import { type LedgerUpstream, startLedgerUpstream } from './upstream.ts'

export type Fault = CallFault | 'account-restart' | 'kill-edge' | 'kill-hub' | `flush-${Exclude<Weather, 'fine'>}`

/** A crashed process's lease ends after this. */
const LEASE_SECONDS = 3
const EDGES = 2
/** One call in so many has nothing done to it. */
const UNHARMED = 8
const FLUSH_TROUBLE = 0.3
const WEATHER = ['lost', 'unanswered', 'twice', 'late'] as const
const QUIET_TRIES = 120
const QUIET_PAUSE_MS = 500

export class Run {
  readonly calls: MadeCall[] = []
  readonly killed = new Set<string>()
  readonly #fleet: Fleet
  readonly #upstream: LedgerUpstream
  readonly #planner: Planner
  readonly #appKeys: Readonly<Record<string, string>>
  readonly #lives: number[]
  readonly #counts = new Map<Fault, number>()

  static async start(seed: number): Promise<Run> {
    const upstream = await startLedgerUpstream()
    const random = new Random(seed + 1)
    const weather = (method: string): Weather =>
      method === 'sync' && random.chance(FLUSH_TROUBLE) ? random.pick(WEATHER) : 'fine'
    const fleet = await startFleet({
      documents: proofDocuments(upstream.url),
      edges: EDGES,
      leaseSeconds: LEASE_SECONDS,
      weather: ({ method }) => weather(method),
    })
    const appKeys: Record<string, string> = {}
    for (const team of TEAMS) appKeys[team] = await fleet.appKey(team)
    return new Run(fleet, upstream, new Planner(seed, fleet.members.length), appKeys)
  }

  private constructor(
    fleet: Fleet,
    upstream: LedgerUpstream,
    planner: Planner,
    appKeys: Readonly<Record<string, string>>,
  ) {
    this.#fleet = fleet
    this.#upstream = upstream
    this.#planner = planner
    this.#appKeys = appKeys
    this.#lives = fleet.members.map(() => 0)
  }

  /** Faults so far. */
  get counts(): ReadonlyMap<Fault, number> {
    const counts = new Map(this.#counts)
    for (const weather of WEATHER) counts.set(`flush-${weather}`, this.#fleet.post.counts[weather])
    return counts
  }

  /** What the processes wrote to stderr. */
  get log(): string {
    return this.#fleet.log()
  }

  /** Calls that are cut by their client or their upstream. */
  async cut(fault: CallFault, size: number): Promise<void> {
    const harmed = (index: number): boolean => index % UNHARMED !== UNHARMED - 1
    const made = await Promise.all(
      Array.from({ length: size }, (_, index) => this.#call(harmed(index) ? { fault } : {})),
    )
    this.#count(fault, made.filter(({ client, upstream }) => client.cut || upstream.broke).length)
  }

  /** Calls whose accounts are restarted while they wait in the middle of their replies. */
  async restartAccounts(size: number): Promise<void> {
    await this.#gated(size, undefined, async (waiting) => {
      this.#count('account-restart', waiting)
      const names = [...TEAMS.map((team) => teamName(ORGANISATION, team)), organisationName(ORGANISATION)]
      // A restart answers with the error that ended the object.
      for (const name of names) await this.#fleet.object('ACCOUNT', name, 'restart').catch(() => undefined)
    })
  }

  /** Calls whose process is killed while they wait in the middle of their replies, some of them just after it. */
  async kill(which: 'hub' | 'edge', size: number): Promise<void> {
    const door = which === 'hub' ? 0 : 1 + this.#planner.below(EDGES)
    const member = this.#member(door)
    await this.#gated(size, door, async (waiting) => {
      this.#count(`kill-${which}`, waiting)
      this.killed.add(this.#incarnation(door))
      await member.kill()
    })
    this.#lives[door] = (this.#lives[door] ?? 0) + 1
    await member.start()
  }

  /** Waits until everything has been told and every dead lease has ended, and reads the books. */
  async books(): Promise<Books> {
    this.#upstream.openGate()
    let books = await this.#read()
    for (let tries = 0; tries < QUIET_TRIES; tries++) {
      await this.#fleet.post.deliverLate()
      for (const { admin } of this.#fleet.members)
        await admin.call('POST', '/admin/v1/ledger/flush').catch(() => undefined)
      const before = books
      books = await this.#read()
      // The books are read in several requests: what changes between them would look like a difference.
      if (this.#isQuiet(before) && this.#isQuiet(books) && before.rows.length === books.rows.length) break
      await new Promise((resolve) => setTimeout(resolve, QUIET_PAUSE_MS))
    }
    return books
  }

  async close(): Promise<void> {
    await this.#fleet.close()
    await this.#upstream.close()
  }

  #isQuiet(books: Books): boolean {
    return [...books.counters, ...books.shared].every(({ reserved }) => reserved === 0) && this.#explained(books)
  }

  /** Every call of a living process has its row, and every dead lease has ended. */
  #explained({ rows, unreported }: Books): boolean {
    const users = new Set(rows.map((row) => row.user))
    const ids = new Set(rows.map((row) => row.requestId))
    const leases = new Set(unreported.map(({ leaseId }) => leaseId))
    return this.calls.every(({ plan, client, upstream, incarnation }) => {
      if (users.has(plan.tag)) return true
      const id = client.requestId
      if (isStranger(id) && upstream.asked === 0) return true
      if (this.killed.has(incarnation)) return id === undefined || ids.has(id) || leases.has(id.split('_')[1] ?? '')
      return upstream.asked === 0
    })
  }

  async #gated(size: number, door: number | undefined, happen: (waiting: number) => Promise<void>): Promise<void> {
    this.#upstream.closeGate()
    let over = 0
    const made = Array.from({ length: size }, (_, index) => {
      // Some are complete by then, with their rows still in the process's memory.
      const gate = index % 4 === 3 ? undefined : this.#planner.below(1001) / 1000
      return this.#call({ ...(door !== undefined && { door }), ...(gate !== undefined && { gate }) }).finally(
        () => over++,
      )
    })
    while (this.#upstream.waiting() + over < size) await new Promise((resolve) => setTimeout(resolve, 5))
    await happen(this.#upstream.waiting())
    this.#upstream.openGate()
    await Promise.all(made)
  }

  async #call(fixed: Partial<Pick<CallPlan, 'door' | 'fault' | 'gate'>>): Promise<MadeCall> {
    const plan = this.#planner.next(fixed)
    const upstream = this.#upstream.expect(plan)
    const incarnation = this.#incarnation(plan.door)
    const { url } = this.#member(plan.door)
    const client = await callGateway(plan, { url, appKey: this.#appKeys[plan.team] ?? '' })
    const made = { plan, upstream, client, incarnation }
    this.calls.push(made)
    return made
  }

  #member(door: number): FleetMember {
    return this.#fleet.members[door] ?? this.#fleet.members[0]
  }

  #incarnation(door: number): string {
    return `${door}#${this.#lives[door]}`
  }

  #count(fault: Fault, times: number): void {
    this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + times)
  }

  async #read(): Promise<Books> {
    const { admin } = this.#fleet.members[0]
    const rows: LedgerRow[] = []
    for (const team of TEAMS) {
      let cursor: string | null = null
      do {
        const query = new URLSearchParams({ team, limit: '1000', ...(cursor !== null && { cursor }) })
        const page: { data: LedgerRow[]; next_cursor: string | null } = await admin.call(
          'GET',
          `/admin/v1/ledger?${query}`,
        )
        rows.push(...page.data)
        cursor = page.next_cursor
      } while (cursor !== null)
    }
    const { data: unreported } = await admin.call<{ data: UnreportedRange[] }>('GET', '/admin/v1/ledger/unreported')
    const report = await admin.call<{ total: { costNano: string; calls: number } }>('GET', '/admin/v1/reports/cost')
    const counters = (name: string): Promise<Books['counters']> => this.#fleet.object('ACCOUNT', name, 'counters')
    const own = await Promise.all(TEAMS.map((team) => counters(teamName(ORGANISATION, team))))
    return {
      rows,
      unreported,
      counters: own.flat(),
      shared: await counters(organisationName(ORGANISATION)),
      reportNano: BigInt(report.total.costNano),
      reportCalls: report.total.calls,
    }
  }
}

export { CALL_FAULTS }
