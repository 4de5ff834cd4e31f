/** A short fuzz run over every wire: nothing throws, and what comes out keeps its types. */

import { describe, expect, it } from 'vitest'
import { gatewayError } from '../../src/ground/error.ts'
import { err } from '../../src/ground/result.ts'
import type { ChatWire } from '../../src/wires/wire.ts'
import { presentChatWires, presentTaskWires } from '../../test/support/present-wires.ts'
import { fuzz } from './fuzz.ts'

const chatWires = await presentChatWires()
const taskWires = await presentTaskWires()

describe('fuzz', () => {
  it.each(chatWires.map((wire) => [wire.name, wire] as const))('%s stands 2,000 mutated events', (_, wire) => {
    const { crashes, events, bodies } = fuzz(2000, 7, [wire], taskWires)
    expect(crashes).toEqual([])
    expect(events).toBeGreaterThanOrEqual(2000)
    expect(bodies).toBeGreaterThan(300)
  })

  it('stands 2,000 mutated events from every wire to every other', () => {
    expect(fuzz(2000, 11, chatWires, taskWires).crashes).toEqual([])
  })

  it('does the same again with the same seed, and something else with another', () => {
    const { crashes: _, ...run } = fuzz(500, 3, chatWires, taskWires)
    expect(fuzz(500, 3, chatWires, taskWires)).toMatchObject(run)
    expect(fuzz(500, 4, chatWires, taskWires)).not.toMatchObject(run)
  })

  it('sees a wire that throws, one with a wrong word and one whose stream has no end', () => {
    const [wire] = chatWires
    if (!wire) throw new Error('there is no wire')
    const steps = (broken: Partial<ChatWire>) =>
      fuzz(100, 1, [{ ...wire, ...broken }], []).crashes.map(({ step, message }) => `${step}: ${message}`)
    const reading = {
      decodeReply() {
        throw new TypeError('x is not a function')
      },
    }
    expect(steps(reading)).toEqual([`${wire.name} decodeReply: TypeError: x is not a function`])
    const silent = { decodeStream: () => ({ push: () => [], end: () => [] }) }
    expect(steps(silent)).toContain(`${wire.name} decodeStream: the stream has 0 ends and 0 errors`)
    const odd = { ...gatewayError('internal', 'm'), kind: JSON.parse('"constructor"') }
    expect(steps({ decodeRequest: () => err(odd) })).toContain(
      `${wire.name} decodeRequest: an error of kind constructor`,
    )
    const garbled = { encodeStream: () => ({ push: () => '', end: () => 'data: {\n\n', warnings: [] }) }
    expect(steps(garbled).join()).toContain('writes an event that is no JSON')
  })
})
