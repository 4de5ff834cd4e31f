import { EventStreamCodec } from '@smithy/eventstream-codec'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeAwsEvent } from '../../test/support/aws-events.ts'
import { AwsEventFramer, AwsFrameError, unwrapInvokeEvent } from './aws-events.ts'
import { createFramer } from './framing.ts'
import { type SseEvent, SseOverflow } from './sse.ts'

function bytesOf(events: readonly SseEvent[]): Uint8Array {
  return Uint8Array.from(events.flatMap(({ event, data }) => [...encodeAwsEvent(event, data)]))
}

function read(bytes: Uint8Array, pieceBytes = bytes.length): SseEvent[] {
  const framer = new AwsEventFramer()
  const events: SseEvent[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) events.push(...framer.push(bytes.slice(at, at + pieceBytes)))
  return [...events, ...framer.end()]
}

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

describe('AwsEventFramer', () => {
  const events = [
    { event: 'messageStart', data: '{"role":"assistant"}' },
    { event: 'contentBlockDelta', data: '{"delta":{"text":"größe 👍"}}' },
    { event: 'exception:throttlingException', data: '{"message":"Slow down."}' },
  ]

  it('names each event by its header and gives its payload', () => {
    expect(read(bytesOf(events))).toEqual(events)
  })

  it('gives the same events wherever the bytes are cut', () => {
    const event = fc.record({
      event: fc.constantFrom('messageStart', 'contentBlockDelta', 'exception:validationException'),
      data: fc.string({ minLength: 1, unit: 'grapheme' }),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), fc.integer({ min: 1, max: 40 }), (list, pieceBytes) => {
        expect(read(bytesOf(list), pieceBytes)).toEqual(read(bytesOf(list)))
      }),
    )
  })

  it('gives an event as soon as its last byte is there', () => {
    const bytes = bytesOf(events.slice(0, 1))
    const framer = new AwsEventFramer()
    expect(framer.push(bytes.slice(0, -1))).toEqual([])
    expect(framer.push(bytes.slice(-1))).toEqual(events.slice(0, 1))
  })

  it.each([9, 20, 60])('refuses a frame whose byte %i was damaged, and says so', (at) => {
    const bytes = bytesOf(events.slice(0, 1))
    bytes[at] = (bytes[at] ?? 0) ^ 1
    expect(() => read(bytes)).toThrow(AwsFrameError)
    expect(() => read(bytes)).toThrow(/damaged/)
  })

  it('never takes a frame with a flipped bit for a good one', () => {
    const bytes = bytesOf(events)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const damaged = bytes.slice()
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
        // A flipped length either breaks a checksum, is refused at once, or waits for bytes that never come.
        let got: SseEvent[] = []
        try {
          got = read(damaged)
        } catch (error) {
          expect(error instanceof AwsFrameError || error instanceof SseOverflow).toBe(true)
        }
        expect(events.slice(0, got.length)).toEqual(got)
        expect(got.length).toBeLessThan(events.length)
      }),
    )
  })

  it('refuses a frame over 16 MiB by its first four bytes', () => {
    const framer = new AwsEventFramer()
    expect(framer.push(Uint8Array.of(1, 0, 0))).toEqual([])
    expect(() => framer.push(Uint8Array.of(1))).toThrow(SseOverflow)
  })

  it('refuses bytes that are no frames', () => {
    expect(() => read(new TextEncoder().encode('{"message":"no"}'))).toThrow(SseOverflow)
    expect(() => read(new Uint8Array(40))).toThrow(AwsFrameError)
  })

  it('gives nothing for a frame that was cut short', () => {
    expect(read(bytesOf(events).slice(0, -5))).toEqual(events.slice(0, 2))
  })

  it('reads an error that has only headers, and passes over initial-response', () => {
    const codec = new EventStreamCodec(String, (text) => new TextEncoder().encode(text))
    const frame = (headers: Record<string, string>) =>
      codec.encode({
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }]),
        ),
        body: new Uint8Array(0),
      })
    const error = frame({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Oops.' })
    const initial = frame({ ':message-type': 'event', ':event-type': 'initial-response' })
    expect(read(Uint8Array.from([...initial, ...error]))).toEqual([
      { event: 'exception:InternalError', data: '{"message":"Oops."}' },
    ])
  })

  it('is what createFramer gives for this framing', () => {
    expect(createFramer('aws-event-stream').push(bytesOf(events))).toEqual(events)
  })

  it('takes a frame of 4 MiB that arrives in small pieces', () => {
    const data = 'x'.repeat(4 * 1024 * 1024)
    expect(read(encodeAwsEvent('e', data), 1400)).toEqual([{ event: 'e', data }])
  })
})

describe('unwrapInvokeEvent', () => {
  it('gives the event inside, named by its type, whatever letters it holds', () => {
    const inner = '{"type":"content_block_delta","delta":{"text":"größe 👍"}}'
    const event = { event: 'chunk', data: JSON.stringify({ bytes: base64(inner), p: 'abcdef' }) }
    expect(unwrapInvokeEvent(event)).toEqual({ event: 'content_block_delta', data: inner })
  })

  it('turns an exception into an error event', () => {
    const event = { event: 'exception:throttlingException', data: '{"message":"Slow down."}' }
    expect(unwrapInvokeEvent(event)).toEqual({
      event: 'error',
      data: '{"type":"error","error":{"type":"rate_limit_error","message":"Slow down."}}',
    })
    expect(JSON.parse(unwrapInvokeEvent({ event: 'exception:newException', data: '' }).data)).toEqual({
      type: 'error',
      error: { type: 'api_error', message: 'The provider broke off with newException.' },
    })
  })

  it('names no exception after what every object has', () => {
    expect(unwrapInvokeEvent({ event: 'exception:constructor', data: '{}' }).data).toContain('"type":"api_error"')
  })

  it('leaves what it does not know as it is', () => {
    for (const data of ['', 'no json', '{"bytes":1}', '{"bytes":"%"}'])
      expect(unwrapInvokeEvent({ event: 'chunk', data })).toEqual({ event: 'chunk', data })
  })

  it('gives no name to JSON without a type', () => {
    const event = { event: 'chunk', data: JSON.stringify({ bytes: base64('{"outputText":"x"}') }) }
    expect(unwrapInvokeEvent(event)).toEqual({ event: '', data: '{"outputText":"x"}' })
  })
})
