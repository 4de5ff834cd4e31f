/** Faults of a stream: where it breaks, how it is cut into pieces, what stands in it. */

import { chunkOf, eventOf, goodEvents, startStream, wordsOf } from './replies.ts'
import { type FaultBehaviour, type FaultCall, pause } from './server.ts'

export const STREAM_FAULTS: Readonly<Record<string, FaultBehaviour>> = {
  /** Breaks off at a random byte after the first event, by a reset. */
  reset: (call) => breakOff(call, () => call.socket.resetAndDestroy()),
  /** Ends at a random byte as if all were well. */
  eof: (call) => breakOff(call, () => call.response.end()),
  /** `drip:20`: one byte every so many milliseconds, from the first on. */
  drip: async (call) => {
    startStream(call)
    for (const byte of Buffer.from(goodEvents(call.model).join(''))) {
      if (call.response.destroyed) return
      call.response.write(Buffer.from([byte]))
      await pause(Number(call.argument))
    }
    call.response.end()
  },
  /** Two words, then nothing for ever. */
  stall: (call) => {
    startStream(call)
    call.response.write(goodEvents(call.model).slice(0, 3).join(''))
  },
  /** Two words, then comments for ever. */
  comments: async (call) => {
    startStream(call)
    call.response.write(goodEvents(call.model).slice(0, 3).join(''))
    while (!call.response.destroyed) {
      call.response.write(': still here\n\n')
      await pause(50)
    }
  },
  'error-event': (call) => {
    startStream(call)
    const error = { message: 'made-up overload', type: 'overloaded_error', code: null, param: null }
    call.response.end(goodEvents(call.model).slice(0, 3).join('') + eventOf({ error }))
  },
  'error-first': (call) => {
    startStream(call)
    call.response.end(eventOf({ error: { message: 'made-up overload', type: 'overloaded_error' } }))
  },
  'carriage-returns': (call) => whole(call, goodEvents(call.model).join('').replaceAll('\n', '\r')),
  'both-line-ends': (call) => whole(call, goodEvents(call.model).join('').replaceAll('\n', '\r\n')),
  'byte-order-mark': (call) => whole(call, `\uFEFF${goodEvents(call.model).join('')}`),
  'no-space': (call) => whole(call, goodEvents(call.model).join('').replaceAll('data: ', 'data:')),
  'comments-between': (call) => whole(call, goodEvents(call.model).join(': a comment\nid: 7\nretry: 10\n\n')),
  /** Each JSON over several data lines. */
  'many-data-lines': (call) =>
    whole(
      call,
      goodEvents(call.model)
        .map((event) => event.replace('"choices"', '\ndata: "choices"'))
        .join(''),
    ),
  /** Words of two to four bytes a letter, cut at random bytes. */
  'split-letters': async (call) => {
    startStream(call)
    const bytes = Buffer.from(goodEvents(call.model, ['Grüße ', '世界 ', '🙂🙃 ', 'नमस्ते ']).join(''))
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + Math.floor(call.random() * 7)
      call.response.write(bytes.subarray(at, end))
      at = end
      await new Promise((resolve) => setImmediate(resolve))
    }
    call.response.end()
  },
  /** `huge-line:20`: an event of so many megabytes. */
  'huge-line': async (call) => {
    startStream(call)
    await send(call, 'data: {"x":"')
    const megabyte = 'x'.repeat(1_000_000)
    for (let sent = 0; sent < Number(call.argument); sent++) if (!(await send(call, megabyte))) return
    await send(call, '"}\n\n')
    call.response.end(goodEvents(call.model).join(''))
  },
  /** `tiny:1000000`: so many events of one letter. */
  tiny: async (call) => {
    startStream(call)
    const event = eventOf(chunkOf('m', { content: 'x' }, null))
    const thousand = event.repeat(1000)
    for (let sent = 0; sent < Number(call.argument); sent += 1000) if (!(await send(call, thousand))) return
    call.response.end(goodEvents(call.model).slice(-3).join(''))
  },
  /** `bad-event:3`: the third event is no JSON. */
  'bad-event': (call) => {
    const events = goodEvents(call.model)
    events[Number(call.argument)] = 'data: {"id": oops\n\n'
    return whole(call, events.join(''))
  },
  /** `endless:64`: so many megabytes of words. */
  endless: async (call) => {
    startStream(call)
    const text = eventOf(chunkOf('m', { content: 'word '.repeat(200) }, null)).repeat(50)
    for (let sent = 0; sent < Number(call.argument) * 1_000_000; sent += text.length)
      if (!(await send(call, text))) return
    call.response.end(goodEvents(call.model).slice(-3).join(''))
  },
  /** `slow:10`: a word every so many milliseconds, for ever. */
  slow: async (call) => {
    startStream(call)
    call.response.write(goodEvents(call.model)[0])
    for (let word = 0; !call.response.destroyed; word++) {
      call.response.write(eventOf(chunkOf(call.model, { content: wordsOf(call.model)[word % 20] }, null)))
      await pause(Number(call.argument))
    }
  },
}

function whole(call: FaultCall, text: string): void {
  startStream(call)
  call.response.end(text)
}

async function breakOff(call: FaultCall, end: () => void): Promise<void> {
  startStream(call)
  const events = goodEvents(call.model)
  const [first = '', second = ''] = events
  const bytes = Buffer.from(events.join(''))
  const least = Buffer.byteLength(first + second)
  const cut = least + Math.floor(call.random() * (bytes.length - least - 20))
  call.response.write(bytes.subarray(0, least))
  await pause(2)
  call.response.write(bytes.subarray(least, cut), () => setTimeout(end, 1))
}

/** False when the other side is gone. Waits while it does not read. */
async function send({ response, asked }: FaultCall, text: string): Promise<boolean> {
  if (response.destroyed) return false
  const room = response.write(text)
  asked.sent += text.length
  if (!room && !response.destroyed)
    await new Promise<void>((resolve) => {
      const go = (): void => {
        response.off('drain', go).off('close', go)
        resolve()
      }
      response.on('drain', go).on('close', go)
    })
  return !response.destroyed
}
