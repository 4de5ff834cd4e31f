import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { removeFields, scanObject, spliceFields } from './json-scan.ts'

describe('scanObject', () => {
  it('finds top-level fields, depth and the first duplicate', () => {
    const text = '{ "model" : "a\\"}b" , "messages":[{"content":[{"x":1}]}],"model":"c"}'
    const scanned = scanObject(text)
    expect([...scanned.fields.keys()]).toEqual(['model', 'messages'])
    expect(scanned.duplicate).toBe('model')
    expect(scanned.depth).toBe(5)
  })

  it('sees through escaped keys', () => {
    expect(scanObject('{"mod\\u0065l":1,"model":2}').duplicate).toBe('model')
  })
})

describe('removeFields', () => {
  it('leaves the values of the other fields as they were written', () => {
    const text = '{"model":"a", "seed": 12345678901234567890 , "stream":true,"s":"}"}'
    expect(removeFields(text, scanObject(text), ['model', 'stream', 'absent'])).toBe(
      '{"seed":12345678901234567890,"s":"}"}',
    )
  })

  it('touches nothing when there is nothing to remove', () => {
    expect(removeFields('{ "a":1 }', scanObject('{ "a":1 }'), ['b'])).toBe('{ "a":1 }')
  })
})

describe('spliceFields', () => {
  it('keeps every other byte, numbers above 2^53 and odd spacing included', () => {
    const text = '{"seed": 12345678901234567890 ,\n "model":"a", "t":1.0}'
    expect(spliceFields(text, scanObject(text), { model: 'b', stream_options: { include_usage: true } })).toBe(
      '{"seed": 12345678901234567890 ,\n "model":"b", "t":1.0,"stream_options":{"include_usage":true}}',
    )
  })

  it('adds to an empty object', () => {
    expect(spliceFields('{ }', scanObject('{ }'), { model: 'b' })).toBe('{ "model":"b"}')
  })

  it('equals setting the field on the parsed object, for any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (object, pretty) => {
        const text = JSON.stringify(object, null, pretty ? 2 : 0)
        const spliced = spliceFields(text, scanObject(text), { model: 'm', stream: true })
        const want = JSON.parse(text)
        // defineProperty semantics: "__proto__" is an ordinary key in JSON
        expect(JSON.parse(spliced)).toEqual({ ...want, model: 'm', stream: true })
      }),
    )
  })
})
