import { describe, expect, it } from 'vitest'
import { readCacheControls } from './cache-controls.ts'

const read = (headers: Record<string, string>) => readCacheControls(new Headers(headers))

describe('what a call asks of the cache', () => {
  it.each([
    [{}, { read: true, write: true, only: false }],
    [{ 'cache-control': 'private, must-revalidate' }, { read: true, write: true, only: false }],
    [{ 'cache-control': 'no-store' }, { read: false, write: false, only: false }],
    [{ 'cache-control': 'No-Cache' }, { read: false, write: true, only: false }],
    [{ 'cache-control': 'no-cache="set-cookie"' }, { read: false, write: true, only: false }],
    [{ 'cache-control': 'only-if-cached' }, { read: true, write: false, only: true }],
    [{ 'cache-control': 'max-age=60' }, { read: true, write: true, only: false, maxAgeMs: 60_000 }],
    [{ 'cache-control': 'x, max-age=0' }, { read: true, write: true, only: false, maxAgeMs: 0 }],
    [
      { 'x-sluice-cache': 'on', 'cache-control': 'no-store' },
      { read: true, write: true, only: false },
    ],
    [{ 'x-sluice-cache': ' OFF ' }, { read: false, write: false, only: false }],
    [{ 'x-sluice-cache': 'refresh' }, { read: false, write: true, only: false }],
    [
      { 'x-sluice-cache': 'only', 'cache-control': 'max-age=5' },
      { read: true, write: false, only: true, maxAgeMs: 5000 },
    ],
  ])('%j', (headers, expected) => {
    expect(read(headers as Record<string, string>)).toEqual({ ok: true, value: expected })
  })

  it.each(['yes', '', 'constructor', 'toString'])('refuses "%s", which we do not know', (word) => {
    expect(read({ 'x-sluice-cache': word })).toMatchObject({
      ok: false,
      error: { status: 400, param: 'x-sluice-cache' },
    })
  })
})
