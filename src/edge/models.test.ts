import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import card from './cards/intent.json' with { type: 'json' }
import { createEdgeModels, edgeCards, edgeModelNames } from './models.ts'
import { readIntentFile } from './read-weights.fixture.ts'

function failure(weights: Record<string, ArrayBuffer>, name: string): string {
  const result = createEdgeModels(weights).get(name)
  return result.ok ? 'loaded' : result.error
}

describe('embedded models', () => {
  it('carry weights whose bytes and sha256 are those on the card, under the size limit', () => {
    const file = readIntentFile()
    expect(edgeModelNames).toEqual(['intent'])
    expect(card.task).toBe('intent')
    expect(edgeCards.intent?.bytes).toBe(file.byteLength)
    expect(edgeCards.intent?.sha256).toBe(createHash('sha256').update(new Uint8Array(file)).digest('hex'))
    expect(file.byteLength).toBeLessThanOrEqual(4 * 1024 * 1024)
  })

  it('publish the same sha256 and evaluation in the page people read', () => {
    const page = readFileSync(resolve(import.meta.dirname, 'cards/intent.md'), 'utf8')
    expect(page).toContain(card.sha256)
    expect(page).toContain('CC-BY-3.0')
    for (const row of card.evaluation) expect(page).toContain(`| ${row.set} |`)
  })

  it('load once and are the same instance afterwards', () => {
    const models = createEdgeModels({ intent: readIntentFile() })
    const first = models.get('intent')
    expect(first.ok && first.value.labels.length).toBe(card.labels)
    expect(models.get('intent')).toBe(first)
  })

  it('say why a model cannot be had', () => {
    expect(failure({}, 'toString')).toMatch(/no edge model "toString"; this build has intent/)
    expect(failure({}, 'intent')).toMatch(/not part of this deployment/)
    expect(failure({ intent: new ArrayBuffer(12) }, 'intent')).toMatch(/12 bytes, but its card says/)
    expect(failure({ intent: new ArrayBuffer(card.bytes) }, 'intent')).toMatch(/does not begin with "SLIN"/)
  })
})
