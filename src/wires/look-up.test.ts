import { expect, it } from 'vitest'
import { lookUp } from './look-up.ts'

it('finds words of the table and none that every object inherits', () => {
  const table: Readonly<Record<string, string>> = { stop: 'found' }
  expect(lookUp(table, 'stop')).toBe('found')
  for (const word of ['constructor', '__proto__', 'toString', '', undefined])
    expect(lookUp(table, word)).toBeUndefined()
})
