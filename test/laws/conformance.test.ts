/** The published matrix is what the code does, and nothing in it is lost without a word. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLIENT_WIRES } from '../../scripts/conformance/client-wires.ts'
import { conformanceDocument, measure } from '../../scripts/conformance/document.ts'
import { chatWires } from '../../src/wires/index.ts'

const cells = measure(CLIENT_WIRES, Object.values(chatWires))

describe('conformance', () => {
  it('loses nothing in silence between any two formats', () => {
    const silent = cells.filter(({ cell }) => cell.kind === 'silent')
    expect(silent).toEqual([])
  })

  it('carries text, tools and usage of replies between any two formats that know them', () => {
    const basic = ['reply: text', 'reply: tool call', 'reply: parallel tool calls', 'reply: tokens in and out']
    const broken = cells.filter(({ feature, cell }) => basic.includes(feature) && cell.kind === 'changed')
    expect(broken).toEqual([])
  })

  it('is published as it is', () => {
    const published = readFileSync(join(import.meta.dirname, '../../docs/conformance.md'), 'utf8')
    expect(published, 'run `npm run conformance`').toBe(conformanceDocument(cells))
  })
})
