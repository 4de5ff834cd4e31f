import { describe, expect, it } from 'vitest'
import { countOf, durationMs, formatBytes, formatDuration, sizeBytes } from './units.ts'

describe('durations', () => {
  it('are read with every unit', () => {
    const texts = ['250ms', '30s', '1.5m', '2 h', '0.001s']
    expect(texts.map(durationMs)).toEqual([250, 30_000, 90_000, 7_200_000, 1])
  })

  it('need a unit that is known, a number and nothing else', () => {
    for (const text of ['30', 's', '-1s', '1d', '1 minute', '1S', '1s ', '1e3s', '1  s', '']) {
      expect(durationMs(text)).toBeUndefined()
    }
  })

  it('are written in the largest whole unit', () => {
    expect([1, 1500, 2000, 120_000, 3_600_000].map(formatDuration)).toEqual(['1ms', '1500ms', '2s', '2m', '1h'])
  })
})

describe('sizes', () => {
  it('tell decimal from binary units, in any case', () => {
    expect(['7B', '2kB', '2 KiB', '1.5 MB', '20MiB', '1mib'].map(sizeBytes)).toEqual([
      7, 2000, 2048, 1_500_000, 20_971_520, 1_048_576,
    ])
  })

  it('need a unit that is known, a number and nothing else', () => {
    for (const text of ['20', 'MiB', '-1 MiB', '1 GB', '1M', '1 mebibyte', '1MiB ']) {
      expect(sizeBytes(text)).toBeUndefined()
    }
  })

  it('are written in the largest whole unit', () => {
    expect([17, 2048, 20_971_520].map(formatBytes)).toEqual(['17 bytes', '2 KiB', '20 MiB'])
  })
})

describe('counts', () => {
  it('are read with every unit, exactly', () => {
    expect(['60', '100k', '1.5M', '0.001k', '2G', '1.1K'].map(countOf)).toEqual([60, 100_000, 1_500_000, 1, 2e9, 1100])
    for (const text of ['', 'k', '-1', '1e3', '1 k', '1kk', '1.2345k']) expect(countOf(text)).toBeUndefined()
  })
})
