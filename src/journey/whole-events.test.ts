import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWholeEvent, WholeEvents } from './whole-events.ts'

const encoder = new TextEncoder()

/** What came out after each piece, as text. */
function run(pieces: readonly string[], ends: 'blank-line' | 'line' = 'blank-line'): { out: string[]; rest: string } {
  const whole = new WholeEvents(ends)
  const decoder = new TextDecoder()
  const textOf = (bytes: Uint8Array | undefined): string => (bytes ? decoder.decode(bytes) : '')
  return { out: pieces.map((piece) => textOf(whole.push(encoder.encode(piece)))), rest: textOf(whole.rest()) }
}

describe('WholeEvents', () => {
  it('hands on the very piece that ends with its event', () => {
    const piece = encoder.encode('data: 1\n\ndata: 2\n\n')
    expect(new WholeEvents('blank-line').push(piece)).toBe(piece)
  })

  it.each([
    ['\n', '\n'],
    ['\r\n', '\r\n'],
    ['\r', '\r'],
    ['\n', '\r\n'],
    ['\r\n', '\n'],
    ['\n', '\r'],
  ])('knows an event that ends with %j and %j, wherever the pieces are cut', (first, second) => {
    const event = `data: 1${first}${second}`
    for (let cut = 1; cut < event.length; cut++) {
      const { out, rest } = run([event.slice(0, cut), `${event.slice(cut)}data: 2`])
      // After a CR alone an LF may belong to the same line's end, and goes out with what follows.
      expect(out.join('')).toBe(event)
      expect(rest).toBe('data: 2')
    }
  })

  it('takes no line with content for an end', () => {
    expect(run(['data: 1\r\n', 'data: 2\n', 'data: 3\r', '\nx']).out.join('')).toBe('')
  })

  it('keeps every byte and lets nothing out but whole events, at any split', () => {
    const piece = fc.constantFrom('data: a', '\n', '\r\n', '\n\n', 'event: x\n', ': note\n\n', 'ü')
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { out, rest } = run(pieces)
        expect(out.join('') + rest).toBe(pieces.join(''))
        for (const count of out.keys())
          expect(out.slice(0, count + 1).join('')).toMatch(/^(?:(?:.|\s)*(?:\n\n|\n\r\n))?$/)
      }),
    )
  })

  it('ends events of one line at the line', () => {
    expect(run(['{"a":', '1}\n{"b"', ':2}\n', '{'], 'line')).toEqual({
      out: ['', '{"a":1}\n', '{"b":2}\n', ''],
      rest: '{',
    })
  })

  it('does not read a buffer again that its caller has used for the next piece', () => {
    const whole = new WholeEvents('blank-line')
    const buffer = encoder.encode('data: 1')
    whole.push(buffer)
    buffer.fill(0)
    expect(new TextDecoder().decode(whole.push(encoder.encode('\n\n')))).toBe('data: 1\n\n')
  })
})

describe('isWholeEvent', () => {
  it.each([
    ['{"a":1}', true],
    ['[DONE]', true],
    ['{"a":1', false],
    ['[DON', false],
    ['', false],
  ])('%j: %j', (data, whole) => {
    expect(isWholeEvent({ event: '', data })).toBe(whole)
  })
})
