/** `sluice prices` on files: what it shows of a book and how it reports where books and tables disagree. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prices } from './prices.ts'

const CONTRACT = {
  checkedOn: '2026-01-01',
  providers: [
    {
      provider: 'openai',
      source: 'https://example.com/contract',
      entries: [
        { model: 'gpt-4o', from: '2026-01-01', prices: { input: 2_000_000, output: 8_000_000 } },
        {
          model: 'gpt-4o',
          from: '2026-06-01',
          prices: { input: 2_500_000, output: 9_000_000, search: 10_000_000_000 },
        },
        { model: 'ours', prices: { input: 1 } },
      ],
    },
  ],
}
const TABLE = {
  'gpt-4o': {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: 2.5e-6,
    output_cost_per_token: 2e-5,
  },
  'gpt-new': { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 },
}

let cwd = ''

async function run(...args: string[]): Promise<{ code: number; stdout: string; error: string }> {
  let stdout = ''
  let error = ''
  const take = (text: string): void => {
    error += text
  }
  const print = (text: string): void => {
    stdout += text
  }
  const io = { cwd, env: {}, stderr: take, stdout: print }
  const code = await prices(args, io).catch((thrown: Error) => {
    take(thrown.message)
    return 1
  })
  return { code, stdout, error }
}

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sluice-prices-'))
  writeFileSync(join(cwd, 'book.json'), JSON.stringify(CONTRACT))
  writeFileSync(join(cwd, 'table.json'), JSON.stringify(TABLE))
  writeFileSync(join(cwd, 'broken.json'), '{"providers": [{}]}')
})

afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe('prices show', () => {
  it('prints the dated entries of a model with source and day', async () => {
    const { code, stdout } = await run('show', 'gpt-4o', '--book', 'book.json')
    expect(code).toBe(0)
    expect(stdout).toContain('openai gpt-4o, from 2026-01-01 until 2026-06-01 (over)\n  input 2, output 8\n')
    expect(stdout).toContain('openai gpt-4o, from 2026-06-01 (in force)\n  input 2.5, output 9, search 0.01 each\n')
    expect(stdout).toContain('source https://example.com/contract, checked 2026-01-01')
  })

  it('finds a dated snapshot by what it stands for, several by their beginning, and says when there is none', async () => {
    expect((await run('show', 'gpt-4o-2024-08-06', '--provider', 'openai', '--book', 'built-in')).stdout).toMatch(
      /^openai gpt-4o(?:-2024-08-06)?, from /,
    )
    const several = JSON.parse((await run('show', 'gpt-4o*', '--book', 'built-in', '--json')).stdout)
    expect(several.data.length).toBeGreaterThan(3)
    const none = await run('show', 'gpt-none', '--book', 'built-in')
    expect(none).toEqual({ code: 1, stdout: 'the price book has no such model\n', error: '' })
  })
})

describe('prices diff', () => {
  it('compares what two books say on a day', async () => {
    const early = await run('diff', 'book.json', 'book.json', '--at', '2026-03-01')
    expect(early.code).toBe(0)
    const { code, stdout } = await run('diff', 'book.json', 'built-in', '--at', '2026-11-01', '--provider', 'openai')
    expect(code).toBe(2)
    expect(stdout).toMatch(/openai\/gpt-4o +output +9 +10 +1\.11/)
    expect(stdout).not.toMatch(/openai\/gpt-4o +input/)
    expect(stdout).toContain('only left: openai/ours\n')
  })
})

describe('prices import', () => {
  it('reports where a public table disagrees with the book, and changes nothing', async () => {
    const { code, stdout } = await run('import', 'table.json', '--book', 'book.json', '--at', '2026-11-01', '--all')
    expect(code).toBe(2)
    expect(stdout).toContain('left   book book.json\nright  litellm table.json\n')
    expect(stdout).toMatch(/openai\/gpt-4o +output +9 +20 +2\.22/)
    expect(stdout).toContain('0 models agree, 1 disagree')
    expect(stdout).toContain('only right: openai/gpt-new')
    const json = JSON.parse((await run('import', 'table.json', '--provider', 'openai', '--json')).stdout)
    expect(json.disagreements).toContainEqual({
      provider: 'openai',
      model: 'gpt-4o',
      units: [{ unit: 'output', left: 10_000_000, right: 20_000_000 }],
    })
  })

  it('reads a table from an address', async () => {
    const server = createServer((_, response) => response.end(JSON.stringify(TABLE)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // listens on TCP
    const { stdout } = await run('import', `http://127.0.0.1:${port}/table.json`, '--book', 'book.json')
    server.close()
    expect(stdout).toContain('0 models agree, 1 disagree')
  })

  it('says what cannot be read', async () => {
    expect((await run('import', 'none.json')).error).toContain('cannot be read')
    expect((await run('import', 'table.json', '--book', 'broken.json')).error).toContain('is no price book')
    expect((await run('import', 'table.json', '--at', 'soon')).error).toContain('not a day')
    expect((await run('diff', 'book.json')).error).toContain('name two')
    expect((await run('paint')).error).toContain('there is no "prices paint"')
  })
})
