import { describe, expect, it } from 'vitest'
import type { LedgerRow } from '../ports/accounts.ts'
import { normaliseRow } from './normalise-row.ts'

const ROW: LedgerRow = {
  requestId: 'req_a_0',
  admittedAtMs: 5,
  team: 't',
  keyId: 'k',
  route: 'r',
  target: 'x',
  provider: 'p',
  requestedModel: 'r',
  clientWire: 'openai-chat',
  stream: false,
  outcome: 'ok',
  status: 200,
  usage: { input: 1 },
  usageSource: 'reported',
  costNano: '7',
  latencyMs: 1,
  attempts: 1,
  revision: '',
}

const normal = (fields: Partial<LedgerRow>): LedgerRow => normaliseRow({ ...ROW, ...fields })

describe('a row as it is stored', () => {
  it('is as it was where nothing is wrong', () => {
    const full = {
      ...ROW,
      listNano: '9',
      billedNano: '8',
      warnings: ['a:b'],
      user: 'u',
      askedModel: 'm',
      firstByteMs: 2,
    }
    expect(normaliseRow(full)).toMatchObject(full)
    expect(normal({}).warnings).toBeUndefined()
  })

  it('has money up to a million dollars, in whole digits', () => {
    expect(normal({ costNano: '1000000000000000' }).costNano).toBe('1000000000000000')
    for (const costNano of ['1000000000000001', '-1', '1.5', '7x', '', '99999999999999999'])
      expect(normal({ costNano })).toMatchObject({ costNano: undefined, warnings: ['ledger.cost:dropped'] })
    expect(normal({ costNano: '007' }).costNano).toBe('7')
    expect(normal({ costNano: undefined }).warnings).toBeUndefined()
  })

  it('has a list price and a bill only where they are money', () => {
    expect(normal({ listNano: '007', billedNano: '008' })).toMatchObject({ listNano: '7', billedNano: '8' })
    expect(normal({ listNano: '-1', billedNano: 'x' })).toMatchObject({ listNano: undefined, billedNano: undefined })
    expect(normal({ listNano: '9', costNano: undefined }).listNano).toBeUndefined()
    expect(normal({ costNano: '9' })).toMatchObject({ listNano: undefined, billedNano: undefined })
  })

  it('has usage in whole units up to 10^12, or none', () => {
    expect(normal({ usage: { input: 1e12, output: 0 } }).usage).toEqual({ input: 1e12 })
    for (const input of [1e12 + 1, -1, 1.5, Number.NaN])
      expect(normal({ usage: { input } })).toMatchObject({
        usage: undefined,
        usageSource: 'unknown',
        warnings: ['ledger.usage:dropped'],
      })
  })

  it('has 50 warnings and 1,000 characters of a text at most', () => {
    const long = 'x'.repeat(1001)
    const cut = 'x'.repeat(1000)
    const row = normal({
      route: long,
      target: long,
      requestedModel: long,
      answeredModel: long,
      user: long,
      warnings: Array.from({ length: 60 }, () => long),
    })
    expect(row).toMatchObject({ route: cut, target: cut, requestedModel: cut, answeredModel: cut, user: cut })
    expect(row.warnings).toEqual(Array.from({ length: 50 }, () => cut))
    expect(normal({ route: cut }).route).toBe(cut)
  })

  it('has whole numbers that are not negative', () => {
    expect(normal({ latencyMs: -3, status: 200.7, attempts: Number.NaN, firstByteMs: 1.9 })).toMatchObject({
      latencyMs: 0,
      status: 200,
      attempts: 0,
      firstByteMs: 1,
    })
  })
})
