/** NdjsonFramer: one event a line, wherever the bytes are cut, and never more than one long line in memory. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framed, mebibytesTaken } from '../../test/support/pieces.ts'
import { NdjsonFramer } from './ndjson.ts'
import { SseOverflow } from './sse.ts'

const dataOf = (stream: string | Uint8Array, cuts?: readonly number[]) =>
  framed('ndjson', stream, cuts).map(({ data }) => data)

const value = fc.jsonValue()
const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n', '\r\n\r\n', ' \n')

describe('NdjsonFramer', () => {
  it('difference 10: gives each line as soon as its newline is there: ollama/ollama-chat/stream-plain/langchaingo--ollama-TestWithThink--0', () => {
    const framer = new NdjsonFramer()
    const push = (text: string) => framer.push(new TextEncoder().encode(text)).map(({ data }) => data)
    expect(push('{"a":1}\n{"b"')).toEqual(['{"a":1}'])
    expect(push(':2}\r')).toEqual([])
    expect(push('\n\n\r\n{"c":3}')).toEqual(['{"b":2}'])
    expect(framer.end()).toEqual([{ event: '', data: '{"c":3}' }])
    expect(framer.end()).toEqual([])
  })

  it('gives back every value, whatever ends its line and wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, lineEnd)), fc.array(fc.nat(), { maxLength: 12 }), (lines, cuts) => {
        const stream = lines.map(([line, end]) => JSON.stringify(line) + end).join('')
        const want = lines.map(([line]) => JSON.stringify(line))
        expect(dataOf(stream)).toEqual(want)
        expect(dataOf(stream, cuts)).toEqual(want)
      }),
    )
  })

  it('gives the same events byte by byte, also of bytes that are no UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(dataOf(bytes, [...bytes.keys()])).toEqual(dataOf(bytes))
      }),
    )
  })

  it('passes on a line that is broken or cut: what it means is for the wire to say', () => {
    expect(dataOf('{"a":1}\n{"b":\n{"c')).toEqual(['{"a":1}', '{"b":', '{"c'])
  })

  it('refuses a line over 16 Mi characters before it has all of it', () => {
    expect(mebibytesTaken('ndjson', '{"data":"', 'A', 20)).toBe(15)
    expect(mebibytesTaken('ndjson', '', `{"data":"${'A'.repeat(1012)}"}\n`, 40)).toBe(40)
  })

  it('refuses it with the same words when it comes in one piece', () => {
    const line = new TextEncoder().encode(`{"data":"${'A'.repeat(20_000_000)}"}\n`)
    expect(() => new NdjsonFramer().push(line)).toThrow(new SseOverflow('one line is over 16 Mi characters'))
  })
})
