import { describe, expect, it } from 'vitest'
import { deadExports } from './check-exports.ts'
import { floorProblems } from './check-floors.ts'
import { providerNameProblems } from './check-provider-names.ts'
import { sizeProblems } from './check-sizes.ts'

function file(path: string, text: string, imports: string[] = []): { path: string; text: string; imports: string[] } {
  return { path, text, imports }
}

describe('the house rules', () => {
  it('refuses an import that climbs and one from a neighbour on the same floor', () => {
    const problems = floorProblems([
      file('src/ground/a.ts', '', ['src/wires/b.ts']),
      file('src/wires/b.ts', '', ['src/config/c.ts']),
      file('src/wires/b.ts', '', ['src/worker.ts']),
      file('src/journey/d.ts', '', ['src/ground/a.ts', 'src/journey/e.ts', 'src/kinds/f.ts']),
    ])
    expect(problems).toHaveLength(3)
  })

  it('refuses a provider name in code but not in a comment', () => {
    const names = ['acme']
    expect(providerNameProblems([file('src/journey/a.ts', "if (x === 'acme') {}")], names)).toHaveLength(1)
    expect(providerNameProblems([file('src/journey/a.ts', "// 'acme' sends CRLF")], names)).toEqual([])
    expect(providerNameProblems([file('src/providers/acme.ts', "name: 'acme'")], names)).toEqual([])
  })

  it('finds an export nobody uses', () => {
    const problems = deadExports([
      file('src/ground/a.ts', 'export function used() {}\nexport function dead() {}'),
      file('src/wires/b.ts', 'used()'),
      file('src/ground/a.test.ts', 'dead()'),
    ])
    expect(problems).toEqual(['src/ground/a.ts exports dead, which nothing else uses'])
  })

  it('asks for short files that say what they are for', () => {
    expect(sizeProblems([file('src/a.ts', 'x\n'.repeat(400))])).toHaveLength(2)
    expect(sizeProblems([file('src/a.ts', '/** A. */\n')])).toEqual([])
  })
})
