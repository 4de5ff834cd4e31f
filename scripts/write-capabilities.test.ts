/** The page of capabilities says what the table says. */

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CAPABILITIES_FILE, capabilitiesPage } from './write-capabilities.ts'

it('docs/capabilities.md is current; run node scripts/write-capabilities.ts after a change', () => {
  expect(readFileSync(CAPABILITIES_FILE, 'utf8')).toBe(capabilitiesPage())
})
