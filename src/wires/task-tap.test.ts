/** What all taps of calls that are not chat have in common. */

import { describe, expect, it } from 'vitest'
import { gatewayError } from '../ground/error.ts'
import { asObject, asString, type Json } from '../ground/json.ts'
import { createTaskTap, statedCount } from './task-tap.ts'

const errorOf = (body: Json) => {
  const message = asString(asObject(body)?.error)
  return message === undefined ? undefined : gatewayError('upstream-error', message)
}

function reader(unseen?: { usage: { characters: number } }) {
  return createTaskTap({
    errorOf,
    body: () => ({ complete: true, usage: { input: 3 } }),
    event: ({ data }, before) =>
      data === 'end' ? { complete: true } : { usage: { input: (before.usage?.input ?? 0) + Number(data) } },
    ...(unseen && { unseen }),
  })
}

describe('createTaskTap', () => {
  it('counts a reply that it was not shown as complete, with what is known without it', () => {
    expect(reader().result()).toEqual({ complete: true })
    expect(reader({ usage: { characters: 5 } }).result()).toEqual({ complete: true, usage: { characters: 5 } })
  })

  it('reads a whole body, or the error that it is', () => {
    const whole = reader({ usage: { characters: 5 } })
    whole.body({})
    expect(whole.result()).toEqual({ complete: true, usage: { input: 3 } })
    const failed = reader()
    failed.body({ error: 'down' })
    expect(failed.result()).toMatchObject({ complete: false, error: { message: 'down' } })
  })

  it('adds up events, is complete only at their end, and reads nothing after an error', () => {
    const tap = reader()
    tap.event({ event: '', data: '1' })
    tap.event({ event: '', data: '2' })
    expect(tap.result()).toEqual({ complete: false, usage: { input: 3 } })
    tap.event({ event: '', data: 'end' })
    expect(tap.result()).toEqual({ complete: true, usage: { input: 3 } })
    tap.body({ error: 'down' })
    tap.event({ event: '', data: '4' })
    expect(tap.result()).toMatchObject({ complete: false, usage: { input: 3 }, error: { message: 'down' } })
  })
})

describe('statedCount', () => {
  it('is undefined for what is no count', () => {
    expect([0, 7, 2.4, '3', -1, null, undefined, Number.POSITIVE_INFINITY, {}].map(statedCount)).toEqual([
      0,
      7,
      2,
      ...Array.from({ length: 6 }, () => undefined),
    ])
  })
})
