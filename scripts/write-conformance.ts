/** `npm run conformance`: measures what survives between any two chat formats and writes `docs/conformance.md`. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chatWires } from '../src/wires/index.ts'
import { CLIENT_WIRES } from './conformance/client-wires.ts'
import { conformanceDocument, measure } from './conformance/document.ts'

const wires = Object.values(chatWires)
const cells = measure(CLIENT_WIRES, wires)
const silent = cells.filter(({ cell }) => cell.kind === 'silent')
writeFileSync(join(import.meta.dirname, '../docs/conformance.md'), conformanceDocument(cells))
for (const { client, provider, feature, cell } of silent)
  console.error(`${client} -> ${provider}: ${feature}: ${'detail' in cell ? cell.detail : ''}`)
console.log(`${cells.length} cells measured, ${silent.length} lost in silence`)
process.exitCode = silent.length > 0 ? 1 : 0
