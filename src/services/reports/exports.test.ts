import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CostGroup } from '../../ports/accounts.ts'
import { readZone } from './calendar/zone.ts'
import { buildCostReport } from './cost-report.ts'
import { parseCsv, writeCsv } from './csv.ts'
import { FOCUS_FIELDS, focusCsv } from './focus-csv.ts'
import { writeParquet } from './parquet/write-parquet.ts'
import { reportCsv } from './report-csv.ts'
import { reportDocument } from './report-document.ts'
import type { ReportField } from './report-fields.ts'
import { reportParquet } from './report-parquet.ts'

const KNOWN: CostGroup = {
  group: {
    team: 'blue',
    model: 'acme-large-1',
    provider: 'acme',
    day: '2026-10-25',
    key: 'k1',
    route: 'support',
    costKnown: 'yes',
  },
  calls: 3,
  unknownCostCalls: 0,
  usage: { input: 2000, output: 500 },
  costNano: '1234500001',
  listNano: '1543125001',
}
const UNKNOWN: CostGroup = {
  group: { ...KNOWN.group, costKnown: 'no' },
  calls: 1,
  unknownCostCalls: 1,
  usage: {},
  costNano: '0',
  listNano: '0',
}

function document(groups: readonly CostGroup[], by: readonly ReportField[]) {
  return reportDocument(buildCostReport(groups, by, 'org'), { organisation: 'org', zone: 'Europe/Berlin' })
}

function table(csv: string): Record<string, string>[] {
  const rows = parseCsv(csv)
  if (!rows.ok) throw new Error(rows.error)
  const [header = [], ...body] = rows.value
  return body.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])))
}

describe('CSV', () => {
  it('quotes what needs quotes and ends lines as RFC 4180 says', () => {
    expect(
      writeCsv([
        ['a', 'b "c"', 'd,e'],
        ['f\ng', '', 'h'],
      ]),
    ).toBe('a,"b ""c""","d,e"\r\n"f\ng",,h\r\n')
  })

  it.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '=HYPERLINK("x")', '-', '--1'])(
    'never lets a spreadsheet run %j',
    (text) => {
      const [row] = table(writeCsv([['name'], [text]]))
      expect(row?.name).toBe(`'${text}`)
    },
  )

  it('leaves numbers alone, negative ones too', () => {
    expect(writeCsv([['-1.5', '0', '12']])).toBe('-1.5,0,12\r\n')
  })

  it('gives back what was written', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', 'é', '1') })
    // The first line decides the separator; the header of an export is never odd.
    const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 })
    fc.assert(
      fc.property(rows, (body) => {
        const header = ['one', 'two', 'three']
        const expected = body.map((row) => row.map((text) => (/^[\n\r]/.test(text) ? `'${text}` : text)))
        expect(parseCsv(writeCsv([header, ...body]))).toEqual({ ok: true, value: [header, ...expected] })
      }),
    )
  })

  it('reads semicolons, tabs, a byte order mark, bare line feeds and missing last line ends', () => {
    expect(parseCsv('\uFEFFa;b\n1;"2\n3"\n\n')).toEqual({
      ok: true,
      value: [
        ['a', 'b'],
        ['1', '2\n3'],
      ],
    })
    expect(parseCsv('a\tb\r1\t2')).toEqual({
      ok: true,
      value: [
        ['a', 'b'],
        ['1', '2'],
      ],
    })
  })

  it('names the line of a broken quote and never throws', () => {
    expect(parseCsv('a,b\n1,"2')).toEqual({ ok: false, error: 'line 2 opens a quote that is never closed' })
    expect(parseCsv('a\n"x\ny" z')).toEqual({ ok: false, error: 'line 3 has text after a closing quote' })
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') }), (text) => {
        expect(parseCsv(text)).toHaveProperty('ok')
      }),
    )
  })
})

describe('report exports', () => {
  it('keeps unknown cost apart from known and never shows it as zero', () => {
    const { data, total } = document([KNOWN, UNKNOWN], ['team'])
    expect(data).toMatchObject([{ calls: 4, unknownCostCalls: 1, unknownCostShare: '0.25', costUsd: '1.234500001' }])
    // 1.234500001 dollars for three calls and 2,500 tokens.
    expect(total).toMatchObject({ usdPerThousandCalls: '411.500000333', usdPerThousandTokens: '0.4938' })
    const csv = table(reportCsv(document([UNKNOWN], ['team', 'user'])))
    expect(csv).toMatchObject([{ team: 'blue', user: '', calls: '1', unknown_cost_calls: '1', cost_usd: '' }])
  })

  it('shows a tiny share as a share', () => {
    const many = { ...KNOWN, calls: 10_000_000 }
    expect(document([many, UNKNOWN], []).total.unknownCostShare).toBe('0.0001')
    expect(
      document(
        [
          { ...KNOWN, calls: 1 },
          { ...UNKNOWN, calls: 1e7, unknownCostCalls: 1e7 },
        ],
        [],
      ).total.unknownCostShare,
    ).toBe('0.9999')
  })

  it('names the organisation where it is asked for, and sorts by cost', () => {
    const cheap = { ...KNOWN, group: { ...KNOWN.group, team: 'green' }, costNano: '9' }
    const { data } = document([cheap, KNOWN], ['organisation', 'team'])
    expect(data.map((line) => line.group)).toEqual([
      { organisation: 'org', team: 'blue' },
      { organisation: 'org', team: 'green' },
    ])
  })

  it('writes FOCUS charges with the day of the zone as UTC instants', () => {
    const zone = readZone('Europe/Berlin')
    if (!zone.ok) throw new Error(zone.error)
    const charges = table(focusCsv(document([KNOWN, UNKNOWN], FOCUS_FIELDS), zone.value))
    expect(charges).toHaveLength(2)
    expect(charges[0]).toMatchObject({
      BilledCost: '1.234500001',
      EffectiveCost: '1.234500001',
      BillingCurrency: 'USD',
      BillingPeriodStart: '2026-09-30T22:00:00Z',
      BillingPeriodEnd: '2026-10-31T23:00:00Z',
      ChargePeriodStart: '2026-10-24T22:00:00Z',
      ChargePeriodEnd: '2026-10-25T23:00:00Z',
      ConsumedQuantity: '2500',
      ProviderName: 'acme',
      SubAccountId: 'blue',
      SkuId: 'acme-large-1',
      x_CostKnown: 'true',
    })
    expect(charges[0]).toMatchObject({ BilledCost: '1.234500001', ListCost: '1.543125001', PricingQuantity: '2500' })
    for (const [price, cost] of [
      ['ListUnitPrice', 1.543125001],
      ['ContractedUnitPrice', 1.234500001],
    ] as const)
      expect(Number(charges[0]?.[price]) * 2500).toBeCloseTo(cost, 11)
    expect(charges[1]).toMatchObject({ BilledCost: '', ListCost: '', x_CostKnown: 'false', x_Calls: '1' })
  })

  it('writes what repricing added as corrections of their own, with costs and no quantity', () => {
    const zone = readZone('UTC')
    if (!zone.ok) throw new Error(zone.error)
    const call: CostGroup = { ...KNOWN, group: { ...KNOWN.group, kind: 'call' } }
    const added: CostGroup = {
      group: { ...KNOWN.group, kind: 'adjustment' },
      calls: 0,
      unknownCostCalls: 0,
      usage: {},
      costNano: '-234500001',
      listNano: '0',
    }
    const charges = table(focusCsv(document([call, added], FOCUS_FIELDS), zone.value))
    expect(charges.map(({ ChargeClass, BilledCost, x_Calls }) => [ChargeClass, BilledCost, x_Calls])).toEqual([
      ['', '1.234500001', '3'],
      ['Correction', '-0.234500001', '0'],
    ])
    expect(charges[1]).toMatchObject({
      ...{ ContractedCost: '-0.234500001', EffectiveCost: '-0.234500001', ListCost: '0', x_CostKnown: 'true' },
      ...{ PricingQuantity: '', PricingUnit: '', ConsumedQuantity: '', ConsumedUnit: '' },
      ...{ ListUnitPrice: '', ContractedUnitPrice: '', SkuId: 'acme-large-1', ChargeCategory: 'Usage' },
      ChargeDescription: 'correction of acme-large-1 at acme, route support',
    })
    // A sum of no calls is an amount all the same, in every file.
    expect(table(reportCsv(document([added], ['team', 'kind'])))).toMatchObject([
      { kind: 'adjustment', calls: '0', cost_usd: '-0.234500001', list_usd: '0' },
    ])
  })

  it('has every column that FOCUS 1.2 makes mandatory', () => {
    const zone = readZone('UTC')
    if (!zone.ok) throw new Error(zone.error)
    const header = focusCsv(document([], FOCUS_FIELDS), zone.value).trim().split(',')
    const mandatory = [
      'BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd BillingPeriodStart ChargeCategory',
      'ChargeClass ChargeDescription ChargePeriodEnd ChargePeriodStart ContractedCost EffectiveCost InvoiceIssuerName',
      'ListCost PricingQuantity PricingUnit ProviderName PublisherName ServiceCategory ServiceName',
    ]
    expect(mandatory.flatMap((line) => line.split(' ')).filter((name) => !header.includes(name))).toEqual([])
    const own = header.filter((name) => name.startsWith('x_'))
    expect(header).toEqual([...header.slice(0, -own.length).sort(), ...own])
  })
})

describe('Parquet', () => {
  it('writes the bytes that three independent readers were seen to read', () => {
    // Read back in November 2026 with hyparquet 1.31.5, DuckDB and PyArrow: text, null; 7, null; 0.123456789, -0.000000001.
    const bytes = writeParquet([
      { name: 'team', kind: 'text', values: ['blue', undefined] },
      { name: 'calls', kind: 'count', values: [7n, undefined] },
      { name: 'cost_usd', kind: 'dollars', values: [123_456_789n, -1n] },
    ])
    expect(Buffer.from(bytes).toString('hex')).toBe(GOLDEN)
  })

  it('is a file with a footer even without rows', () => {
    const bytes = writeParquet([{ name: 'team', kind: 'text', values: [] }])
    expect(Buffer.from(bytes.slice(0, 4)).toString()).toBe('PAR1')
    expect(Buffer.from(bytes.slice(-4)).toString()).toBe('PAR1')
    expect(new DataView(bytes.buffer).getUint32(bytes.length - 8, true)).toBe(bytes.length - 12)
  })

  it('refuses a sum that its decimals cannot hold, and columns of different lengths', () => {
    const wide = { name: 'cost_usd', kind: 'dollars', values: [10n ** 18n] } as const
    expect(() => writeParquet([wide])).toThrow('billion')
    const short = { name: 'team', kind: 'text', values: [] } as const
    expect(() => writeParquet([{ ...wide, values: [1n] }, short])).toThrow('team')
  })

  it('has null where the cost is unknown', () => {
    const cost = Buffer.alloc(8)
    cost.writeBigInt64LE(1_234_500_001n)
    expect(Buffer.from(reportParquet(document([KNOWN], ['team']))).includes(cost)).toBe(true)
    const unknown = Buffer.from(reportParquet(document([UNKNOWN], ['team'])))
    expect(unknown.includes(cost)).toBe(false)
    // The last page holds one level, null (a run of one, then 0), and no value; the footer follows it.
    const footerAt = unknown.length - 8 - unknown.readUInt32LE(unknown.length - 8)
    expect([...unknown.subarray(footerAt - 6, footerAt)]).toEqual([2, 0, 0, 0, 2, 0])
  })
})

const GOLDEN =
  '504152311500152015202c15041500150615060000040000000201020004000000626c75651500152015202c15041500150615060000040000000201020007000000000000001500152c152c2c1504150015061506000002000000040115cd5b0700000000ffffffffffffffff1502194c4806736368656d61150600150c250218047465616d25004c1c00000015042502180563616c6c7300150425021808636f73745f757364250a151215242c5c151215240000001604191c193c26081c150c192500061918047465616d150016041642164226080000264a1c15041925000619180563616c6c731500160416421642264a0000268c011c150419250006191808636f73745f75736415001604164e164e268c01000016d2011604002806736c7569636500b900000050415231'
