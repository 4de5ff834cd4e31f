/** The proof of prices on amounts of our own: what counts as equal, what exceptions may explain, and what fails. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadBilledCases } from './billed-cases.ts'
import { type Case, differenceOf, nameOf } from './case.ts'
import { compareAll, isProven } from './compare.ts'
import { createExceptionList, loadExceptions, type PriceException } from './exceptions.ts'
import { describeUnexplained, tableOf } from './report.ts'
import { loadTableCases } from './table-cases.ts'

const AT = Date.UTC(2026, 10, 1)

function subject(facts: Partial<Case> = {}): Case {
  return {
    oracle: 'billed',
    provider: 'acme',
    wire: 'openai-chat',
    serviceClass: 'standard',
    model: 'm-1',
    id: 'one',
    statedNano: 100n,
    ours: { known: true, costNano: 100n, priceHash: 'h', priceDate: '2026-01-01' },
    ...facts,
  }
}

function costing(costNano: bigint): Case {
  return subject({ ours: { known: true, costNano, priceHash: 'h', priceDate: '2026-01-01' } })
}

const UNKNOWN = subject({ ours: { known: false, missing: 'model', serviceClass: 'standard', reason: 'no price' } })

function excuse(facts: Partial<PriceException> = {}): PriceException {
  return { match: 'billed/acme/*', difference: 'cost', reason: 'The vendor rounds each part up.', ...facts }
}

describe('differenceOf', () => {
  it('is undefined only when both amounts are the same to the nano-dollar', () => {
    expect(differenceOf(subject())).toBeUndefined()
    expect(differenceOf(costing(101n))).toBe('cost')
    expect(differenceOf(costing(99n))).toBe('cost')
    expect(differenceOf(UNKNOWN)).toBe('price')
    expect(differenceOf(subject({ ours: undefined }))).toBe('usage')
  })

  it('is first of all about the bill, where somebody else has read it too', () => {
    expect(differenceOf(subject({ isListed: true, tappedNano: 100n }))).toBeUndefined()
    expect(differenceOf(subject({ isListed: true, tappedNano: 90n }))).toBe('bill')
    expect(differenceOf(subject({ isListed: true }))).toBe('bill')
    expect(differenceOf(subject({ tappedNano: 100n }))).toBeUndefined()
  })
})

describe('exceptions', () => {
  it('explain the kind of difference they name, and no other', () => {
    const list = createExceptionList([excuse()])
    expect(list.explains(costing(90n), 'cost')).toBe(true)
    expect(list.explains(UNKNOWN, 'price')).toBe(false)
    expect(list.uses().map(({ count }) => count)).toEqual([1])
  })

  it('explain a difference up to the distance they name', () => {
    const list = createExceptionList([excuse({ atMostNano: 10 })])
    expect(list.explains(costing(90n), 'cost')).toBe(true)
    expect(list.explains(costing(110n), 'cost')).toBe(true)
    expect(list.explains(costing(111n), 'cost')).toBe(false)
  })

  it('match whole names, in which only * is special', () => {
    expect(nameOf(subject())).toBe('billed/acme/openai-chat/standard/m-1/one')
    const matches = (match: string): boolean => createExceptionList([excuse({ match })]).explains(costing(1n), 'cost')
    expect(matches('billed/acme/openai-chat/standard/m-1/one')).toBe(true)
    expect(matches('*/m-1/*')).toBe(true)
    expect(matches('billed/acme')).toBe(false)
    expect(matches('billed/acme/openai.chat/*')).toBe(false)
  })

  it('are refused without a reason', () => {
    const file = path.join(folder(), 'exceptions.json')
    writeFileSync(file, JSON.stringify([excuse({ reason: 'because' })]))
    expect(() => loadExceptions(file)).toThrow(/reason/)
    writeFileSync(file, JSON.stringify([excuse()]))
    expect(loadExceptions(file).uses()).toHaveLength(1)
  })
})

describe('compareAll', () => {
  it('counts every case once and proves what is equal or explained', () => {
    const comparison = compareAll([subject(), subject({ id: 'two' }), costing(90n)], createExceptionList([excuse()]))
    expect(comparison.total).toEqual({ equal: 2, explained: 1, unexplained: 0 })
    expect(isProven(comparison)).toBe(true)
    expect(tableOf(comparison)).toMatch(/billed +acme +openai-chat +standard +2 +1 +0\n/)
  })

  it('fails on a case that nothing explains, and shows both amounts', () => {
    const comparison = compareAll([subject(), costing(90n)], createExceptionList([]))
    expect(isProven(comparison)).toBe(false)
    expect(describeUnexplained(comparison.unexplained, 1)).toContain('stated 100 nano-dollars, ours 90 nano-dollars')
  })

  it('fails on an exception that explains nothing', () => {
    const comparison = compareAll([subject()], createExceptionList([excuse()]))
    expect(comparison.unused).toHaveLength(1)
    expect(isProven(comparison)).toBe(false)
    expect(isProven(comparison, true)).toBe(true)
  })

  it('fails when nothing was equal', () => {
    expect(isProven(compareAll([], createExceptionList([])))).toBe(false)
  })
})

const folders: string[] = []
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true })
})

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'prove-prices-'))
  folders.push(made)
  return made
}

describe('cases from recordings', () => {
  const wire = folder()
  const record = (id: string, meta: object, response: unknown, name = `${id}.response.json`): void => {
    const place = path.join(wire, 'v', id)
    mkdirSync(place, { recursive: true })
    writeFileSync(path.join(place, `${id}.meta.json`), JSON.stringify({ id, files: { response: name }, ...meta }))
    writeFileSync(path.join(place, name), typeof response === 'string' ? response : JSON.stringify(response))
  }
  // 10 and 90 tokens of Grok 4.3 at $1.25 and $2.50 a million: 2,375 tenths of a nano-dollar times ten, in ticks.
  const usage = { prompt_tokens: 10, completion_tokens: 90, total_tokens: 100, cost_in_usd_ticks: 2_375_000 }
  const chat = { object: 'chat.completion', model: 'grok-4.3', choices: [], usage }
  record('whole', { provider: 'xai', api: 'openai-chat', model: 'grok-4.3' }, chat)
  const chunk = `data: ${JSON.stringify({ ...chat, object: 'chat.completion.chunk' })}\n\ndata: [DONE]\n\n`
  record('stream', { provider: 'xai', api: 'openai-chat', model: 'grok-4.3' }, chunk, 'stream.stream.txt')
  record('silent', { provider: 'groq', api: 'openai-chat', model: 'm' }, { object: 'chat.completion', choices: [] })
  record('models', { provider: 'xai', api: 'models' }, { data: [] })
  record('stranger', { provider: 'nobody', api: 'openai-chat' }, chat)
  const list = [{ file: 'part/v/whole/whole.response.json', billed_usd: 0.0002375 }]
  writeFileSync(path.join(wire, 'cost-oracle.provider-billed.json'), JSON.stringify(list))
  const row = (body: object, extractors: object[]): string =>
    JSON.stringify({ model: 'gpt-5.4', body, extracted: [{ usage: {}, extractors }] })
  const rows = [
    row(
      {
        file: 'tests/a.yaml',
        model: 'gpt-5.4',
        usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
      },
      [
        { provider_id: 'openai', api_flavor: 'chat', input_price: '0.0025', output_price: '0.0015' },
        { provider_id: 'openai', api_flavor: 'responses', input_price: '1', output_price: '1' },
        { provider_id: 'elsewhere', api_flavor: 'chat', input_price: '1', output_price: '1' },
        { provider_id: 'groq', api_flavor: 'chat' },
      ],
    ),
  ]
  writeFileSync(path.join(wire, 'usage-and-price.genai-prices.jsonl'), `${rows.join('\n')}\n`)

  it('are the ones with a bill, whole or streamed, read by the tap of their wire', () => {
    const { cases, notRead } = loadBilledCases(wire, AT)
    expect(cases.map((each) => [each.id, each.statedNano, differenceOf(each)]).sort()).toEqual([
      ['stream', 237_500n, undefined],
      ['whole', 237_500n, undefined],
    ])
    expect(new Map(notRead)).toEqual(
      new Map([
        ['no wire for models', 1],
        ['no provider row for nobody', 1],
      ]),
    )
  })

  it('are the rows of the other project that fit the shape of their reply', () => {
    const { cases, notCompared } = loadTableCases(wire, AT)
    expect(cases.map((each) => [nameOf(each), differenceOf(each)])).toEqual([
      ['table/openai/openai-chat/standard/gpt-5.4/tests/a.yaml (line 1)', undefined],
    ])
    expect([...notCompared.values()]).toEqual([1, 1])
  })
})
