import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CostGroup } from '../../../ports/accounts.ts'
import { type InvoiceFormat, invoiceFormats } from '../../../providers/invoice-formats.ts'
import { readZone } from '../calendar/zone.ts'
import { CAUSES, type Cause } from './cause.ts'
import { decimalToNano, formatDecimal, nanoToDecimal, readDecimal } from './decimal.ts'
import type { Invoice, InvoiceLine } from './invoice.ts'
import { type LedgerPart, readLedgerPart } from './ledger-part.ts'
import { matchModels } from './match-models.ts'
import { readInvoice } from './read-invoice.ts'
import { type Reconciliation, reconcile } from './reconcile.ts'

const DOLLAR = 1_000_000_000n

function zoneOf(name: string) {
  const zone = readZone(name)
  if (!zone.ok) throw new Error(zone.error)
  return zone.value
}

function read(text: string, vendor: string, zone = 'UTC'): Invoice {
  const invoice = readInvoice(text, invoiceFormats(vendor) ?? [], zoneOf(zone))
  if (!invoice.ok) throw new Error(invoice.error)
  return invoice.value
}

function invoiceOf(lines: readonly (readonly [day: string, model: string, nano: bigint])[]): Invoice {
  return {
    title: 'test',
    measure: 'cost',
    lines: lines.map(([day, model, nano]) => ({ day, model, key: '', amount: nanoToDecimal(nano) })),
    decimals: 9,
    emptyLines: 0,
  }
}

function part(day: string, nano: bigint, more: Partial<LedgerPart> = {}): LedgerPart {
  return {
    day,
    model: 'acme-1',
    key: 'k1',
    calls: 1,
    amount: nano,
    known: more.kind !== 'unknown-cost',
    kind: 'settled',
    ...more,
  }
}

function causesOf(invoice: Invoice, parts: readonly LedgerPart[], most = DOLLAR): Reconciliation['causes'] {
  return reconcile(invoice, parts, { mostPerCall: most }).causes
}

const MONDAY = '2026-11-23'
const TUESDAY = '2026-11-24'

describe('what an invoice says', () => {
  it('reads an OpenAI cost export', () => {
    const invoice = read(
      [
        'start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,line_item,api_key_id,project_id',
        '1795392000,1795478400,2026-11-23T00:00:00+00:00,2026-11-24T00:00:00+00:00,0.003835980000000000000000000000,usd,,"gpt-x-nano, input_tokens",key_1,proj',
        '1795392000,1795478400,2026-11-23T00:00:00+00:00,2026-11-24T00:00:00+00:00,0.25,usd,,"gpt-x-nano, output",key_1,proj',
        '1795478400,1795564800,2026-11-24T00:00:00,2026-11-25T00:00:00,,,,,,',
      ].join('\n'),
      'openai',
    )
    expect(invoice).toMatchObject({ title: 'OpenAI cost export', measure: 'cost', decimals: 8, emptyLines: 1 })
    expect(invoice.lines.map((line) => [line.day, line.model, line.key, formatDecimal(line.amount)])).toEqual([
      [MONDAY, 'gpt-x-nano', 'key_1', '0.00383598'],
      [MONDAY, 'gpt-x-nano', 'key_1', '0.25'],
    ])
  })

  it('reads an OpenAI usage export as tokens', () => {
    const invoice = read(
      'start_time,start_time_iso,num_model_requests,api_key_id,model,input_tokens,output_tokens,input_cached_tokens\n' +
        '1795392000,2026-11-23T00:00:00+00:00,2.0,key_1,gpt-x-2026-08-07,59200.0,10646.0,5760.0\n' +
        '1795478400,2026-11-24T00:00:00+00:00,,,,,,\n',
      'openai',
    )
    expect(invoice).toMatchObject({ measure: 'tokens', emptyLines: 1 })
    expect(invoice.lines).toEqual([{ day: MONDAY, model: 'gpt-x-2026-08-07', key: 'key_1', amount: 69_846n }])
  })

  it('reads an Anthropic cost and a usage export', () => {
    const cost = read(
      'usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type\n' +
        '2026-11-23,Claude X 4.5,Default,demo,message,≤ 200k,input_no_cache,0.05,0.05,token\n',
      'anthropic',
    )
    expect(cost.lines).toEqual([
      { day: MONDAY, model: 'Claude X 4.5', key: 'demo', amount: nanoToDecimal(50_000_000n) },
    ])
    expect(cost.decimals).toBe(2)
    const usage = read(
      'usage_date_utc,model_version,api_key,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,' +
        'usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count\n' +
        '2026-11-23,claude-x-4-5-20251001,demo,1,2,3,4,5,9\n',
      'anthropic',
    )
    expect(usage.lines).toEqual([{ day: MONDAY, model: 'claude-x-4-5-20251001', key: 'demo', amount: 15n }])
  })

  it('reads any file by the columns that are named, with days of the zone', () => {
    const format: InvoiceFormat = { title: 'stated', time: ['When'], model: ['Kind'], amount: ['Sum'] }
    const text = 'when;KIND;sum\n2026-11-23T23:30:00Z;m;"$1,234.5"\n1795476600;m;-1e-05\n'
    const invoice = readInvoice(text, [format], zoneOf('Europe/Berlin'))
    expect(invoice.ok && invoice.value.lines.map((line) => [line.day, formatDecimal(line.amount)])).toEqual([
      [TUESDAY, '1234.5'],
      [TUESDAY, '-0.00001'],
    ])
  })

  it.each([
    ['foo,bar\n1,2', 'the file’s columns are foo, bar'],
    ['start_time,amount_value\nsoon,1', 'row 2, column start_time: "soon" is not a date or time'],
    ['start_time,amount_value\n2026-11-23,much', 'row 2, column amount_value: "much" is not an amount'],
    ['start_time,amount_value,amount_currency\n2026-11-23,1,eur', '"eur" is not USD'],
    ['start_time,model,input_tokens,output_tokens\n2026-11-23,m,-1,2', '"-1" is not a count of tokens'],
    ['', 'the file’s columns are missing'],
  ])('says what is wrong with %j', (text, message) => {
    const invoice = readInvoice(text, invoiceFormats('openai') ?? [], zoneOf('UTC'))
    expect(!invoice.ok && invoice.error).toContain(message)
  })

  it('never throws, whatever the file holds', () => {
    const text = fc.string({ unit: fc.constantFrom('1', '-', '.', 'e', ',', '\n', '"', 'T', ':', '9') })
    fc.assert(
      fc.property(text, (body) => {
        expect(read2(`start_time,amount_value,model\n${body}`)).toHaveProperty('ok')
      }),
    )
  })
})

function read2(text: string) {
  return readInvoice(text, invoiceFormats('openai') ?? [], zoneOf('Europe/Berlin'))
}

describe('decimal amounts', () => {
  it('keeps every digit', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 40n), 10n ** 40n), (units) => {
        expect(readDecimal(formatDecimal(units))?.units).toBe(units)
      }),
    )
  })

  it('rounds to the nano-dollar, halves away from zero', () => {
    const nano = (text: string) => decimalToNano(readDecimal(text)?.units ?? 0n)
    expect([nano('0.0000000005'), nano('-0.0000000005'), nano('0.00000000049'), nano('1')]).toEqual([
      1n,
      -1n,
      0n,
      DOLLAR,
    ])
  })

  it.each(['', '.5', '1,2', '1.2.3', 'NaN', '1e-40', '1e9999', '0x1', '1 USD'])('refuses %j', (text) => {
    expect(readDecimal(text)).toBeUndefined()
  })
})

describe('names of models', () => {
  it('joins what differs in writing, and snapshots only where no name fits exactly', () => {
    const shared = matchModels(
      ['Claude X 4.5', 'gpt-x-2026-08-07', 'gpt-y', 'gpt-z-2026-01-01'],
      ['claude-x-4-5-20251001', 'gpt-x-2026-08-07', 'gpt-x', 'gpt-z-2026-02-02'],
    )
    expect(shared('Claude X 4.5')).toBe(shared('claude-x-4-5-20251001'))
    expect(shared('gpt-x-2026-08-07')).toBe('gpt-x-2026-08-07')
    expect(shared('gpt-x')).toBe('gpt-x')
    expect(shared('gpt-y')).toBe('gpt-y')
    expect(shared('gpt-z-2026-01-01')).toBe(shared('gpt-z-2026-02-02'))
  })
})

describe('the ledger’s side', () => {
  const sum: Pick<CostGroup, 'group' | 'calls' | 'usage' | 'costNano'> = {
    group: {
      hour: '2026-11-23T23:00+01:00',
      model: 'm',
      key: 'k',
      outcome: 'ok',
      usageSource: 'reported',
      costKnown: 'yes',
    },
    calls: 2,
    usage: { input: 5, cacheRead: 4, output: 3 },
    costNano: '7',
  }
  it('takes money or tokens, and knows the hours beside midnight', () => {
    expect(readLedgerPart(sum, 'cost')).toEqual({
      day: MONDAY,
      edge: 'end',
      model: 'm',
      key: 'k',
      calls: 2,
      amount: 7n,
      kind: 'settled',
      known: true,
    })
    expect(readLedgerPart(sum, 'tokens').amount).toBe(12n)
    const early = { ...sum, group: { ...sum.group, hour: '2026-11-23T00:00+01:00' } }
    expect(readLedgerPart(early, 'cost').edge).toBe('start')
  })

  it.each([
    ['ok', 'reported', 'no', 'unknown-cost'],
    ['ok', 'unknown', 'no', 'unknown-cost'],
    ['ok', 'estimated', 'yes', 'estimated'],
    ['aborted', 'partial', 'yes', 'cut-short'],
    ['incomplete', 'unknown', 'no', 'cut-short'],
    ['error', 'unknown', 'yes', 'settled'],
    ['unreported', 'unknown', 'no', 'unreported'],
  ] as const)('%s with %s usage and known cost %s is %s', (outcome, usageSource, costKnown, kind) => {
    const group = { ...sum.group, outcome, usageSource, costKnown }
    expect(readLedgerPart({ ...sum, group }, 'cost').kind).toBe(kind)
  })
})

describe('why they differ', () => {
  it('matches to the nano-dollar, and lets rounding be rounding', () => {
    const exact = reconcile(invoiceOf([[MONDAY, 'acme-1', 700n]]), [part(MONDAY, 700n)], { mostPerCall: DOLLAR })
    expect(exact.cells).toMatchObject([{ status: 'matched', difference: 0n, causes: {} }])
    // One call and one line with nine decimals: two nano-dollars at most.
    expect(causesOf(invoiceOf([[MONDAY, 'acme-1', 702n]]), [part(MONDAY, 700n)])).toEqual({ rounding: 2n })
    expect(causesOf(invoiceOf([[MONDAY, 'acme-1', 703n]]), [part(MONDAY, 700n)])).toEqual({ 'other-traffic': 3n })
  })

  it('says what stands on one side only', () => {
    const invoice = invoiceOf([[MONDAY, 'acme-2', 500n]])
    const { cells } = reconcile(invoice, [part(MONDAY, 700n)], { mostPerCall: DOLLAR })
    expect(cells).toMatchObject([
      { model: 'acme-1', status: 'only-in-ledger', causes: { 'not-invoiced': -700n } },
      { model: 'acme-2', status: 'only-in-invoice', causes: { 'other-traffic': 500n } },
    ])
  })

  it('moves only calls of the hour beside midnight to the next day or the day before', () => {
    const late = part(MONDAY, 100n, { edge: 'end' })
    const invoice = invoiceOf([
      [MONDAY, 'acme-1', 700n],
      [TUESDAY, 'acme-1', 1100n],
    ])
    const result = reconcile(invoice, [part(MONDAY, 700n), late, part(TUESDAY, 1000n)], { mostPerCall: DOLLAR })
    expect(result.cells.map((cell) => cell.causes)).toEqual([{ 'time-zone-edge': -100n }, { 'time-zone-edge': 100n }])
    expect(result.causes).toEqual({})
    const early = part(TUESDAY, 60n, { edge: 'start' })
    const before = invoiceOf([
      [MONDAY, 'acme-1', 800n],
      [TUESDAY, 'acme-1', 900n],
    ])
    const back = reconcile(before, [part(MONDAY, 700n), part(TUESDAY, 940n), early], { mostPerCall: DOLLAR })
    expect(back.cells.map((cell) => cell.causes)).toEqual([
      { 'time-zone-edge': 60n, 'other-traffic': 40n },
      { 'time-zone-edge': -60n, 'not-invoiced': -40n },
    ])
  })

  it('ascribes what is missing to calls of unknown cost, no more than each may have cost', () => {
    const unknown = part(MONDAY, 0n, { calls: 2, kind: 'unknown-cost' })
    const aborted = part(MONDAY, 0n, { calls: 1, kind: 'cut-short' })
    const more = invoiceOf([[MONDAY, 'acme-1', 1000n]])
    expect(causesOf(more, [part(MONDAY, 700n), unknown, aborted])).toEqual({ 'cut-short': 100n, 'unknown-cost': 200n })
    expect(causesOf(more, [part(MONDAY, 700n), unknown], 50n)).toEqual({ 'unknown-cost': 100n, 'other-traffic': 200n })
  })

  it('takes back what was booked of calls that were cut short or estimated', () => {
    const less = invoiceOf([[MONDAY, 'acme-1', 700n]])
    const parts = [
      part(MONDAY, 710n),
      part(MONDAY, 90n, { kind: 'cut-short' }),
      part(MONDAY, 200n, { kind: 'estimated' }),
    ]
    expect(causesOf(less, parts)).toEqual({ 'cut-short': -90n, estimated: -200n, 'not-invoiced': -10n })
  })

  it('lets unreported calls, whose model nobody knows, explain any model of their day once', () => {
    const invoice = invoiceOf([
      [MONDAY, 'acme-1', 60n],
      [MONDAY, 'acme-2', 60n],
      [TUESDAY, 'acme-1', 60n],
    ])
    const unreported = part(MONDAY, 0n, { model: '', key: '', kind: 'unreported' })
    const lone = part(MONDAY, 0n, { model: 'acme-9', kind: 'unknown-cost' })
    const result = reconcile(invoice, [unreported, lone], { mostPerCall: 100n })
    expect(result.cells.map((cell) => cell.causes)).toEqual([
      { unreported: 60n },
      { 'other-traffic': 60n },
      { unreported: 40n, 'other-traffic': 20n },
      {},
    ])
    // A call of unknown cost with nothing on the invoice makes no difference, and is counted all the same.
    expect(result).toMatchObject({ unreportedCalls: 1, unknownCalls: 1 })
  })

  it('compares days alone where the invoice names no model', () => {
    const { cells } = reconcile(
      invoiceOf([[MONDAY, '', 700n]]),
      [part(MONDAY, 300n), part(MONDAY, 400n, { model: 'acme-2' })],
      { mostPerCall: DOLLAR },
    )
    expect(cells).toMatchObject([{ model: '', status: 'matched', calls: 2 }])
  })

  it('compares key by key where asked', () => {
    const line = (key: string, nano: bigint): InvoiceLine => ({
      day: MONDAY,
      model: 'acme-1',
      key,
      amount: nanoToDecimal(nano),
    })
    const invoice = { ...invoiceOf([]), lines: [line('k1', 600n), line('k2', 100n)] }
    const parts = [part(MONDAY, 600n), part(MONDAY, 90n, { key: 'k2' })]
    const { cells } = reconcile(invoice, parts, { mostPerCall: DOLLAR, byKey: true })
    expect(cells.map((cell) => [cell.key, cell.status])).toEqual([
      ['k1', 'matched'],
      ['k2', 'differs'],
    ])
  })
})

describe('law: sums always add up', () => {
  const day = fc.constantFrom('2026-11-22', MONDAY, TUESDAY, '2026-11-26')
  const model = fc.constantFrom('acme-1', 'Acme 1', 'acme-1-20260101', 'acme-2', '')
  const key = fc.constantFrom('', 'k1', 'k2')
  const kind = fc.constantFrom<LedgerPart['kind']>('settled', 'cut-short', 'unknown-cost', 'estimated', 'unreported')
  const edge = fc.constantFrom('start' as const, 'end' as const, undefined)
  const parts = fc.array(
    fc
      .record({
        day,
        model,
        key,
        calls: fc.integer({ min: 1, max: 50 }),
        amount: fc.bigInt(0n, 10n ** 12n),
        kind,
        edge,
      })
      .map(({ edge: at, ...rest }): LedgerPart => {
        // The ledger knows no amount of what it knows nothing about.
        const amount = rest.kind === 'unknown-cost' || rest.kind === 'unreported' ? 0n : rest.amount
        const known = rest.kind !== 'unknown-cost' && rest.kind !== 'unreported'
        return { ...rest, amount, known, ...(at && { edge: at }) }
      }),
    { maxLength: 25 },
  )
  const amount = fc.oneof(fc.bigInt(-(10n ** 20n), 10n ** 33n), fc.bigInt(0n, 10n ** 12n).map(nanoToDecimal))
  const lines = fc.array(fc.record({ day, model, key, amount }), { maxLength: 25 })

  it.each(['cost', 'tokens'] as const)('%s: cells, causes, totals, invoice and ledger', (measure) => {
    fc.assert(
      fc.property(parts, lines, fc.boolean(), fc.bigInt(0n, 10n ** 10n), (ledger, all, byKey, mostPerCall) => {
        const invoice: Invoice = { title: '', measure, lines: all, decimals: 9, emptyLines: 0 }
        const result = reconcile(invoice, ledger, { byKey, mostPerCall })
        const total = (of: (cell: (typeof result.cells)[number]) => bigint): bigint =>
          result.cells.reduce((sum, cell) => sum + of(cell), 0n)
        for (const cell of result.cells) {
          expect(cell.difference).toBe(cell.invoice - cell.ledger)
          expect(Object.values(cell.causes).reduce((sum, each) => sum + each, 0n)).toBe(cell.difference)
          if (cell.status === 'matched')
            expect(Object.keys(cell.causes).filter((name) => name !== 'rounding')).toEqual([])
        }
        expect(result.ledger).toBe(ledger.reduce((sum, each) => sum + each.amount, 0n))
        expect(result.difference).toBe(result.invoice - result.ledger)
        const named = CAUSES.reduce((sum, cause: Cause) => sum + (result.causes[cause] ?? 0n), 0n)
        expect(named).toBe(result.difference)
        const written = all.reduce((sum, line) => sum + line.amount, 0n)
        const shown = measure === 'cost' ? nanoToDecimal(result.invoice) : result.invoice
        const away = measure === 'cost' ? (readDecimal(result.roundedAway)?.units ?? 0n) : 0n
        expect(shown + away).toBe(written)
        expect(total((cell) => BigInt(cell.calls)) + BigInt(result.unreportedCalls)).toBe(
          ledger.reduce((sum, each) => sum + BigInt(each.calls), 0n),
        )
        // What moves across midnight is neither made nor lost.
        expect(result.causes['time-zone-edge'] ?? 0n).toBe(0n)
        // Unknown calls never explain more than they may have cost.
        const unknown = ledger
          .filter((each) => each.kind !== 'settled')
          .reduce((sum, each) => sum + BigInt(each.calls), 0n)
        const explained = (['cut-short', 'unknown-cost', 'estimated', 'unreported'] as const).map((cause) =>
          total((cell) => {
            const value = cell.causes[cause] ?? 0n
            return value > 0n ? value : 0n
          }),
        )
        expect(explained.reduce((sum, each) => sum + each, 0n) <= unknown * mostPerCall).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
