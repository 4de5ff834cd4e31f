import { describe, expect, it } from 'vitest'
import { RealtimeMeter } from './realtime-meter.ts'

const created = '{"type":"response.created","response":{"id":"r"}}'
const done = (input: number, output: number): string =>
  JSON.stringify({ type: 'response.done', response: { usage: { input_tokens: input, output_tokens: output } } })
const sound = JSON.stringify({ type: 'response.output_audio.delta', delta: 'A'.repeat(53_300) })
const words = JSON.stringify({ type: 'response.output_text.delta', delta: 'x'.repeat(350) })

function meter(...messages: readonly string[]): RealtimeMeter {
  const counted = new RealtimeMeter()
  for (const message of messages) counted.received(message)
  return counted
}

describe('a realtime session', () => {
  it('used what its responses said', () => {
    const { total, cut } = meter(created, sound, done(10, 5), created, words, done(20, 6))
    expect([total, cut]).toEqual([expect.objectContaining({ input: 30, output: 11 }), false])
    expect(meter('{"type":"session.created","session":{"model":"m"}}').total).toBeUndefined()
  })

  it('used what came of a response that was cut, and its prompt once more', () => {
    const counted = meter(created, words, done(1000, 5), created, sound, words)
    expect(counted.cut).toBe(true)
    expect(counted.usage).toMatchObject({ input: 1000, output: 5 })
    expect(counted.total).toMatchObject({ input: 2000 })
    expect(counted.total?.audioOut).toBeGreaterThanOrEqual(100)
    expect(counted.total?.audioOut).toBeLessThan(102)
    expect(counted.total?.output).toBeGreaterThanOrEqual(105)
  })

  it('heard what the app sent, where no response has said so', () => {
    const counted = new RealtimeMeter()
    counted.sent(JSON.stringify({ type: 'input_audio_buffer.append', audio: 'A'.repeat(106_600) }))
    counted.sent(JSON.stringify({ type: 'conversation.item.create', item: { text: 'x'.repeat(350) } }))
    counted.received(created)
    expect(counted.total?.audioIn).toBeGreaterThanOrEqual(100)
    expect(counted.total?.input).toBeGreaterThanOrEqual(100)
  })
})
