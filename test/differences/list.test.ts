/** Every difference has a test of its name, and every recording it points at is there. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DIFFERENCES } from './list.ts'

const ROOT = join(import.meta.dirname, '../..')
const corpus = join(process.env.SLUICE_CORPUS ?? join(ROOT, '../shared/corpus'), 'wire')

const tested = new Set(
  globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: ROOT })
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/['"`]difference (\d+): /g)].map(([, number]) => Number(number))),
)

describe('the list of differences', () => {
  it.each(DIFFERENCES)('has a test for number $number: $ours', ({ number }) => {
    expect([...tested]).toContain(number)
  })

  it('counts from 1 to 44', () => {
    expect(DIFFERENCES.map(({ number }) => number)).toEqual(Array.from({ length: 44 }, (_, index) => index + 1))
  })

  it.skipIf(!existsSync(corpus))(existsSync(corpus) ? 'points at recordings that exist' : 'skipped, no corpus', () => {
    for (const { recording } of DIFFERENCES)
      if (recording) expect(existsSync(join(corpus, `${recording}.meta.json`)), recording).toBe(true)
  })
})
