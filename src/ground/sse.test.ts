import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSse, SseParser } from './sse.ts'

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
})
