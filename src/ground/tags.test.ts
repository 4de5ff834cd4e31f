import { describe, expect, it } from 'vitest'
import { readTags } from './tags.ts'

describe('tags', () => {
  it.each([
    ['project=apollo', { project: 'apollo' }],
    [' project = apollo , env=prod,', { project: 'apollo', env: 'prod' }],
    ['project=a=b', { project: 'a=b' }],
    ['project=first, project=second', { project: 'first' }],
    ['__proto__=x, constructor=y', { constructor: 'y' }],
    ['no pair, =nameless, empty=, sp ace=x', undefined],
    ['', undefined],
    [null, undefined],
  ])('of %j are %j', (header, tags) => {
    expect(readTags(header)).toEqual(tags)
  })

  it('are ten at most, of bounded length', () => {
    const header = Array.from({ length: 30 }, (_, index) => `t${index}=${'x'.repeat(500)}`).join(',')
    const tags = readTags(header) ?? {}
    expect(Object.keys(tags)).toHaveLength(10)
    expect(tags.t9).toHaveLength(200)
  })
})
