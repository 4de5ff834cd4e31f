/** What the gemini-generate wire makes of refusals, Google's and ours. */

import { describe, expect, it } from 'vitest'
import type { ErrorKind } from '../../ground/error.ts'
import { gatewayError } from '../../ground/error.ts'
import type { Json } from '../../ground/json.ts'
import { STANDARD_QUIRKS as quirks } from '../quirks.ts'
import { geminiGenerate as wire } from './index.ts'

const said = (code: number, status: string, message: string, details: Json[] = []): Json => ({
  error: { code, message, status, details },
})

describe('errors of Google', () => {
  it.each<[number, Json, ErrorKind]>([
    [400, said(400, 'INVALID_ARGUMENT', 'Unknown name: x.'), 'invalid-request'],
    [400, said(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'), 'upstream-credential'],
    [
      400,
      said(400, 'INVALID_ARGUMENT', 'The input token count (9) exceeds the maximum number of tokens allowed (5).'),
      'context-too-long',
    ],
    [400, said(400, 'FAILED_PRECONDITION', 'Your place is not served.'), 'invalid-request'],
    [401, said(401, 'UNAUTHENTICATED', 'Who are you?'), 'upstream-credential'],
    [403, said(403, 'PERMISSION_DENIED', 'Not you.'), 'upstream-credential'],
    [404, said(404, 'NOT_FOUND', 'models/x is not found.'), 'not-found'],
    [429, said(429, 'RESOURCE_EXHAUSTED', 'Too many.'), 'rate-limited'],
    [500, said(500, 'INTERNAL', 'Oh.'), 'upstream-error'],
    [503, said(503, 'UNAVAILABLE', 'The model is overloaded.'), 'unavailable'],
    [504, said(504, 'DEADLINE_EXCEEDED', 'Too slow.'), 'timeout'],
    [503, said(503, 'SOMETHING_NEW', 'Later.'), 'unavailable'],
    [429, [said(429, 'RESOURCE_EXHAUSTED', 'Too many, in a list.')], 'rate-limited'],
    [502, 'Bad Gateway\n', 'upstream-error'],
    [401, { error: 'invalid_grant', error_description: 'Token has expired.' }, 'upstream-credential'],
    [403, { code: 403, message: 'The gateway says no.' }, 'upstream-credential'],
    [500, {}, 'upstream-error'],
    [500, null, 'upstream-error'],
  ])('gives %i a kind: %j', (status, body, kind) => {
    const error = wire.decodeError(status, new Headers(), body)
    expect(error).toMatchObject({ kind, origin: 'upstream', upstreamStatus: status })
    const word = /"(?:message|error_description)":"([^"]*)"/.exec(JSON.stringify(body))?.[1]
    if (word) expect(error.message).toBe(word)
  })

  it.each<[string, number | undefined]>([
    ['48s', 48_000],
    ['1.5s', 1500],
    ['0.0001s', 1],
    ['soon', undefined],
  ])('reads the wait %s of RetryInfo', (retryDelay, ms) => {
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [] },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
    ]
    const body = said(429, 'RESOURCE_EXHAUSTED', 'Too many.', details)
    expect(wire.decodeError(429, new Headers(), body).retryAfterMs).toBe(ms)
    expect(wire.decodeError(429, new Headers({ 'retry-after': '7' }), body).retryAfterMs).toBe(7000)
  })

  it.each<[string, Json]>([
    ['in a body with status 200', said(503, 'UNAVAILABLE', 'Later.')],
    ['in a list', [said(503, 'UNAVAILABLE', 'Later.')]],
  ])('are errors %s', (_, body) => {
    const reply = wire.decodeReply(body, quirks)
    expect(reply.ok ? 'ok' : reply.error).toMatchObject({ kind: 'unavailable', message: 'Later.' })
    const tap = wire.tap(quirks, false)
    tap.body(body)
    expect(tap.result()).toMatchObject({ complete: false, error: { kind: 'unavailable' } })
  })

  it.each<[Json]>([[{}], [[]], ['Hi'], [null], [{ candidates: 5 }]])('%j is no reply', (body) => {
    expect(wire.decodeReply(body, quirks).ok).toBe(false)
  })
})

describe('errors of ours', () => {
  it('are written as google.rpc.Status, and read back', () => {
    const error = gatewayError('rate-limited', 'The team has spent its tokens.', {
      code: 'team_limit',
      retryAfterMs: 1500,
    })
    const { status, headers, body } = wire.encodeError(error, 'req_1')
    expect({ status, headers, body }).toEqual({
      status: 429,
      headers: { 'x-request-id': 'req_1', 'retry-after': '2' },
      body: {
        error: {
          code: 429,
          message: 'The team has spent its tokens.',
          status: 'RESOURCE_EXHAUSTED',
          details: [
            { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'team_limit', domain: 'sluice' },
            { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' },
          ],
        },
      },
    })
    expect(wire.decodeError(status, new Headers(), body)).toMatchObject({ kind: 'rate-limited', retryAfterMs: 2000 })
  })

  it('have no details when there are none', () => {
    const { body } = wire.encodeError(gatewayError('not-found', 'No such route.', {}), 'req_1')
    expect(body).toEqual({ error: { code: 404, message: 'No such route.', status: 'NOT_FOUND' } })
  })
})
