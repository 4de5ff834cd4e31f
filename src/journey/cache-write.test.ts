import { describe, expect, it } from 'vitest'
import type { ChatReply } from '../ground/chat-reply.ts'
import { SseParser } from '../ground/sse.ts'
import { unfoldReply } from '../ground/unfold.ts'
import { MAX_KEPT_CHARACTERS } from '../services/cache/kept-reply.ts'
import { chatWires } from '../wires/index.ts'
import { STANDARD_QUIRKS } from '../wires/quirks.ts'
import { CacheWrite } from './cache-write.ts'
import type { CallRecord } from './call-record.ts'

const REPLY: ChatReply = {
  id: 'r',
  model: 'm-2',
  choices: [{ content: [{ type: 'text', text: 'yes' }], finish: 'stop' }],
}
const WARNING = { feature: 'seed', effect: 'dropped', detail: 'x' } as const

function written(fields: Partial<CallRecord> = {}): CacheWrite {
  const record = {
    warnings: [WARNING],
    limitWarnings: [],
    firstTarget: 't',
    target: 't',
    provider: 'p',
    targetModel: 'm',
    answeredModel: 'm-2',
    costNano: 5n,
    ending: { outcome: 'ok', status: 200, usageSource: 'reported' },
    ...fields,
  } as unknown as CallRecord // all that is read of it
  const write = new CacheWrite(record)
  write.takeReply(() => REPLY)
  return write
}

const wire = chatWires['openai-chat']

/** A stream of the wire, as far as `end` says, and what is kept of it. */
function streamed(reply: ChatReply, events: (text: string) => string = (text) => text) {
  const encoder = wire.encodeStream({ includeUsage: true, model: 'm', id: 'i', createdSeconds: 1 })
  const text = encoder.push(unfoldReply(reply)) + encoder.end()
  const write = written()
  const tap = write.takeStream(wire.tap(STANDARD_QUIRKS, false), () => wire.decodeStream(STANDARD_QUIRKS))
  for (const event of new SseParser().push(events(text))) tap.event(event)
  return { kept: write.kept(), tapped: tap.result() }
}

describe('what is taken down of an answer', () => {
  it('is the reply with who made it, what it cost and what was lost on the way there', () => {
    expect(written().kept()).toEqual({
      kind: 'chat',
      reply: REPLY,
      target: 't',
      provider: 'p',
      targetModel: 'm',
      answeredModel: 'm-2',
      costNano: '5',
      warnings: [WARNING],
    })
    expect(written({ costNano: undefined }).kept()).not.toHaveProperty('costNano')
  })

  it('is nothing when a guard had a word in it', () => {
    const write = written()
    write.giveUp()
    expect(write.kept()).toBeUndefined()
  })

  it.each<[string, Partial<CallRecord>]>([
    ['it has not ended', { ending: undefined }],
    ['its app hung up', { ending: { outcome: 'aborted', status: 200, usageSource: 'partial' } }],
    ['it broke off', { ending: { outcome: 'incomplete', status: 200, usageSource: 'partial' } }],
    ['it failed', { ending: { outcome: 'error', status: 502, usageSource: 'unknown' } }],
    ['limits made it shorter', { limitWarnings: [WARNING] }],
    ['another target than the chosen one gave it', { target: 'u' }],
  ])('is nothing when %s', (_, fields) => {
    expect(written(fields).kept()).toBeUndefined()
  })

  it('is the whole of a stream, and its tap still sees it', () => {
    const usage = { input: 3, output: 1 }
    const { kept, tapped } = streamed({ ...REPLY, usage })
    expect(kept).toMatchObject({
      kind: 'chat',
      reply: { choices: [{ content: [{ text: 'yes' }], finish: 'stop' }], usage },
    })
    expect(tapped).toMatchObject({ complete: true, usage })
  })

  it('is nothing of a stream without its end, with an error in it, or that is too long', () => {
    const beforeFinish = (text: string): string => text.slice(0, text.lastIndexOf('data:', text.indexOf('"stop"')))
    expect(streamed(REPLY, beforeFinish).kept).toBeUndefined()
    const failing = 'data: {"error":{"message":"no","type":"server_error"}}\n\n'
    expect(streamed(REPLY, (text) => text.replace('data: [DONE]', `${failing}data: [DONE]`)).kept).toBeUndefined()
    const long = {
      ...REPLY,
      choices: [
        { content: [{ type: 'text' as const, text: 'x'.repeat(MAX_KEPT_CHARACTERS) }], finish: 'stop' as const },
      ],
    }
    expect(streamed(long).kept).toBeUndefined()
  })
})
