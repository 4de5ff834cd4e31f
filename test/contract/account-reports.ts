/** The part of the accounts' contract that reports rest on: calendar periods of a zone, filters, and sums that agree. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AccountStore, CostGroup, GroupField, LedgerRow } from '../../src/ports/accounts.ts'
import { readZone, zoneOffsets } from '../../src/services/reports/calendar/zone.ts'
import { buildCostReport, ledgerFields } from '../../src/services/reports/cost-report.ts'
import { parseCsv } from '../../src/services/reports/csv.ts'
import { reportCsv } from '../../src/services/reports/report-csv.ts'
import { reportDocument } from '../../src/services/reports/report-document.ts'
import { type AccountHarness, report } from './account-harness.ts'
import { NOON_MS, row, rowFields } from './ledger-rows.ts'

const YEAR_MS = 365 * 86_400_000
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia']

/** Rows of a whole year, a third of them of unknown cost, in everything that a report can tell apart. */
const reportRow: fc.Arbitrary<Partial<LedgerRow>> = fc
  .tuple(
    rowFields,
    fc.record({
      admittedAtMs: fc.integer({ min: NOON_MS - YEAR_MS, max: NOON_MS }),
      costNano: fc.option(fc.bigInt(0n, 10n ** 15n).map(String), { nil: undefined, freq: 2 }),
      keyId: fc.constantFrom('key0000001', 'key0000002', '=cmd()'),
      provider: fc.constantFrom('acme', 'zenith', 'edge'),
      answeredModel: fc.constantFrom('acme-large-1', 'acme-small-1', undefined),
      clientWire: fc.constantFrom('openai-chat', 'anthropic-messages', 'openai-realtime'),
      stream: fc.boolean(),
      serviceClass: fc.constantFrom('batch', 'flex', undefined),
      askedModel: fc.constantFrom('acme-tiny-1', undefined),
      listNano: fc.option(fc.bigInt(0n, 10n ** 15n).map(String), { nil: undefined, freq: 2 }),
      tags: fc.constantFrom<LedgerRow['tags']>({ project: 'apollo' }, { project: '"; DROP', 'a.b-c': 'x' }, undefined),
      usageSource: fc.constantFrom('reported' as const, 'estimated' as const, 'unknown' as const),
    }),
  )
  .map(([common, more]) => ({ ...common, ...more }))

/** Adds its tests to the suite under way. */
export function describeReports(harness: AccountHarness): void {
  const store = async (account: AccountStore, rows: readonly LedgerRow[]): Promise<void> => {
    const { id } = await account.openLease(1)
    await account.sync(report(id, { rows }))
  }
  const groups = async (rows: readonly LedgerRow[], field: GroupField, zone = 'UTC'): Promise<string[]> => {
    const account = harness.fresh()
    await store(account, rows)
    const offsets = zoneOffsets(zoneOf(zone), NOON_MS - YEAR_MS, NOON_MS + YEAR_MS)
    const sums = await account.costs([field], { offsets })
    return sums.map((sum) => `${sum.group[field]}: ${sum.calls}`).sort()
  }
  const at = (...times: string[]): LedgerRow[] =>
    times.map((time, slot) => row(`req_r_${slot}`, { admittedAtMs: Date.parse(time) }))

  it('puts calls in the days, weeks and months of a zone', async () => {
    const rows = at('2026-10-31T22:59:59Z', '2026-10-31T23:00:00Z', '2026-11-01T22:59:59Z', '2026-11-01T23:00:00Z')
    expect(await groups(rows, 'day', 'Europe/Berlin')).toEqual(['2026-10-31: 1', '2026-11-01: 2', '2026-11-02: 1'])
    expect(await groups(rows, 'month', 'Europe/Berlin')).toEqual(['2026-10: 1', '2026-11: 3'])
    // 1 November 2026 is a Sunday: the last day of the week of Monday 26 October.
    expect(await groups(rows, 'week', 'Europe/Berlin')).toEqual(['2026-10-26: 3', '2026-11-02: 1'])
    expect(await groups(rows, 'day')).toEqual(['2026-10-31: 2', '2026-11-01: 2'])
  })

  it('keeps the hour that clocks show twice in autumn as two hours', async () => {
    const rows = at('2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z')
    const expected = ['2026-11-01T01:00-04:00: 1', '2026-11-01T01:00-05:00: 1']
    expect(await groups(rows, 'hour', 'America/New_York')).toEqual(expected)
    expect(await groups(at('2026-11-01T05:30:00Z'), 'hour', 'Asia/Kathmandu')).toEqual(['2026-11-01T11:00+05:45: 1'])
    expect(await groups(at('2026-11-01T05:30:00Z'), 'hour')).toEqual(['2026-11-01T05:00+00:00: 1'])
  })

  it('tells how a call was served', async () => {
    const rows = [
      row('req_p_0'),
      row('req_p_1', { stream: true }),
      row('req_p_2', { stream: true, provider: 'edge' }),
      row('req_p_3', { clientWire: 'openai-realtime' }),
      row('req_p_4', { serviceClass: 'batch', costNano: undefined, usageSource: 'estimated' }),
    ]
    expect(await groups(rows, 'paradigm')).toEqual(['batch: 1', 'edge: 1', 'realtime: 1', 'request: 1', 'stream: 1'])
    expect(await groups(rows, 'costKnown')).toEqual(['no: 1', 'yes: 4'])
    expect(await groups(rows, 'serviceClass')).toEqual(['batch: 1', 'undefined: 4'])
    expect(await groups(rows, 'usageSource')).toEqual(['estimated: 1', 'reported: 4'])
    expect(await groups(rows, 'clientWire')).toEqual(['openai-chat: 4', 'openai-realtime: 1'])
  })

  it('adds up what kept answers saved', async () => {
    const rows = [
      row('req_k_0', { cache: 'miss', costNano: '5000' }),
      row('req_k_1', { cache: 'hit', costNano: '0', savedNano: '5000' }),
      row('req_k_2', { cache: 'hit', costNano: '0', savedNano: '999999999999999' }),
      row('req_k_3', { cache: 'hit', costNano: '0' }),
      row('req_k_4'),
    ]
    expect(await groups(rows, 'cache')).toEqual(['hit: 3', 'miss: 1', 'undefined: 1'])
    const account = harness.fresh()
    await store(account, rows)
    const sums = await account.costs(['cache'], {})
    const savedOf = (cache: string | undefined) => sums.find(({ group }) => group.cache === cache)?.saved
    expect(savedOf('hit')).toEqual({ calls: 2, nano: '1000000000004999' })
    expect(savedOf('miss')).toBeUndefined()
    expect(savedOf(undefined)).toBeUndefined()
  })

  it('puts a call that failed under the model that was asked, and any call under its tags', async () => {
    const rows = [
      row('req_m_0', { requestedModel: 'support', answeredModel: 'acme-large-1' }),
      row('req_m_1', {
        requestedModel: 'support',
        answeredModel: undefined,
        askedModel: 'acme-large-1',
        outcome: 'error',
      }),
      row('req_m_2', {
        requestedModel: 'support',
        answeredModel: undefined,
        outcome: 'refused',
        tags: { project: 'apollo' },
      }),
      row('req_m_3', {
        requestedModel: 'support',
        answeredModel: 'acme-large-1',
        tags: { project: 'apollo', env: 'prod' },
      }),
    ]
    expect(await groups(rows, 'model')).toEqual(['acme-large-1: 3', 'support: 1'])
    expect(await groups(rows, 'tag:project')).toEqual(['apollo: 2', 'undefined: 2'])
    expect(await groups(rows, 'tag:env')).toEqual(['prod: 1', 'undefined: 3'])
    const account = harness.fresh()
    await store(account, rows)
    expect((await account.costs([], { where: { 'tag:project': ['apollo'] } }))[0]?.calls).toBe(2)
    expect((await account.costs([], { where: { 'tag:project': [''] } }))[0]?.calls).toBe(2)
    const evil = [`tag:x"') --`] as unknown as GroupField[] // what a caller without types could send
    await expect(account.costs(evil, {})).rejects.toThrow('cannot group by')
    expect((await account.rows({ limit: 9, requestId: 'req_m_3' })).rows[0]?.tags).toEqual({
      project: 'apollo',
      env: 'prod',
    })
  })

  it('filters by any field, with an empty text for calls that have none', async () => {
    const account = harness.fresh()
    await store(account, [
      row('req_w_0', { user: 'ann', admittedAtMs: NOON_MS - 86_400_000 }),
      row('req_w_1', { user: 'ben', route: 'search' }),
      row('req_w_2', { user: "' OR 1=1 --" }),
      row('req_w_3'),
    ])
    const calls = async (where: Readonly<Partial<Record<GroupField, readonly string[]>>>): Promise<number> =>
      (await account.costs([], { where }))[0]?.calls ?? 0
    expect(await calls({})).toBe(4)
    expect(await calls({ user: ['ann', 'ben'] })).toBe(2)
    expect(await calls({ user: [''] })).toBe(1)
    expect(await calls({ user: ["' OR 1=1 --"] })).toBe(1)
    expect(await calls({ user: ['ben'], route: ['support'] })).toBe(0)
    expect(await calls({ day: ['2026-11-22'] })).toBe(1)
    expect(await calls({ user: [] })).toBe(0)
    const evil = { '1=1; --': ['x'] } as unknown as { route: string[] } // what a caller without types could send
    await expect(account.costs([], { where: evil })).rejects.toThrow('cannot group by')
  })

  it('gives a report whose lines, counters and rows agree to the nano-dollar, on 1,200 random rows', async () => {
    const fields = fc.subarray([
      'team',
      'route',
      'model',
      'provider',
      'key',
      'user',
      'paradigm',
      'kind',
      'tag:project',
      'tag:a.b-c',
    ] as const)
    const period = fc.constantFrom('day', 'week', 'month', 'hour' as const)
    const rows = fc.array(reportRow, { minLength: 1200, maxLength: 1200 })
    await fc.assert(
      fc.asyncProperty(rows, fields, period, fc.constantFrom(...ZONES), async (parts, by, kind, zone) => {
        const accounts = [harness.fresh(), harness.fresh(), harness.fresh()]
        const all = parts.map((part, slot) => row(`req_s_${slot}`, part))
        for (const [index, account] of accounts.entries()) {
          await store(
            account,
            all.filter((_, slot) => slot % 3 === index),
          )
        }
        const offsets = zoneOffsets(zoneOf(zone), NOON_MS - YEAR_MS, NOON_MS + 1)
        const sum = async (groupBy: readonly GroupField[]): Promise<CostGroup[]> =>
          (await Promise.all(accounts.map((account) => account.costs(groupBy, { offsets })))).flat()

        const truth = {
          calls: all.length,
          unknown: all.filter((each) => each.costNano === undefined).length,
          nano: all.reduce((total, each) => total + BigInt(each.costNano ?? 0), 0n),
        }
        const listed = all.reduce(
          (total, { costNano, listNano }) => total + BigInt(costNano === undefined ? 0 : (listNano ?? costNano)),
          0n,
        )
        const counters = added(await sum([]))
        const cost = buildCostReport(await sum(ledgerFields([...by, kind])), [...by, kind], 'org')
        expect(counters).toEqual(truth)
        expect(added(cost.lines)).toEqual(truth)
        expect(added([cost.total])).toEqual(truth)
        expect(cost.total.listNano).toBe(listed.toString())
        expect(csvSum(reportCsv(reportDocument(cost, { organisation: 'org', zone })))).toBe(truth.nano)
        expect(cost.total.usage).toEqual((await sum([])).reduce((total, each) => addedUsage(total, each.usage), {}))
        // The runtime's own calendar says which period a call lies in.
        const inPeriod = new Map<string, number>()
        for (const each of all) {
          const label = labelOf(each.admittedAtMs, kind, zone)
          inPeriod.set(label, (inPeriod.get(label) ?? 0) + 1)
        }
        const byPeriod = buildCostReport(await sum(ledgerFields([kind])), [kind], 'org')
        expect(new Map(byPeriod.lines.map((line) => [labelIn(line.group[kind]), line.calls]))).toEqual(inPeriod)
      }),
      { numRuns: 6 },
    )
  }, 120_000)
}

function zoneOf(name: string) {
  const zone = readZone(name)
  if (!zone.ok) throw new Error(zone.error)
  return zone.value
}

function added(sums: readonly { calls: number; unknownCostCalls: number; costNano: string }[]) {
  return {
    calls: sums.reduce((total, each) => total + each.calls, 0),
    unknown: sums.reduce((total, each) => total + each.unknownCostCalls, 0),
    nano: sums.reduce((total, each) => total + BigInt(each.costNano), 0n),
  }
}

function addedUsage(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const sum = { ...a }
  for (const [unit, count] of Object.entries(b)) sum[unit] = (sum[unit] ?? 0) + count
  return sum
}

/** What a spreadsheet with exact decimals would add up. */
function csvSum(csv: string): bigint {
  const rows = parseCsv(csv)
  if (!rows.ok) throw new Error(rows.error)
  const [header = [], ...body] = rows.value
  const column = header.indexOf('cost_usd')
  return body.reduce((total, cells) => {
    const [whole = '0', fraction = ''] = (cells[column] ?? '').split('.')
    return total + BigInt((whole || '0') + fraction.padEnd(9, '0'))
  }, 0n)
}

/** Hours without their offset: the runtime's calendar shows none here. */
function labelIn(label: string | undefined): string {
  return label?.includes('T') ? label.slice(0, 13) : (label ?? '')
}

function labelOf(atMs: number, kind: 'day' | 'week' | 'month' | 'hour', zone: string): string {
  const clock = new Date(atMs).toLocaleString('sv-SE', { timeZone: zone, hourCycle: 'h23' })
  const day = clock.slice(0, 10)
  if (kind === 'month') return day.slice(0, 7)
  if (kind === 'hour') return `${day}T${clock.slice(11, 13)}`
  if (kind === 'day') return day
  const date = new Date(`${day}T00:00:00Z`)
  return new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10)
}
