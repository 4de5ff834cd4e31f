/** eventBody: what an event of a stream carries, or the error that it is. */

import { describe, expect, it } from 'vitest'
import { eventBody } from './event-body.ts'

const errorOf = (data: string, event = '') => {
  const read = eventBody({ event, data })
  return 'error' in read ? read.error : undefined
}

describe('eventBody', () => {
  it('gives the object of an event', () => {
    expect(eventBody({ event: 'x', data: '{"type":"x","error":null}' })).toEqual({ body: { type: 'x', error: null } })
  })

  it('takes every form of error for one, with its words', () => {
    expect(errorOf('{"type":"error","error":{"message":"down","code":"server_error"}}')?.message).toBe('down')
    expect(errorOf('{"error":{"message":"slow","type":"rate_limit_error"}}')?.kind).toBe('rate-limited')
    expect(errorOf('{"message":"named"}', 'error')?.message).toBe('named')
    expect(errorOf('upstream reset')?.message).toBe('upstream reset')
    expect(errorOf('[1]')?.origin).toBe('upstream')
  })
})
