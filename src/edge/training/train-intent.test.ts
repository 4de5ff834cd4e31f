import { describe, expect, it } from 'vitest'
import { loadIntentClassifier } from '../intent-classifier.ts'
import { evaluate, judge } from './evaluate-intent.ts'
import { type IntentRow, readIntentRows, withoutRepeats } from './intent-row.ts'
import { nearDuplicateGroups, splitRows } from './split-rows.ts'
import { areaUnderCurve, calibrationError, wilson } from './statistics.ts'
import { INTENT_RECIPE, trainIntent } from './train-intent.ts'

/** Synthetic rows: three invented intents and some rows outside, from patterns. */
function syntheticRows(): IntentRow[] {
  const things = ['kettle', 'boiler', 'lamp', 'fan', 'heater', 'oven', 'radio', 'pump', 'printer', 'toaster']
  const patterns: [string, string[]][] = [
    ['switch_on', ['turn on the *', 'switch the * on', 'please start the *', 'power up my *']],
    ['repair', ['the * is broken', 'repair my *', 'someone must mend the *', 'my * makes a noise']],
    ['buy', ['i want to buy a *', 'order a new *', 'where is a * sold', 'price of a *']],
    ['oos', ['who invented the *', 'write a song on a *']],
  ]
  return patterns.flatMap(([label, texts]) =>
    texts.flatMap((text) => things.map((thing) => ({ label, text: text.replace('*', thing) }))),
  )
}

const TINY = { ...INTENT_RECIPE, buckets: 1 << 10, dimension: 12, epochs: 6, knownWordBits: 1 << 10 }

const card = { model: 'tiny', task: 'intent', version: '0', bytes: 0, sha256: '' } as const

describe('trainIntent', () => {
  it('gives the same bytes for the same seed and other bytes for another', () => {
    const bytes = (seed: number): string => {
      const { file } = trainIntent(syntheticRows(), { ...TINY, seed }, () => {})
      return Buffer.from(file).toString('base64')
    }
    const first = bytes(1)
    expect(bytes(1)).toBe(first)
    expect(bytes(2)).not.toBe(first)
  })

  it('learns what rows mean, on rows it has not seen', () => {
    const { file, split } = trainIntent(syntheticRows(), TINY, () => {})
    const loaded = loadIntentClassifier(file, card)
    if (!loaded.ok) throw new Error(loaded.error)
    expect(loaded.value.labels).toEqual(['buy', 'repair', 'switch_on', 'oos'])
    const measured = evaluate('synthetic', judge(loaded.value, split.test))
    expect(measured.accuracy.share).toBeGreaterThan(0.9)
    expect(measured.oosAuc).toBeGreaterThan(0.8)
  })
})

describe('splitRows', () => {
  const shares = () => ({ test: 0.2, calibration: 0.2 })

  it('uses every row once and takes its shares from every label', () => {
    const rows = syntheticRows()
    const split = splitRows(rows, 3, shares)
    const all = [...split.train, ...split.calibration, ...split.test]
    expect(new Set(all)).toEqual(new Set(rows))
    expect(all).toHaveLength(rows.length)
    for (const label of ['buy', 'repair', 'switch_on', 'oos']) {
      const share =
        split.test.filter((row) => row.label === label).length / rows.filter((row) => row.label === label).length
      expect(share).toBeGreaterThanOrEqual(0.2)
      expect(share).toBeLessThan(0.4)
    }
  })

  it('keeps near-duplicates on one side', () => {
    const texts = ['please do send me the new bank card today', 'please do send me the new bank card today now']
    const other = 'what is my balance'
    const rows = [...texts, other].map((text) => ({ text, label: 'card' }))
    expect(nearDuplicateGroups(rows).map((group) => group.map(({ text }) => text))).toEqual([texts, [other]])
    for (let seed = 0; seed < 8; seed++) {
      const { train, calibration, test } = splitRows(rows, seed, () => ({ test: 0.3, calibration: 0.3 }))
      const side = [train, calibration, test].filter((part) => part.some(({ text }) => texts.includes(text)))
      expect(side).toHaveLength(1)
    }
  })
})

describe('rows and statistics', () => {
  it('names the line that is not a row, and drops texts that read the same', () => {
    expect(readIntentRows('{"text":"a","label":"b"}\n{"text":1}', 'x.jsonl')).toMatchObject({
      error: expect.stringContaining('x.jsonl line 2'),
    })
    const rows = ['Hi there', ' hi  THERE', 'bye'].map((text) => ({ text, label: 'x' }))
    expect(withoutRepeats(rows).map(({ text }) => text)).toEqual(['Hi there', 'bye'])
  })

  it('computes what textbooks say', () => {
    expect(wilson(95, 100)).toEqual({ share: 0.95, n: 100, low: 0.8882, high: 0.9785 })
    expect(areaUnderCurve([2, 3], [1, 2])).toBe(0.875)
    expect(
      calibrationError([
        { score: 0.8, hit: true },
        { score: 0.8, hit: false },
      ]),
    ).toBe(0.3)
  })
})
