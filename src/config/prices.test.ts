/** Agreed prices and one's own price book in documents: what they become, and what is said of their faults. */

import { describe, expect, it } from 'vitest'
import { compileBundle } from './compile.ts'
import type { KnownProvider } from './known-providers.ts'
import { formatProblem } from './problem.ts'
import type { Revision } from './revision.ts'

const OPENAI: KnownProvider = {
  name: 'openai',
  local: false,
  selfHosted: false,
  needsBaseUrl: false,
  secretName: 'OPENAI_API_KEY',
  endpoints: ['chat'],
}
const ROUTE = { path: 'routes/a.yml', text: 'route: a\ntargets: [{ model: openai/gpt-4o }]\n' }

async function compile(lines: string, files: Readonly<Record<string, string>> = {}) {
  const text = `bundle: b\nteams: [red, blue]\nproviders: { ours: { kind: openai } }\n${lines}`
  const documents = [{ path: 'sluice.yml', text }, ROUTE]
  for (const [path, content] of Object.entries(files)) documents.push({ path, text: content })
  return compileBundle(documents, { providers: [OPENAI] })
}

async function revisionOf(lines: string, files: Readonly<Record<string, string>> = {}): Promise<Revision> {
  const compiled = await compile(lines, files)
  if (!compiled.ok) throw new Error(compiled.problems.map((each) => formatProblem(each, 'error')).join('\n'))
  return compiled.revision
}

async function problemsOf(lines: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const compiled = await compile(lines, files)
  return compiled.ok ? '' : compiled.problems.map((each) => formatProblem(each, 'error')).join('\n')
}

const BOOK = {
  checkedOn: '2026-11-01',
  providers: [
    {
      provider: 'openai',
      source: 'https://example.com/contract',
      entries: [{ model: 'gpt-4o', prices: { input: 1_000_000, output: 2_000_000 } }],
    },
  ],
}

describe('prices in sluice.yml', () => {
  it('become whole pico-dollars and a hash of what is said', async () => {
    const { prices } = await revisionOf(`prices:
  overrides:
    - { provider: ours, model: gpt-5*, teams: [red], from: 2026-11-01, until: 2026-12-31, per_million: { input: 0.075, output: 10 }, each: { search: 0.01 } }
  discounts:
    - { percent: 12.5, from: 2026-11-01 }
`)
    expect(prices?.overrides).toEqual([
      {
        provider: 'ours',
        model: 'gpt-5*',
        teams: ['red'],
        from: '2026-11-01',
        until: '2026-12-31',
        prices: { input: 75_000, output: 10_000_000, search: 10_000_000_000 },
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ])
    expect(prices?.discounts).toEqual([
      { from: '2026-11-01', basisPoints: 1250, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
  })

  it('change the hash with every part of what they say', async () => {
    const lines = (fields: string): string => `prices: { overrides: [{ provider: openai, model: m, ${fields} }] }\n`
    const hashes = await Promise.all(
      [
        'from: 2026-11-01, per_million: { input: 1 }',
        'from: 2026-11-02, per_million: { input: 1 }',
        'from: 2026-11-01, until: 2026-12-01, per_million: { input: 1 }',
        'from: 2026-11-01, per_million: { input: 2 }',
        'from: 2026-11-01, per_million: { output: 1 }',
        'from: 2026-11-01, teams: [red], per_million: { input: 1 }',
      ].map(async (fields) => (await revisionOf(lines(fields))).prices?.overrides[0]?.hash),
    )
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it.each([
    ['provider: opnai, model: m, from: 2026-11-01, per_million: { input: 1 }', 'did you mean "openai"?'],
    ['provider: ours, model: m, teams: [rde], from: 2026-11-01, per_million: { input: 1 }', 'did you mean "red"?'],
    ['provider: ours, model: m, from: 2026-11-01', 'must state a price'],
    ['provider: ours, model: m, from: 2026-11-01, until: 2026-10-01, per_million: { input: 1 }', 'before it begins'],
    ['provider: ours, model: m, from: 2026-13-01, per_million: { input: 1 }', 'must be a day'],
    ['provider: ours, model: m, from: 2026-11-01, per_million: { input: 0.0000001 }', 'at most 6 decimals'],
    ['provider: ours, model: m, from: 2026-11-01, per_million: { input: -1 }', 'at most 6 decimals'],
    ['provider: ours, model: a*b, from: 2026-11-01, per_million: { input: 1 }', 'ends in *'],
    ['provider: ours, model: m, from: 2026-11-01, per_million: { inputt: 1 }', 'did you mean "input"?'],
  ])('refuses %s', async (line, words) => {
    const problems = await problemsOf(`prices:\n  overrides:\n    - { ${line} }\n`)
    expect(problems).toMatch(/^sluice\.yml:6:\d+ error/)
    expect(problems).toContain(words)
  })

  it('refuses two lines about the same calls from the same day', async () => {
    const line = 'provider: ours, model: m, from: 2026-11-01, per_million: { input: 1 }'
    expect(await problemsOf(`prices:\n  overrides:\n    - { ${line} }\n    - { ${line} }\n`)).toContain(
      'states the same calls from the same day as the line at sluice.yml:6:7',
    )
    expect(await problemsOf(`prices:\n  overrides:\n    - { ${line} }\n    - { teams: [red], ${line} }\n`)).toBe('')
  })

  it('refuses discounts beyond the whole and finer than hundredths', async () => {
    for (const percent of [0, -1, 101, 1.234])
      expect(await problemsOf(`prices: { discounts: [{ percent: ${percent}, from: 2026-11-01 }] }\n`)).toContain(
        'percent',
      )
  })
})

describe('price_book', () => {
  it('puts the book into the revision with hashes of its own', async () => {
    const files = (book: unknown) => ({ 'prices/ours.json': JSON.stringify(book) })
    const first = await revisionOf('price_book: prices/ours.json\n', files(BOOK))
    expect(first.priceBook).toMatchObject({ checkedOn: '2026-11-01', hash: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(first.priceBook?.providers[0]?.entries[0]).toEqual({
      model: 'gpt-4o',
      prices: { input: 1_000_000, output: 2_000_000 },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const dearer = structuredClone(BOOK)
    if (dearer.providers[0]?.entries[0]) dearer.providers[0].entries[0].prices.input++
    const second = await revisionOf('price_book: prices/ours.json\n', files(dearer))
    expect(second.priceBook?.hash).not.toBe(first.priceBook?.hash)
    expect(second.hash).not.toBe(first.hash)
    expect((await revisionOf('', files(BOOK))).priceBook).toBeUndefined()
  })

  it.each([
    ['price_book: prices/none.json', BOOK, 'there is no file "prices/none.json"'],
    ['price_book: ../secret.json', BOOK, 'must be a file in prices/'],
    ['price_book: prices/ours.json', 'x', 'it is not JSON'],
    ['price_book: prices/ours.json', { ...BOOK, checkedOn: 'today' }, 'checkedOn: must be a day'],
    ['price_book: prices/ours.json', { ...BOOK, providers: [...BOOK.providers, ...BOOK.providers] }, 'stands twice'],
    [
      'price_book: prices/ours.json',
      { ...BOOK, providers: [{ ...BOOK.providers[0], provider: 'opnai' }] },
      'did you mean "openai"?',
    ],
    [
      'price_book: prices/ours.json',
      { ...BOOK, providers: [{ ...BOOK.providers[0], aliases: ['^(.+'] }] },
      'is not a regular expression',
    ],
    [
      'price_book: prices/ours.json',
      { ...BOOK, providers: [{ ...BOOK.providers[0], entries: [{ model: 'm', prices: { input: 0.5 } }] }] },
      'providers[0].entries[0].prices.input: must be whole pico-dollars',
    ],
  ])('says what is wrong: %s', async (line, book, words) => {
    const text = typeof book === 'string' ? book : JSON.stringify(book)
    expect(await problemsOf(`${line}\n`, { 'prices/ours.json': text })).toContain(words)
  })
})
