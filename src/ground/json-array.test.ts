/** JsonArrayFramer: one event an element, wherever the bytes are cut, and never more than one large element in memory. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framed, mebibytesTaken } from '../../test/support/pieces.ts'
import { JsonArrayFramer } from './json-array.ts'
import { SseOverflow } from './sse.ts'

const dataOf = (stream: string | Uint8Array, cuts?: readonly number[]) =>
  framed('json-array', stream, cuts).map(({ data }) => data)

/** Text that a framer could stumble over. */
const tricky = fc.constantFrom('}{', '\\', '"', '\\"', '],[', '{"a":[', '\u2028', '\ud83d\ude00', '\\u0022')
const element = fc.dictionary(
  fc.oneof(fc.string(), tricky),
  fc.oneof(fc.jsonValue(), tricky, fc.array(fc.dictionary(tricky, tricky))),
)

describe('JsonArrayFramer', () => {
  it('difference 2: gives each element as soon as it is whole: gemini/gemini-generate/stream-tool-call/llm-gemini--test_gemini-test_tools--0', () => {
    const framer = new JsonArrayFramer()
    const push = (text: string) => framer.push(new TextEncoder().encode(text)).map(({ data }) => data)
    expect(push('[{"a": 1')).toEqual([])
    expect(push('}')).toEqual(['{"a": 1}'])
    expect(push('\r\n,\r\n{"b": {"c": "}')).toEqual([])
    expect(push('\\')).toEqual([])
    expect(push('"]"}}, {"d":[{}]}]\n')).toEqual(['{"b": {"c": "}\\"]"}}', '{"d":[{}]}'])
    expect(framer.end()).toEqual([])
  })

  it('gives back every element, however it is laid out and wherever the bytes are cut', () => {
    const layout = fc.constantFrom([0, ','], [2, '\n,\r\n'], [0, ' , '])
    fc.assert(
      fc.property(
        fc.array(element),
        layout,
        fc.array(fc.nat(), { maxLength: 12 }),
        (elements, [indent, comma], cuts) => {
          const texts = elements.map((one) => JSON.stringify(one, null, indent))
          const stream = `[${texts.join(String(comma))}]`
          expect(dataOf(stream)).toEqual(texts)
          expect(dataOf(stream, cuts)).toEqual(texts)
        },
      ),
    )
  })

  it('gives the same events byte by byte, also of bytes that are no JSON', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.array(fc.constantFrom('{', '}', '"', '\\', '[', ']', 'é'), { maxLength: 40 }).map((all) => {
        return new TextEncoder().encode(all.join(''))
      }),
    )
    fc.assert(
      fc.property(bytes, (stream) => {
        expect(dataOf(stream, [...stream.keys()])).toEqual(dataOf(stream))
      }),
    )
  })

  it('takes a lone object for the only event', () => {
    expect(dataOf('{"error":{"code":503}}\n')).toEqual(['{"error":{"code":503}}'])
  })

  it('leaves out what was cut, and goes on after a bracket too many', () => {
    expect(dataOf('[{"a":1},{"b":')).toEqual(['{"a":1}'])
    expect(dataOf('[{"a":1}}},{"b":2}]')).toEqual(['{"a":1}', '{"b":2}'])
    expect(dataOf('Bad gateway')).toEqual([])
  })

  it('refuses an element over 16 Mi characters before it has all of it', () => {
    expect(mebibytesTaken('json-array', '[{"data":"', 'A', 20)).toBe(15)
    expect(mebibytesTaken('json-array', '[', `{"data":"${'A'.repeat(1011)}"},\n`, 40)).toBe(40)
    expect(mebibytesTaken('json-array', '[', ' \n,', 40)).toBe(40)
  })

  it('refuses it with the same words when it comes in one piece', () => {
    const stream = new TextEncoder().encode(`[{"data":"${'A'.repeat(20_000_000)}"}]`)
    expect(() => new JsonArrayFramer().push(stream)).toThrow(new SseOverflow('one element is over 16 Mi characters'))
  })
})
