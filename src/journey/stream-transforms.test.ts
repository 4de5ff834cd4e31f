import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isObject, parseJson } from '../ground/json.ts'
import type { SseEvent } from '../ground/sse.ts'
import type { Tapped, UsageTap } from '../wires/wire.ts'
import { passThrough, passThroughHidingUsage, type StreamTransform } from './stream-transforms.ts'

/** A tap of no vendor: hides events that carry `mine`, completes on `end`. */
function testTap(): UsageTap {
  const tapped: Tapped = { complete: false }
  return {
    event({ data }: SseEvent) {
      if (data === 'end') tapped.complete = true
      const json = parseJson(data)
      return isObject(json) && json.mine === true
    },
    body: () => undefined,
    result: () => tapped,
  }
}

function run(transform: StreamTransform, bytes: Uint8Array, cuts: readonly number[]): string {
  const decoder = new TextDecoder()
  let text = ''
  let at = 0
  for (const cut of [...cuts, bytes.length]) {
    const output = transform.push(bytes.subarray(at, at + cut))
    if (output) text += decoder.decode(output, { stream: true })
    at = Math.min(bytes.length, at + cut)
  }
  const tail = transform.end()
  return text + (tail ? decoder.decode(tail, { stream: true }) : '') + decoder.decode()
}

const SHOWN = 'data: {"text":"größer 🚀"}\r\n\r\n: note\n\nevent: x\ndata: 2\n\n'
const HIDDEN = 'data: {"mine":true}\n\n'

describe('passThroughHidingUsage', () => {
  it('leaves out our own event and keeps every other byte, at any split', () => {
    const bytes = new TextEncoder().encode(`${SHOWN}${HIDDEN}data: end\n\n`)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 })), (cuts) => {
        const transform = passThroughHidingUsage(testTap())
        expect(run(transform, bytes, cuts)).toBe(`${SHOWN}data: end\n\n`)
        expect(transform.tapped().complete).toBe(true)
      }),
    )
  })

  it('hides it also as the last event without its blank line', () => {
    expect(run(passThroughHidingUsage(testTap()), new TextEncoder().encode('data: 1\n\ndata: {"mine":true}'), [])).toBe(
      'data: 1\n\n',
    )
  })
})

describe('passThrough', () => {
  it('hands the very same bytes on, invalid UTF-8 included, and still sees the events', () => {
    const bytes = new Uint8Array([
      ...new TextEncoder().encode('data: a'),
      0xff,
      0xfe,
      ...new TextEncoder().encode('\n\ndata: end\n\n'),
    ])
    const transform = passThrough(testTap())
    expect(transform.push(bytes)).toBe(bytes)
    expect(transform.end()).toBeUndefined()
    expect(transform.tapped().complete).toBe(true)
  })
})

describe.each([
  ['passThrough', passThrough],
  ['passThroughHidingUsage', passThroughHidingUsage],
])('%s of a stream that breaks off', (_, create) => {
  it.each([
    [
      'keeps half an event back, so that the error after it is an event of its own',
      'data: {"a":1}\n\ndata: {"a"',
      'data: {"a":1}\n\n',
    ],
    ['ends a whole event without its blank line', 'data: {"a":1}', 'data: {"a":1}\n\n'],
    [
      'keeps back half a JSON after a complete reply',
      'data: {"a":1}\n\ndata: end\n\ndata: {"b',
      'data: {"a":1}\n\ndata: end\n\n',
    ],
    ['changes nothing when the reply is complete', 'data: {"a":1}\n\ndata: end', 'data: {"a":1}\n\ndata: end'],
  ])('%s', (_, sent, received) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 })), (cuts) => {
        expect(run(create(testTap()), new TextEncoder().encode(sent), cuts)).toBe(received)
      }),
    )
  })
})
