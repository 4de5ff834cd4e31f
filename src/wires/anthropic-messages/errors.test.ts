import { describe, expect, it } from 'vitest'
import { ERROR_STATUS, type ErrorKind, gatewayError } from '../../ground/error.ts'
import { isObject, type Json } from '../../ground/json.ts'
import { decodeError } from './decode-error.ts'
import { encodeError, encodeStreamError } from './encode-error.ts'

const none = new Headers()
const envelope = (type: string, message = 'm'): Json => ({ type: 'error', error: { type, message } })

describe('decodeError', () => {
  it.each([
    [400, 'invalid_request_error', 'invalid-request'],
    [401, 'authentication_error', 'upstream-credential'],
    [402, 'billing_error', 'insufficient-quota'],
    [403, 'permission_error', 'upstream-credential'],
    [404, 'not_found_error', 'not-found'],
    [413, 'request_too_large', 'payload-too-large'],
    [429, 'rate_limit_error', 'rate-limited'],
    [500, 'api_error', 'upstream-error'],
    [503, 'api_error', 'unavailable'],
    [504, 'timeout_error', 'timeout'],
    [529, 'overloaded_error', 'overloaded'],
    [418, 'teapot_error', 'invalid-request'],
  ])('reads %i %s as %s', (status, type, kind) => {
    expect(decodeError(status, none, envelope(type))).toMatchObject({
      kind,
      upstreamType: type,
      upstreamStatus: status,
      origin: 'upstream',
    })
  })

  it.each([
    ['prompt is too long: 205000 tokens > 200000 maximum', 'context-too-long'],
    ['input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000', 'context-too-long'],
    ['Output blocked by content filtering policy', 'content-filtered'],
    ['Your credit balance is too low to access the API.', 'insufficient-quota'],
    ['max_tokens: must be positive', 'invalid-request'],
  ])('knows "%s" as %s', (message, kind) => {
    expect(decodeError(400, none, envelope('invalid_request_error', message)).kind).toBe(kind)
  })

  it.each<[string, number, Json, string, string]>([
    ['plain text', 502, 'Bad gateway', 'upstream-error', 'Bad gateway'],
    ['Bedrock', 429, { message: 'Too many requests' }, 'rate-limited', 'Too many requests'],
    ['a bare error string', 404, { error: 'model not found' }, 'not-found', 'model not found'],
    ['Google', 429, { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota' } }, 'rate-limited', 'Quota'],
    ['Google in a list', 503, [{ error: { code: 503, message: 'Down' } }], 'unavailable', 'Down'],
    ['nothing', 500, '', 'upstream-error', 'The provider answered with status 500 and no message.'],
    ['null', 500, null, 'upstream-error', 'The provider answered with status 500 and no message.'],
  ])('reads the envelope of %s', (_, status, body, kind, message) => {
    expect(decodeError(status, none, body)).toMatchObject({ kind, message })
  })

  it('tells how long to wait, by seconds, milliseconds or date', () => {
    const wait = (headers: Record<string, string>) =>
      decodeError(429, new Headers(headers), envelope('rate_limit_error')).retryAfterMs
    expect(wait({ 'retry-after': '12' })).toBe(12_000)
    expect(wait({ 'retry-after-ms': '250', 'retry-after': '1' })).toBe(250)
    const date = 'Mon, 01 Jan 2024 00:00:00 GMT'
    expect(wait({ 'retry-after': 'Mon, 01 Jan 2024 00:00:05 GMT', date })).toBe(5000)
    expect(wait({ 'retry-after': 'soon' })).toBeUndefined()
    expect(wait({})).toBeUndefined()
  })

  it('heeds x-should-retry and hides keys', () => {
    const error = decodeError(
      529,
      new Headers({ 'x-should-retry': 'false' }),
      envelope('overloaded_error', 'key sk-ant-0123456789'),
    )
    expect(error.retryable).toBe(false)
    expect(error.message).toBe('key sk-...')
  })
})

describe('encodeError', () => {
  it('gives every kind a type of this wire and its status', () => {
    const kinds = Object.keys(ERROR_STATUS) as ErrorKind[]
    for (const kind of kinds) {
      const { status, body, headers } = encodeError(gatewayError(kind, 'Do this.'), 'req_1')
      expect(status).toBe(ERROR_STATUS[kind])
      expect(headers['request-id']).toBe('req_1')
      expect(body).toMatchObject({ type: 'error', request_id: 'req_1', error: { message: 'Do this.' } })
      expect(isObject(body.error) && body.error.type).toMatch(/_error$|^request_too_large$/)
    }
  })

  it('never blames the client for the gateway’s own credential', () => {
    const { status, body } = encodeError(gatewayError('upstream-credential', 'm'), 'r')
    expect([status, body.error]).toEqual([502, { type: 'api_error', message: 'm' }])
  })

  it('writes one error event into a stream', () => {
    expect(encodeStreamError(gatewayError('overloaded', 'm'), 'r')).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"m"},"request_id":"r"}\n\n',
    )
  })
})
