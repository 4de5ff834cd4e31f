/** The page of providers says what the table says. */

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PROVIDERS_FILE, providersPage } from './write-providers.ts'

it('docs/providers.md is current; run node scripts/write-providers.ts after a change', () => {
  expect(readFileSync(PROVIDERS_FILE, 'utf8')).toBe(providersPage())
})
