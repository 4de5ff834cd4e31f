/** SseParser: the WHATWG rules, wherever the text is cut, and never more than one long event in memory. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framed, mebibytesTaken } from '../../test/support/pieces.ts'
import { formatSse, SseOverflow, SseParser } from './sse.ts'

function parse(pieces: string[]): unknown[] {
  const parser = new SseParser()
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()]
}

describe('SseParser', () => {
  it('reads LF, CR and CRLF, comments, a BOM, multi-line data and a missing space', () => {
    const text =
      '\ufeff: hello\r\nevent:a\r\ndata: 1\r\ndata:2\r\n\r\ndata: x\r\rid: 7\ndata\n\nevent: lost\n\ndata: last'
    expect(parse([text])).toEqual([
      { event: 'a', data: '1\n2' },
      { event: '', data: 'x' },
      { event: '', data: '' },
      { event: '', data: 'last' },
    ])
  })

  it('gives the same events at any split', () => {
    const line = fc.constantFrom('data: a', 'data:b', 'event: e', ': c', '', 'retry: 1', 'data')
    const end = fc.constantFrom('\n', '\r', '\r\n')
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end)), fc.array(fc.nat(3)), (lines, cuts) => {
        const text = lines.map(([content, ending]) => content + ending).join('')
        const pieces: string[] = []
        let at = 0
        for (const cut of cuts) {
          pieces.push(text.slice(at, at + cut))
          at += cut
        }
        pieces.push(text.slice(at))
        expect(parse(pieces)).toEqual(parse([text]))
      }),
    )
  })

  it('reads back what formatSse writes', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/[\r\n]/.test(text)),
        (text) => {
          expect(parse([formatSse(text, 'name')])).toEqual([{ event: 'name', data: text }])
        },
      ),
    )
  })

  it('ends a line at a CR without waiting for what comes next', () => {
    const parser = new SseParser()
    expect(parser.push('data: a\r\r')).toEqual([{ event: '', data: 'a' }])
    expect(parser.push('\ndata: b\r')).toEqual([])
    expect(parser.push('\n')).toEqual([])
    expect(parser.push('\r')).toEqual([{ event: '', data: 'b' }])
    expect(parser.push('\n')).toEqual([])
    expect(parser.end()).toEqual([])
  })

  it('gives the same events byte by byte, also of bytes that are no UTF-8', () => {
    const text = fc.array(fc.constantFrom('data: ä\n', '\r\n', '\r', '\n', 'event: x\r', ':', '\ufeff', '\u{1f600}'))
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      text.map((parts) => new TextEncoder().encode(parts.join(''))),
    )
    fc.assert(
      fc.property(bytes, (stream) => {
        expect(framed('sse', stream, [...stream.keys()])).toEqual(framed('sse', stream))
      }),
    )
  })

  it('refuses an event over 16 Mi characters before it has all of it, in one line or in many', () => {
    expect(mebibytesTaken('sse', 'data: ', 'A', 20)).toBe(15)
    expect(mebibytesTaken('sse', '', `data: ${'A'.repeat(1017)}\n`, 20)).toBe(16)
    expect(mebibytesTaken('sse', '', 'data:\n', 120)).toBe(96)
    const one = `data: ${'A'.repeat(20_000_000)}\n\n`
    expect(() => new SseParser().push(one)).toThrow(new SseOverflow('one event is over 16 Mi characters'))
  })

  it('keeps nothing of comments, unknown fields and finished events', () => {
    expect(mebibytesTaken('sse', '', ': OPENROUTER PROCESSING\n\n', 40)).toBe(40)
    expect(mebibytesTaken('sse', '', `id: ${'A'.repeat(1000)}\n`, 40)).toBe(40)
    expect(mebibytesTaken('sse', '', `data: ${'A'.repeat(1016)}\n\n`, 40)).toBe(40)
  })
})
